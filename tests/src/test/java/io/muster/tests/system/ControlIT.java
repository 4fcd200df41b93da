package io.muster.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.api.control.ToWorkload;
import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.path.FieldMask;
import io.muster.api.request.LogSelection;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control interface of a native workload, for which the test speaks over the real FIFOs. */
final class ControlIT {
    static final Request.GetState AGENTS =
            new Request.GetState(List.of(FieldMask.of("agents")), false);

    @TempDir Path folder;

    private House house;

    @BeforeEach
    void build() throws IOException {
        house = new House(folder);
    }

    @AfterEach
    void tearDown() throws Exception {
        house.tearDown();
    }

    /** A workload that writes where its interface is, and sleeps. */
    static String captain(Path folder, String... masks) {
        var plain =
                NativeSystemIT.workload(
                        "captain",
                        "bow",
                        "echo $MUSTER_CONTROL_INTERFACE >%s/door; exec sleep 1000007"
                                .formatted(folder));
        var rules =
                """
                    controlInterfaceAccess:
                      allowRules:
                      - type: StateRule
                        operation: ReadWrite
                        filterMasks: [%s]
                      - type: LogRule
                        workloadNames: ["*"]
                      denyRules:
                      - type: LogRule
                        workloadNames: [captain]
                """
                        .formatted(String.join(", ", masks));
        return NativeSystemIT.manifest() + plain + (masks.length == 0 ? "" : rules);
    }

