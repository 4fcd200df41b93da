package io.muster.api.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ExecutionStateTest {
    @Test
    void keeps_what_fits() {
        var info = "x".repeat(ExecutionState.MAX_INFO_BYTES);
        assertThat(info(info)).isEqualTo(info);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "ü", "€", "😀", "x😀ü"})
    void cuts_what_is_longer_at_a_character_and_says_so(String text) {
        var cut = info(text.repeat(1_000));
        assertThat(cut.getBytes(StandardCharsets.UTF_8).length)
                .isBetween(ExecutionState.MAX_INFO_BYTES - 3, ExecutionState.MAX_INFO_BYTES);
        assertThat(cut).endsWith("...");
        assertThat(text.repeat(1_000)).startsWith(cut.substring(0, cut.length() - 3));
        assertThat(info(cut)).isEqualTo(cut);
    }

    private static String info(String text) {
        return new ExecutionState(Phase.RUNNING_OK, text).additionalInfo();
    }
}
