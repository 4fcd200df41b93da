package io.muster.simulators;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.program.Logging;
import io.muster.api.program.Program;
import io.muster.api.program.ProgramFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class CommandsTest {
    private final StringWriter out = new StringWriter();
    private final List<String> failures = new ArrayList<>();

    @TempDir private Path folder = Path.of("");

    @BeforeAll
    static void say_only_what_somebody_must_act_on() {
        Logging.level(Logging.LogLevel.ERROR);
    }

    @Test
    void run_says_what_happened_how_often() {
        assertThat(call(new RunCommand(), "--runs", "1", "--lasts", "10")).isEqualTo(Program.DONE);
        assertThat(out.toString())
                .startsWith("1 runs, ")
                .contains("what went wrong:\n", "  network-delay ", "  one-live-instance ")
                .endsWith("all promises were kept\n");
    }

    @Test
    void run_refuses_numbers_that_make_no_sense() {
        assertThat(call(new RunCommand(), "--runs", "0")).isEqualTo(Program.MISUSED);
        assertThat(failures)
                .containsExactly("--runs: 0 is not from 1 to 1000000; give another number");
    }

    @Test
    void replay_shows_the_steps_and_if_asked_the_messages() throws IOException {
        var plan = plan("2 apply w1 agent=n0 version=1\n6.5 cut n0\n");
        assertThat(call(new ReplayCommand(), plan)).isEqualTo(Program.DONE);
        assertThat(out.toString())
                .isEqualTo(
                        """
                            2.000000 ** apply w1 agent=n0 version=1
                            6.500000 ** cut n0
                            6.500000 ** everything is healed
                        all promises were kept
                        """);
        assertThat(call(new ReplayCommand(), "-v", plan)).isEqualTo(Program.DONE);
        assertThat(out.toString()).contains("muster/sim/agent/n0 -> muster/v1/sim/agent/n0/report");
    }

    @Test
    void replay_stops_before_each_step_if_asked() throws IOException {
        var plan = plan("2 apply w1 agent=n0 version=1\n6.5 cut n0\n");
        var input = new ByteArrayInputStream("what\n\nm\n\n".getBytes(StandardCharsets.UTF_8));
        assertThat(call(new ReplayCommand(input), "--step", plan)).isEqualTo(Program.DONE);
        assertThat(out.toString())
                .containsSubsequence(
                        "--- after 0 steps and ",
                        "server: knows no workload\n",
                        "n0: up\n",
                        "next: 2 apply w1 agent=n0 version=1\n",
                        "[Enter] do it, [m] messages",
                        "[Enter] do it, [m] messages",
                        "--- after 1 steps and ",
                        "server: w1.",
                        ".n0 Running(Ok)\n",
                        "n0: up, w1.",
                        ".n0 runs\n",
                        "next: 6.5 cut n0\n",
                        " -> muster/v1/sim/agent/n0/report ",
                        "all promises were kept\n");
    }

    @Test
    void replay_says_all_that_is_wrong_with_a_plan() throws IOException {
        var plan = plan("1 fall\n1 cut n9\n");
        assertThat(call(new ReplayCommand(), plan)).isEqualTo(Program.FAILED);
        assertThat(failures)
                .singleElement()
                .asString()
                .contains(
                        plan + " line 1: \"fall\" is not known",
                        plan + " line 2: there is no \"n9\"");
    }

    @Test
    void shrink_needs_a_plan_that_fails() throws IOException {
        var plan = plan("1 cut n0\n");
        assertThat(call(new ShrinkCommand(), plan)).isEqualTo(Program.FAILED);
        assertThat(failures).containsExactly(plan + ": this plan does not fail; nothing to shrink");
    }

    private String plan(String text) throws IOException {
        return Files.writeString(folder.resolve("mine.plan"), text).toString();
    }

    private int call(Object command, String... arguments) {
        return new CommandLine(command)
                .setOut(new PrintWriter(out))
                .setExecutionExceptionHandler((e, _, _) -> {
                    failures.add(String.valueOf(e.getMessage()));
                    return e instanceof ProgramFailure failure
                            ? failure.exitCode()
                            : Program.FAILED;
                })
                .execute(arguments);
    }
}
