package io.muster.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Some minutes of what {@code bin/chaos} does for as long as one likes. */
@Tag("root")
final class ChaosIT {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final Duration TIME = Duration.ofSeconds(130);

    @TempDir Path folder;

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void whatever_goes_wrong_nothing_is_lost_nothing_runs_twice_and_all_is_well_in_the_end()
            throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("chaos with -Dseed=" + seed);
        Chaos.Report report;
        try (var chaos = new Chaos(REPOSITORY, folder, seed)) {
            report = chaos.run(TIME);
        }
        report.print();

        assertThat(report.problems()).isEmpty();
        assertThat(report.backwards()).isZero();
        assertThat(report.zeros()).as("what never happened was not tested").isEmpty();
    }
}
