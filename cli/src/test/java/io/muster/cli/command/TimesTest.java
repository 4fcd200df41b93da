package io.muster.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TimesTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "90s, 2026-11-21T11:58:30Z",
        "10m, 2026-11-21T11:50:00Z",
        "1h30m, 2026-11-21T10:30:00Z",
        "2d, 2026-11-19T12:00:00Z",
        "2026-11-21T13:00:00+01:00, 2026-11-21T12:00:00Z",
        "2026-11-21T13:00:00.5Z, 2026-11-21T13:00:00.5Z",
    })
    void are_points_in_time_or_how_long_ago(String text, Instant time) {
        assertThat(Times.read(text, NOON)).hasValue(time);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "m", "10 m", "yesterday", "-5m", "5m1h", "2026-11-21"})
    void are_nothing_else(String text) {
        assertThat(Times.read(text, NOON)).isEmpty();
    }

    @Test
    void do_not_overflow() {
        assertThat(Times.read("999999d", NOON)).isPresent();
    }
}
