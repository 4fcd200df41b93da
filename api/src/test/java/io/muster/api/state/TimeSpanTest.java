package io.muster.api.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TimeSpanTest {
    @ParameterizedTest
    @CsvSource({"1s, 1, 1s", "90s, 90, 1m30s", "10m, 600, 10m", "1d1s, 86401, 1d1s", "0s, 0, 0s"})
    void is_read_as_written_and_written_in_few_parts(String text, long seconds, String written) {
        assertThat(TimeSpan.read(text)).contains(Duration.ofSeconds(seconds));
        assertThat(TimeSpan.write(Duration.ofSeconds(seconds))).isEqualTo(written);
        assertThat(TimeSpan.read(written)).contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "s", "1.5s", "-1s", "1m1h", "10 m", "1000000000000s"})
    void is_no_time_if_it_says_none(String text) {
        assertThat(TimeSpan.read(text)).isEmpty();
    }
}
