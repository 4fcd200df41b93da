package io.muster.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.testkit.podman.PodmanHome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an observer sees of real workloads. */
final class EventsIT {
    private static final Pattern STATE =
            Pattern.compile("\"state\":\"(\\w+)\",\"subState\":\"(\\w+)\"");

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

    @Test
    void a_process_goes_through_its_states_and_nothing_between() throws Exception {
        goesThroughItsStates("native", "      command: sleep\n      args: [\"1000000\"]");
    }

    @Test
    @Tag("podman")
    void a_container_goes_through_its_states_and_nothing_between() throws Exception {
        house = house.withPodman(PodmanHome.shared());
        goesThroughItsStates(
                "podman",
                """
                      image: %s
                      commandOptions: ["--init", "--stop-timeout=1"]
                      commandArgs: ["sleep", "1000000"]\
                """
                        .formatted(PodmanHome.IMAGE));
    }

    private void goesThroughItsStates(String runtime, String config) throws Exception {
        house.server();
        house.agent("bow");
        house.awaitAgent("bow");
        var observer = observer("workloadStates");
        var text =
                """
                apiVersion: v1
                workloads:
                  one:
                    agent: bow
                    runtime: %s
                    runtimeConfig: |
                %s
                """
                        .formatted(runtime, config);
        var manifest = house.file("one.yaml", text).toString();
        var applied = house.muster("apply", manifest);
        assertThat(applied.exit()).as(applied.toString()).isZero();
        var deleted = house.muster("apply", "-d", manifest);
        assertThat(deleted.exit()).as(deleted.toString()).isZero();
        await().atMost(House.PATIENCE).until(() -> observer.log().contains("removedFields"));
        assertThat(steps(observer))
                .containsExactly(
                        "Pending(Initial)",
                        "Pending(Starting)",
                        "Running(Ok)",
                        "Stopping(RequestedAtRuntime)",
                        "removed");
        assertThat(observer.stop()).isZero();
    }

    @Test
    void an_agent_comes_without_a_status_which_is_a_change_of_its_own() throws Exception {
        house.server();
        var observer = observer("agents");
        house.agent("bow");
        await().atMost(House.PATIENCE)
                .until(() -> observer.log().contains("\"agents.bow.status\""));
        assertThat(documents(observer).subList(0, 2))
                .satisfiesExactly(
                        first ->
                                assertThat(first)
                                        .contains("\"addedFields\":[\"agents.bow\"]")
                                        .endsWith("{\"agents\":{\"bow\":{}}}}"),
                        second ->
                                assertThat(second)
                                        .contains("\"addedFields\":[\"agents.bow.status\"]")
                                        .contains("\"cpuUsage\":"));
    }

    @Test
    void an_observer_survives_the_server_and_ends_well_with_ctrl_c() throws Exception {
        var server = house.server();
        var observer = observer("desiredState.configs");
        server.kill();
        house.server();
        await().atMost(House.PATIENCE)
                .until(() -> observer.log().contains("warning: events were missed"));
        house.apply("apiVersion: v1\nworkloads: {}\nconfigs: {net: \"1\"}\n");
        await().atMost(House.PATIENCE)
                .until(() -> observer.log().contains("\"desiredState.configs\""));
        new ProcessBuilder("kill", "-INT", String.valueOf(observer.pid())).start().waitFor();
        assertThat(observer.awaitEnd(Duration.ofSeconds(10))).isZero();
        assertThat(observer.log()).endsWith("}\n");
    }

    /** Starts one, and waits until it has told the state that it begins with. */
    private RunningProgram observer(String mask) throws IOException {
        var observer = house.watching("get", "events", "-o", "json", "-c", mask);
        observer.awaitLog("completeState");
        return observer;
    }

    private static List<String> documents(RunningProgram observer) {
        return observer.log()
                .lines()
                .filter(line -> line.startsWith("{"))
                .skip(1) // the state that it begins with
                .toList();
    }

    private static List<String> steps(RunningProgram observer) {
        var steps = new ArrayList<String>();
        for (var document : documents(observer)) {
            var state = STATE.matcher(document);
            steps.add(
                    state.find()
                            ? "%s(%s)".formatted(state.group(1), state.group(2))
                            : document.contains("removedFields") ? "removed" : document);
        }
        return steps;
    }
}
