package io.muster.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals to a program of its own. */
final class InterruptionTest {
    @ParameterizedTest
    @ValueSource(strings = {"TERM", "QUIT", "HUP"}) // for SIGINT see the system tests
    void ends_what_goes_on_for_ever_with_success_and_prints_nothing(String signal)
            throws Exception {
        var program =
                new ProcessBuilder(
                                "env", // else what this run was told to ignore stays ignored
                                "--default-signal=" + signal,
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Program.class.getName())
                        .redirectErrorStream(true)
                        .start();
        try (var output =
                new BufferedReader(
                        new InputStreamReader(program.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(output.readLine()).isEqualTo("ready");
            var kill = new ProcessBuilder("kill", "-" + signal, Long.toString(program.pid()));
            assertThat(kill.start().waitFor()).isZero();
            assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(output.lines().toList()).containsExactly("end");
            assertThat(program.exitValue()).isZero();
        } finally {
            program.destroyForcibly();
        }
    }

    /** Waits for its end. */
    static final class Program {
        private Program() {}

        public static void main(String[] args) throws InterruptedException {
            try (var _ = Interruption.ending(() -> System.out.println("end"))) {
                System.out.println("ready");
                new CountDownLatch(1).await();
            }
        }
    }
}
