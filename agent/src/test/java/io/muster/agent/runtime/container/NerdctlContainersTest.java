package io.muster.agent.runtime.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.shell.Processes.Finished;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What nerdctl prints, as its sources say; the rest is {@link ContainerdRuntimeIT}. */
final class NerdctlContainersTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Finished MISSING =
            new Finished(
                    1,
                    "",
                    "time=\"2026-01-01T00:00:00Z\" level=fatal msg=\"1 errors:\\n[no such object:"
                            + " x]\"");
    private static final ContainerRef REF =
            new ContainerRef(
                    "0123456789ab",
                    new InstanceName(new WorkloadName("web"), "1", "bow"),
                    List.of());

    private final ArrayDeque<Finished> answers = new ArrayDeque<>();
    private final List<String> calls = new ArrayList<>();
    private final NerdctlContainers containers =
            new NerdctlContainers(
                    new CommandLine(
                            CommandLine.NERDCTL,
                            command -> {
                                calls.add(String.join(" ", command.words()));
                                return answers.remove();
                            },
                            new TreeMap<>()),
                    MINUTE,
                    () -> 1_000_000_000);

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    created,    0, 2020-01-01T00:00:00.5Z,     Starting[info=created]
                    restarting, 0, 2020-01-01T00:00:00Z,       Starting[info=restarting]
                    exited,     0, 2020-01-01T00:00:00Z,       Exited[code=0]
                    exited,     3, 1990-01-01T00:00:00Z,       Exited[code=3]
                    dead,       1, 2020-01-01T00:00:00Z,       Exited[code=1]
                    removing,   0, 2020-01-01T00:00:00Z,       Stopping[info=removing]
                    paused,     0, 2020-01-01T00:00:00Z,       Unclear[info=paused]
                    '',         0, 1990-01-01T00:00:00+09:00,  Interrupted[info=the machine was restarted]
                    '',         0, 2020-01-01T00:00:00Z,       Starting[info=created]
                    """)
    void maps_states(String status, int code, String created, String expected) throws Exception {
        answers.add(
                printed(
                        """
                        [{"Id": "0123456789abcdef", "Created": "%s", "Name": "web", "Args": ["x"],
                          "State": {"Status": "%s", "Pid": 0, "ExitCode": %d, "FinishedAt": ""},
                          "HostConfig": {"Dns": null}, "Mounts": null,
                          "Config": {"Hostname": "h", "Labels": {"name": "web.1.bow", "x": "a,b=c"}}}]
                        """
                                .formatted(created, status, code)));
        var found = containers.find(REF).orElseThrow();
        assertThat(found.withoutProcess()).hasToString(expected);
        assertThat(found.label("x")).isEqualTo("a,b=c");
        assertThat(found.names()).containsExactly("web");
        assertThat(calls).containsExactly("nerdctl inspect 0123456789ab");
    }

    @Test
    void reads_the_pid_of_what_runs() throws Exception {
        answers.add(
                printed("[{\"Id\": \"0123\", \"State\": {\"Status\": \"running\", \"Pid\": 42}}]"));
        assertThat(containers.find(REF).orElseThrow().pid()).isEqualTo(42);
    }

    @Test
    void knows_what_is_missing_from_what_fails() throws Exception {
        answers.add(MISSING);
        assertThat(containers.find(REF)).isEmpty();
        answers.add(new Finished(1, "", "cannot connect to containerd"));
        assertThatThrownBy(() -> containers.find(REF))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("cannot connect to containerd");
        answers.add(printed("no JSON"));
        assertThatThrownBy(() -> containers.find(REF))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("is this nerdctl 1.0 or later?");
    }

    @Test
    void lists_anew_when_a_container_vanished_meanwhile() throws Exception {
        answers.add(printed("aaa\nbbb\n"));
        answers.add(MISSING);
        answers.add(printed("bbb\n"));
        answers.add(printed("[{\"Id\": \"bbb\", \"State\": null, \"Config\": null}]"));
        assertThat(containers.of(new AgentName("bow"), List.of("--namespace=x")))
                .singleElement()
                .satisfies(container -> assertThat(container.id()).isEqualTo("bbb"));
        assertThat(calls)
                .startsWith(
                        "nerdctl --namespace=x ps --all --no-trunc --quiet --filter"
                                + " label=agent=bow",
                        "nerdctl --namespace=x inspect aaa bbb")
                .hasSize(4);
    }

    @Test
    void asks_no_more_where_nothing_is() throws Exception {
        answers.add(printed("\n"));
        assertThat(containers.all(List.of())).isEmpty();
        assertThat(calls).hasSize(1);
    }

    @Test
    void stops_before_it_removes_and_minds_neither_what_is_gone_nor_what_cannot_be_stopped()
            throws Exception {
        answers.add(printed("x"));
        answers.add(printed("x"));
        containers.remove(REF, MINUTE);
        answers.add(MISSING);
        containers.remove(REF, MINUTE);
        answers.add(new Finished(1, "", "it is paused"));
        answers.add(printed("x"));
        containers.remove(REF, MINUTE);
        assertThat(calls)
                .containsExactly(
                        "nerdctl stop 0123456789ab",
                        "nerdctl rm --force 0123456789ab",
                        "nerdctl stop 0123456789ab",
                        "nerdctl stop 0123456789ab",
                        "nerdctl rm --force 0123456789ab");
    }

    private static Finished printed(String output) {
        return new Finished(0, output, "");
    }
}
