package io.muster.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.testkit.podman.PodmanHome;
import io.muster.transport.relay.TcpRelay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("podman")
final class PodmanSystemIT {
    @TempDir Path folder;

    private House house;
    private RunningProgram server;
    private RunningProgram agent;

    @BeforeEach
    void start() throws Exception {
        house = new House(folder).withPodman(PodmanHome.shared());
        server = house.server();
        agent = house.agent("bow");
        house.awaitAgent("bow");
    }

    @AfterEach
    void tearDown() throws Exception {
        house.tearDown();
    }

    @Test
    void a_manifest_becomes_containers_with_the_labels_of_its_ancestors_and_nothing_again()
            throws Exception {
        house.apply(containers("1000001"));
        house.awaitWorkload("one", "bow", "podman", "Running(Ok)");
        assertThat(containersNow()).hasSize(2);
        assertThat(
                        house.podman()
                                .podman(
                                        "ps",
                                        "--format",
                                        "{{.Names}} {{.Labels.agent}} {{.Labels.name}}"))
                .containsPattern("one\\.[0-9a-f]{7}\\.bow bow one\\.[0-9a-f]{64}\\.bow");
        var result = house.muster("apply", "-d", folder.resolve("manifest.yaml").toString());
        assertThat(result.exit()).as(result.toString()).isZero();
        assertThat(containersNow()).isEmpty();
    }

    @Test
    void an_update_replaces_only_what_changed() throws Exception {
        house.apply(containers("1000001"));
        var before = containersNow();
        house.apply(container("one", "1000009"));
        var after = containersNow();
        assertThat(after).hasSize(2);
        assertThat(after)
                .doesNotContainAnyElementsOf(
                        before.stream().filter(c -> c.contains("one.")).toList());
        assertThat(after).containsAll(before.stream().filter(c -> c.contains("two.")).toList());
    }

    @Test
    void what_no_container_is_made_of_changes_in_place_as_the_plan_said() throws Exception {
        house.apply(containers("1000001"));
        var before = containersNow();
        int starts = house.podmanStarts().size();
        var changed =
                container("one", "1000001")
                        .replace(
                                "    agent: bow\n",
                                """
                                    agent: bow
                                    restartPolicy: ALWAYS
                                    tags: {owner: ann}
                                    dependencies: {two: ADD_COND_RUNNING}
                                """);
        var manifest = Files.writeString(folder.resolve("changed.yaml"), changed).toString();
        var plan = house.muster("plan", "--exit-code", manifest);
        assertThat(plan.exit()).as(plan.toString()).isEqualTo(3);
        assertThat(plan.out())
                .contains("~ workload one: change in place on bow\n")
                .contains("+ tags.owner: ann");
        house.apply(changed);
        house.awaitWorkload("one", "Running(Ok)");
        assertThat(containersNow()).isEqualTo(before);
        assertThat(house.podmanStarts()).hasSize(starts);

        var other = container("one", "1000009");
        plan = house.muster("plan", Files.writeString(Path.of(manifest), other).toString());
        assertThat(plan.out()).contains("! workload one: replace on bow, because of runtimeConfig");
        house.apply(other);
        var back = house.muster("rollback", "2");
        assertThat(back.exit()).as(back.toString()).isZero();
        assertThat(house.podmanStarts()).hasSize(starts + 2);
        assertThat(house.muster("diff", "2").out()).isEmpty();
    }

    @Test
    void restarts_of_agent_server_and_connection_start_no_container() throws Exception {
        house.apply(containers("1000001"));
        var before = containersNow();
        int starts = house.podmanStarts().size();
        assertThat(starts).isEqualTo(2);

        agent.kill();
        house.awaitWorkload("one", "AgentDisconnected");
        agent = house.agent("bow");
        house.awaitWorkload("one", "Running(Ok)");
        server.kill();
        server = house.server();
        house.awaitAgent("bow");
        house.awaitWorkload("two", "Running(Ok)");
        assertThat(agent.stop()).isZero();
        assertThat(server.stop()).isZero();
        server = house.server();
        agent = house.agent("bow");
        house.awaitAgent("bow");
        house.awaitWorkload("one", "Running(Ok)");
        house.awaitWorkload("two", "Running(Ok)");

        assertThat(containersNow()).isEqualTo(before);
        assertThat(house.podmanStarts()).hasSize(starts);
    }

