package io.muster.agent.runtime.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.agent.runtime.container.KubeManifest.Restarts;
import io.muster.api.shell.ProcessRef;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PodStatesTest {
    /** Processes of pids from 1 to 9 live. */
    private final PodStates states =
            new PodStates(
                    new LiveProcesses(pid ->
                            pid > 0 && pid < 10
                                    ? Optional.of(new ProcessRef(pid, 7))
                                    : Optional.empty()));

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    running-1,                     'Running[processes=[ProcessRef[pid=1, startTicks=7]]]'
                    running-1 exited-0,            'Running[processes=[ProcessRef[pid=1, startTicks=7]]]'
                    running-1 exited-3,            Exited[code=3]
                    exited-0 exited-0,             Exited[code=0]
                    exited-3 created,              Exited[code=3]
                    created running-1,             Starting[info=starting container]
                    paused running-1,              Unclear[info=unknown container state]
                    created paused,                Starting[info=starting container]
                    stopping running-1,            'Running[processes=[ProcessRef[pid=1, startTicks=7]]]'
                    stopping exited-0,             Stopping[info=stopping container]
                    running-99,                    Exited[code=-1]
                    running-1 running-99,          Exited[code=-1]
                    cut running-1,                 Interrupted[info=the machine was restarted]
                    cut exited-3,                  Interrupted[info=the machine was restarted]
                    """)
    void is_as_the_worst_of_its_containers(String containers, String expected) throws Exception {
        assertThat(states.observation(containers(containers), List.of("p"))).hasToString(expected);
    }

    @Test
    void runs_in_all_processes_of_its_containers() throws Exception {
        assertThat(states.observation(containers("running-2 running-1"), List.of("p")))
                .hasToString(
                        "Running[processes=[ProcessRef[pid=2, startTicks=7], ProcessRef[pid=1,"
                                + " startTicks=7]]]");
    }

    @Test
    void is_gone_without_any_container_and_unclear_without_one_of_its_pods() throws Exception {
        assertThat(states.observation(List.of(), List.of("p")))
                .hasToString("Gone[removesItself=false]");
        assertThat(states.observation(containers("running-1"), List.of("p", "q")))
                .hasToString("Unclear[info=unknown container state]");
        assertThat(states.observation(containers("exited-1"), List.of("p", "q")))
                .hasToString("Exited[code=1]");
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    running-1,           ALWAYS,     true
                    running-99,          NEVER,      false
                    running-1 exited-3,  NEVER,      true
                    running-1 exited-3,  ON_FAILURE, false
                    running-1 exited-0,  ON_FAILURE, true
                    running-1 exited-0,  ALWAYS,     false
                    created,             ALWAYS,     true
                    """)
    void waits_a_moment_for_what_podman_is_about_to_do(
            String containers, Restarts restarts, boolean settled) throws Exception {
        assertThat(states.isSettled(containers(containers), restarts)).isEqualTo(settled);
    }

    private static List<Container> containers(String words) {
        return Arrays.stream(words.split(" ", -1)).map(PodStatesTest::container).toList();
    }

    /** A state, with the exit code or the pid behind it. */
    private static Container container(String word) {
        var state = word.replaceFirst("-.*", "");
        long number = word.equals(state) ? 0 : Long.parseLong(word.substring(state.length() + 1));
        boolean cut = state.equals("cut");
        return new Container(
                "0123456789ab",
                List.of("web"),
                Map.of(),
                cut ? "created" : state,
                false,
                state.equals("exited") ? number : 0,
                state.equals("running") ? number : 0,
                cut ? 10 : 0,
                0,
                "p",
                false,
                false,
                List.of());
    }
}
