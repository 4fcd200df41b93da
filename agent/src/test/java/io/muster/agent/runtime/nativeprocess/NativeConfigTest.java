package io.muster.agent.runtime.nativeprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class NativeConfigTest {
    @Test
    void has_defaults_for_all_but_the_command() throws Exception {
        assertThat(NativeConfig.parse("command: x"))
                .isEqualTo(
                        new NativeConfig(
                                "x",
                                List.of(),
                                Map.of(),
                                "/",
                                SignalName.TERM,
                                Duration.ofSeconds(10)));
    }

    @Test
    void tells_all_that_is_wrong_at_once() {
        assertThatThrownBy(() ->
                        NativeConfig.parse(
                                """
                                comand: x
                                args: one
                                env: {1A: x, "B-": y}
                                workingDirectory: tmp
                                stopSignal: SIGNOTHING
                                stopTimeout: soon
                                """))
                .isInstanceOfSatisfying(
                        RuntimeFailure.class,
                        failure -> {
                            assertThat(failure.retryable()).isFalse();
                            assertThat(String.valueOf(failure.getMessage()).lines())
                                    .extracting(line -> line.split(": ", 2)[0])
                                    .containsExactly(
                                            "runtimeConfig.comand",
                                            "runtimeConfig.command",
                                            "runtimeConfig.args",
                                            "runtimeConfig.stopSignal",
                                            "runtimeConfig.stopTimeout",
                                            "runtimeConfig.workingDirectory",
                                            "runtimeConfig.env.1A",
                                            "runtimeConfig.env.B-");
                        });
    }

    @Test
    void that_has_one_fault_is_told_as_that() {
        assertThatThrownBy(() -> NativeConfig.parse("command: x\nworkingDirectory: tmp"))
                .hasMessage(
                        "runtimeConfig.workingDirectory: \"tmp\" is relative, but to what? Write an"
                                + " absolute path");
    }
}
