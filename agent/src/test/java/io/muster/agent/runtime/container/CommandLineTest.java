package io.muster.agent.runtime.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.host.SystemProcesses;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.shell.Processes;
import io.muster.api.shell.Processes.Finished;
import io.muster.api.shell.Processes.KilledException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class CommandLineTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static CommandLine podman(Processes processes) {
        return new CommandLine(CommandLine.PODMAN, processes, new TreeMap<>());
    }

    @Test
    void puts_general_options_before_the_sub_command() throws Exception {
        var podman =
                podman(command -> new Finished(0, String.join(" ", command.words()), "warning"));
        assertThat(podman.call(List.of("--root", "/x"), MINUTE, List.of("ps", "--all")))
                .isEqualTo("podman --root /x ps --all");
    }

    @Test
    void says_what_podman_says_and_what_it_was_asked() {
        var podman = podman(command -> new Finished(125, "", "Error: no space left.\n"));
        assertThatThrownBy(() -> podman.call(List.of(), MINUTE, List.of("run", "x y")))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessage("no space left. Execution of 'podman \"run\" \"x y\"'")
                .matches(failure -> ((RuntimeFailure) failure).retryable());
    }

    @Test
    void says_that_podman_cannot_be_started_or_does_not_end() {
        var missing =
                podman(command -> {
                    throw new IOException("Cannot run program \"podman\": error=2");
                });
        assertThatThrownBy(() -> missing.call(List.of(), MINUTE, List.of("ps")))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("error=2")
                .hasMessageContaining("Could not spawn command 'podman \"ps\"'")
                .hasMessageContaining("Is podman installed");
        var slow =
                podman(command -> {
                    throw new KilledException(command, "no end within 60 s; killed");
                });
        assertThatThrownBy(() -> slow.call(List.of(), MINUTE, List.of("ps")))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessage("no end within 60 s; killed. Execution of 'podman \"ps\"'");
    }

    @Test
    void tells_no_secret_of_what_was_killed() throws Exception {
        var flooding = new CommandLine("sh", new SystemProcesses(), new TreeMap<>());
        assertThatThrownBy(() ->
                        flooding.call(
                                List.of(),
                                MINUTE,
                                List.of("-c", "exec yes", "--env=PASSWORD=geheim")))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageStartingWith("more than 4 MiB on its standard output; killed")
                .hasMessageContaining("PASSWORD=***")
                .hasMessageNotContaining("geheim");
    }

    @Test
    void stays_interrupted() {
        var podman =
                podman(command -> {
                    throw new InterruptedException();
                });
        assertThatThrownBy(() -> podman.call(List.of(), MINUTE, List.of("ps")))
                .isInstanceOf(RuntimeFailure.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void keeps_to_the_point() {
        assertThat(
                        CommandLine.complaint(
                                "podman",
                                """
                                Trying to pull localhost/x:1...
                                time="2026" level=warning msg="Failed, retrying in 1s ... (1/3)"
                                Error: initializing source docker://localhost/x:1: connection refused
                                """,
                                125))
                .isEqualTo("initializing source docker://localhost/x:1: connection refused");
        assertThat(
                        CommandLine.complaint(
                                "podman",
                                """
                                time="2026" level=error msg="container \\"x\\" not running"
                                Error: internal libpod error
                                """,
                                125))
                .isEqualTo("container \"x\" not running; internal libpod error");
        assertThat(CommandLine.complaint("podman", "Trying to pull x...\n", 125))
                .isEqualTo("Trying to pull x..");
        assertThat(CommandLine.complaint("podman", "", 127))
                .isEqualTo("podman ended with exit code 127");
    }

    @Test
    void hides_the_values_of_environment_variables_and_credentials() {
        assertThat(
                        CommandLine.quoted(
                                List.of(
                                        "podman",
                                        "run",
                                        "-e",
                                        "A=1",
                                        "--env=B=2",
                                        "-e",
                                        "C",
                                        "--creds",
                                        "me:secret",
                                        "--creds=me:secret",
                                        "-eD=secret",
                                        "--decryption-key=key:secret",
                                        "x=y")))
                .isEqualTo(
                        "podman \"run\" \"-e\" \"A=***\" \"--env=B=***\" \"-e\" \"C\" \"--creds\""
                                + " \"***\" \"--creds=***\" \"-eD=***\" \"--decryption-key=***\""
                                + " \"x=y\"");
    }
}