    @Test
    void a_cut_connection_starts_no_container() throws Exception {
        try (var relay = TcpRelay.to(house.port())) {
            house.agentAt("stern", relay.port());
            house.awaitAgent("stern");
            house.apply(containers("1000001").replace("agent: bow", "agent: stern"));
            var before = containersNow();
            int starts = house.podmanStarts().size();
            assertThat(starts).isEqualTo(2);
            relay.freeze(); // so that the agent does not simply come back
            relay.cut();
            house.awaitWorkload("one", "AgentDisconnected");
            relay.thaw();
            house.awaitWorkload("one", "Running(Ok)");
            house.awaitWorkload("two", "Running(Ok)");
            assertThat(containersNow()).isEqualTo(before);
            assertThat(house.podmanStarts()).hasSize(starts);
        }
    }

    @Test
    void apply_ends_when_reality_has_followed_however_slow_it_is() throws Exception {
        house.slowDownPodman();
        var result = house.apply(container("one", "1000001"));
        assertThat(result.took()).isGreaterThan(Duration.ofSeconds(5));
        assertThat(containersNow()).hasSize(1);
        assertThat(house.muster("get", "workloads").out()).contains("Running(Ok)");
    }

    @Test
    void a_container_that_ends_or_vanishes_is_noticed_at_once() throws Exception {
        house.apply(containers("1000001"));
        house.podman().podman("kill", "--signal", "KILL", nameOf("one"));
        house.awaitWorkload("one", "Failed(ExecFailed)", "Exit code: '137'");
        house.podman().podman("rm", "--force", "--time", "0", nameOf("two"));
        house.awaitWorkload("two", "Failed(Lost)");
    }

    @Test
    void two_agents_on_one_machine_keep_to_their_own() throws Exception {
        var other = house.agent("stern");
        house.awaitAgent("stern");
        house.apply(
                container("one", "1000001")
                        + container("two", "1000002")
                                .replace("agent: bow", "agent: stern")
                                .replaceFirst("(?s).*workloads:\n", ""));
        var before = containersNow();
        assertThat(before).hasSize(2);
        other.kill();
        house.agent("stern");
        house.awaitWorkload("two", "stern", "Running(Ok)");
        assertThat(containersNow()).isEqualTo(before);
    }

    private String containers(String seconds) {
        return container("one", seconds)
                + container("two", seconds).replaceFirst("(?s).*workloads:\n", "");
    }

    private String container(String name, String seconds) {
        return """
        apiVersion: v1
        workloads:
          %s:
            agent: bow
            runtime: podman
            runtimeConfig: |
              image: %s
              commandOptions: ["--stop-timeout=1", "--init"]
              commandArgs: ["sleep", "%s"]
        """
                .formatted(name, PodmanHome.IMAGE, seconds);
    }

    /** Name, id and start time of every container: what must not change. */
    private List<String> containersNow() throws IOException, InterruptedException {
        return house.podman()
                .podman(
                        "ps",
                        "--all",
                        "--no-trunc",
                        "--format",
                        "{{.Names}} {{.ID}} {{.StartedAt}} {{.Pid}}")
                .lines()
                .sorted()
                .toList();
    }

    private String nameOf(String workload) throws IOException, InterruptedException {
        return containersNow().stream()
                .filter(each -> each.startsWith(workload + "."))
                .map(each -> each.split(" ", -1)[0])
                .findFirst()
                .orElseThrow();
    }
}
