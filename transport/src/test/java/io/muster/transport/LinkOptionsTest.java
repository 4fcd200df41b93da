package io.muster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class LinkOptionsTest {
    @Test
    void a_peer_is_taken_for_dead_before_its_death_is_to_be_noticed() {
        for (int seconds = 2; seconds <= 25; seconds++) {
            var time = Duration.ofSeconds(seconds);
            var options = LinkOptions.DEFAULTS.noticedWithin(time);
            assertThat(options.keepAlive().multipliedBy(3).dividedBy(2)).isLessThan(time);
            assertThat(options.presenceDeadline())
                    .isGreaterThanOrEqualTo(time)
                    .isGreaterThanOrEqualTo(LinkOptions.DEFAULTS.presenceDeadline());
        }
    }

    @Test
    void ten_seconds_are_the_default() {
        assertThat(LinkOptions.DEFAULTS.noticedWithin(Duration.ofSeconds(10)))
                .isEqualTo(LinkOptions.DEFAULTS);
    }
}