    /** Waits until that workload has written where its interface is; empty if it has none. */
    static String door(Path folder) {
        var file = folder.resolve("door");
        await("the path of the interface")
                .atMost(House.PATIENCE)
                .until(() -> Files.exists(file) && Files.readString(file).endsWith("\n"));
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Request.UpdateState start(String name) {
        var workload = Workload.of("bow", "native", "command: sleep\nargs: [\"1000008\"]");
        var state = State.of(Map.of(new WorkloadName(name), workload), Map.of());
        return new Request.UpdateState(
                new Node.Entries(Map.of("desiredState", StateTree.of(state))),
                List.of(FieldMask.of("desiredState", "workloads", name)));
    }

    @Test
    void a_workload_reads_and_changes_what_its_rules_allow() throws Exception {
        house.server();
        house.agent("bow");
        house.awaitAgent("bow");
        house.apply(captain(folder, "agents", "desiredState.workloads.sailor"));
        var door = Path.of(door(folder));
        try (var captain = new Talker(door).hello(false)) {
            assertThat(captain.ask(AGENTS))
                    .isInstanceOfSatisfying(
                            Response.StateAnswer.class,
                            answer -> assertThat(answer.state().toString()).contains("bow"));
            assertThat(captain.ask(start("sailor"))).isInstanceOf(Response.Updated.class);
            house.awaitWorkload("sailor", "bow", "Running(Ok)");
            assertThat(captain.ask(start("pirate")))
                    .isInstanceOfSatisfying(
                            Response.Refused.class,
                            refused ->
                                    assertThat(refused.message())
                                            .contains("desiredState.workloads.pirate"));

            Files.delete(folder.resolve("door"));
            house.apply(captain(folder)); // without rules
            assertThat(door(folder)).isEmpty();
            assertThat(door).doesNotExist();
            captain.awaitEnd();
        }
        var deleted = house.muster("delete", "workload", "captain", "sailor");
        assertThat(deleted.exit()).as(deleted.toString()).isZero();
    }

    /** Asks for the instance of a workload on an agent, as the published clients do. */
    static InstanceName instance(Talker talker, String agent, String workload) throws Exception {
        var mask = FieldMask.of("workloadStates", agent, workload);
        var answer = (Response.StateAnswer) talker.ask(new Request.GetState(List.of(mask), false));
        Node node = answer.state();
        for (var name : List.of("workloadStates", agent, workload)) {
            node = Objects.requireNonNull(((Node.Entries) node).entries().get(name));
        }
        var id = ((Node.Entries) node).entries().keySet().iterator().next();
        return new InstanceName(new WorkloadName(workload), id, agent);
    }

    /** Hears what comes under the id of a request until a line ends so. */
    static void awaitLine(Talker talker, String id, String end) throws Exception {
        while (true) {
            if (talker.hear() instanceof ToWorkload.Answer(var response)
                    && response.id().equals(id)
                    && response.body() instanceof Response.LogEntries entries
                    && entries.entries().stream().anyMatch(e -> e.message().endsWith(end))) {
                return;
            }
        }
    }

    @Test
    void a_workload_reads_logs_of_its_own_agent_and_of_another_over_a_restart_of_the_server()
            throws Exception {
        var server = house.server();
        house.agent("bow");
        house.agent("stern");
        house.awaitAgent("bow");
        house.awaitAgent("stern");
        var again = folder.resolve("again");
        var sings =
                "for i in 1 2 3; do echo verse $i; done; while sleep 1; do test -e %s && echo again; done"
                        .formatted(again);
        house.apply(
                captain(folder, "workloadStates")
                        + NativeSystemIT.workload("near", "bow", sings)
                        + NativeSystemIT.workload("far", "stern", sings));
        house.awaitWorkload("near", "Running(Ok)");
        house.awaitWorkload("far", "Running(Ok)");
        try (var captain = new Talker(Path.of(door(folder))).hello(false)) {
            var near = instance(captain, "bow", "near");
            var far = instance(captain, "stern", "far");
            var follow = LogSelection.ALL.following();
            assertThat(captain.ask("both", new Request.GetLogs(List.of(near, far), follow)))
                    .isEqualTo(new Response.LogsAccepted(List.of(near, far), List.of()));
            var heard = new TreeSet<String>();
            while (heard.size() < 6) {
                var entries =
                        (Response.LogEntries)
                                ((ToWorkload.Answer) captain.hear()).response().body();
                entries.entries().stream()
                        .filter(each -> each.message().startsWith("verse"))
                        .forEach(each -> heard.add(each.instance() + " " + each.message()));
            }
            assertThat(heard).contains(near + " verse 1", far + " verse 3");
            server.kill();
            house.server();
            house.awaitAgent("stern");
            Files.createFile(again);
            awaitLine(captain, "both", "again");
            assertThat(captain.ask("both", new Request.CancelLogs()))
                    .isEqualTo(new Response.LogsCancelled());
            assertThat(captain.ask("own", new Request.GetLogs(List.of(near), LogSelection.ALL)))
                    .isInstanceOf(Response.LogsAccepted.class);
            awaitLine(captain, "own", "verse 3");
            var own = instance(captain, "bow", "captain");
            assertThat(captain.ask(new Request.GetLogs(List.of(own), LogSelection.ALL)))
                    .isInstanceOfSatisfying(
                            Response.Refused.class,
                            refused ->
                                    assertThat(refused.message()).contains("logs of \"captain\""));
        }
    }

    @Test
    void an_agent_that_is_back_hears_its_workloads_again_on_the_same_fifos() throws Exception {
        house.server();
        var agent = house.agent("bow");
        house.awaitAgent("bow");
        house.apply(captain(folder, "agents"));
        var door = Path.of(door(folder));
        try (var captain = new Talker(door).hello(false)) {
            agent.kill();
            captain.awaitEnd();
        }
        house.agent("bow");
        house.awaitWorkload("captain", "Running(Ok)");
        try (var captain = new Talker(door).hello(false)) {
            assertThat(captain.ask(AGENTS)).isInstanceOf(Response.StateAnswer.class);
        }
        var deleted = house.muster("delete", "workload", "captain");
        assertThat(deleted.exit()).as(deleted.toString()).isZero();
        assertThat(door).doesNotExist();
    }

    @Test
    void events_go_on_over_a_restart_of_the_server_which_is_told_to_who_wants_it()
            throws Exception {
        var server = house.server();
        house.agent("bow");
        house.awaitAgent("bow");
        house.apply(captain(folder, "desiredState.workloads.*"));
        try (var captain = new Talker(Path.of(door(folder))).hello(true)) {
            var all = FieldMask.of("desiredState", "workloads", "*");
            assertThat(captain.ask(new Request.GetState(List.of(all), true)))
                    .isInstanceOf(Response.StateAnswer.class);
            server.kill();
            awaitConnection(captain, false);
            house.server();
            awaitConnection(captain, true);
            house.awaitAgent("bow");
            assertThat(captain.ask(start("sailor"))).isInstanceOf(Response.Updated.class);
            for (var told = captain.hear(); !isEventOf(told, "sailor"); told = captain.hear()) {
                assertThat(told).isInstanceOf(ToWorkload.Answer.class);
            }
        }
    }

    private static void awaitConnection(Talker talker, boolean wanted) throws Exception {
        var news = new ToWorkload.ServerConnection(wanted);
        for (var told = talker.hear(); !told.equals(news); told = talker.hear()) {
            assertThat(told).isNotInstanceOf(ToWorkload.Closed.class);
        }
    }

    private static boolean isEventOf(ToWorkload told, String workload) {
        return told instanceof ToWorkload.Answer(var response)
                && response.body() instanceof Response.StateAnswer answer
                && answer.altered().isPresent()
                && answer.state().toString().contains(workload);
    }
}
