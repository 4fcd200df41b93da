package io.muster.simulators;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.program.Logging;
import io.muster.simulators.Invariants.Promise;
import io.muster.testkit.bus.RandomFaults.Rates;
import io.muster.testkit.world.Seeds;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class ClusterTest {
    private static final Duration ROUGH_TIME = Duration.ofSeconds(90);
    private static final int SEEDS = 60;

    @BeforeAll
    static void say_only_what_somebody_must_act_on() {
        Logging.level(Logging.LogLevel.ERROR);
    }

    @Test
    void the_same_seed_gives_the_same_run() {
        assertThat(rough(3).trace().lines()).isEqualTo(rough(3).trace().lines());
        assertThat(rough(3).trace().lines()).isNotEqualTo(rough(4).trace().lines());
    }

    @Test
    void whatever_happens_what_was_acknowledged_becomes_true_in_the_end() {
        var total = new Tally();
        Seeds.check(SEEDS, seed -> total.add(rough(seed)));
        total.print();
        assertThat(total.zeros()).as("faults and promises that this run never met").isEmpty();
    }

    @Test
    void restarts_and_a_bad_network_restart_no_workload() {
        Seeds.check(
                SEEDS / 2,
                seed -> {
                    var cluster = new SimulatedCluster(seed, 2, Rates.ROUGH);
                    cluster.settleWith(6);
                    long starts = cluster.starts();
                    cluster.sufferWithoutUpdates(ROUGH_TIME);
                    cluster.converge();
                    assertThat(cluster.starts()).as(cluster.trace().tail(50)).isEqualTo(starts);
                });
    }

    private static SimulatedCluster rough(long seed) {
        var cluster = new SimulatedCluster(seed, 3, Rates.ROUGH);
        cluster.live(ROUGH_TIME);
        cluster.converge();
        assertThat(cluster.invariants().looks())
                .containsKeys(Promise.ONE_LIVE_INSTANCE, Promise.NEVER_BACKWARDS);
        return cluster;
    }
}
