package io.muster.api.codec;

import io.muster.api.Seeds;
import io.muster.api.manifest.UntrustedTexts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * One seed after the other, each for one of all entrances: a few in every build, and for as long as
 * {@code -Dfuzz.seconds} says with {@code bin/fuzz}, from a seed that is another each time.
 */
final class FuzzTest {
    private static final int ROUNDS = 300;

    @Test
    @Timeout(value = 100, unit = TimeUnit.DAYS)
    void nothing_goes_wrong() {
        var targets = new ArrayList<Seeds.Check>();
        targets.addAll(
                List.of(UntrustedTexts::damaged, UntrustedTexts::noise, UntrustedTexts::hostile));
        Entrance.ALL.forEach(entrance -> {
            targets.add(entrance::damaged);
            targets.add(entrance::hostile);
        });
        Seeds.Check any = random -> targets.get(random.nextInt(targets.size())).with(random);
        var seconds = Long.getLong("fuzz.seconds");
        if (seconds == null) {
            Seeds.check(ROUNDS, any);
        } else {
            long seeds = Seeds.check(Duration.ofSeconds(seconds), any);
            System.out.println(seeds + " seeds, nothing went wrong");
        }
    }
}
