package io.muster.simulators;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.muster.api.outcome.Outcome;
import io.muster.simulators.plan.Mishap;
import io.muster.simulators.plan.Plan;
import io.muster.simulators.plan.PlanMaker;
import io.muster.simulators.plan.PlanReader;
import io.muster.simulators.plan.PlanText;
import io.muster.simulators.plan.Shrinker;
import io.muster.testkit.bus.RandomFaults.Rates;
import io.muster.testkit.world.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

final class ClusterTest {
    private static final Duration ROUGH_TIME = Duration.ofSeconds(90);
    private static final int SEEDS = 100;

    /** One of those in which everything goes wrong at once. */
    private static final long ROUGH = 14;

    /** One of those in which one thing happens at a time. */
    private static final long GENTLE = 7;

    /** Two processors need less than three minutes for them. */
    private static final int MANY = 2_000;

    /** More would say nothing new. */
    private static final int MOST_BROKEN = 10;

    @BeforeAll
    static void say_nothing_of_thousands_of_deliberate_faults() {
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.OFF);
    }

    @Test
    void the_same_seed_gives_the_same_run() {
        for (long seed : List.of(ROUGH, GENTLE)) {
            var lines = life(seed).trace().lines();
            assertThat(life(seed).trace().lines()).isEqualTo(lines);
            assertThat(life(seed + 4).trace().lines()).isNotEqualTo(lines);
        }
    }

    @Test
    void the_written_plan_alone_gives_the_same_run() {
        for (long seed : List.of(ROUGH, GENTLE)) {
            var plan = PlanMaker.plan(seed, 3, ROUGH_TIME);
            assertThat(survived(read(plan)).trace().lines())
                    .isEqualTo(survived(plan).trace().lines());
        }
    }

    private static Plan read(Plan plan) {
        if (PlanReader.read("plan", PlanText.of(plan))
                instanceof Outcome.Accepted<Plan>(var read)) {
            return read;
        }
        throw new AssertionError("cannot be read:\n" + PlanText.of(plan));
    }

    @Test
    void a_run_that_fails_is_made_smaller_until_only_what_it_takes_is_left() {
        var plan = PlanMaker.plan(ROUGH, 3, Duration.ofSeconds(20));
        var small = new Shrinker(ClusterTest::isCut, 100).shrink(plan);
        assertThat(small.steps())
                .singleElement()
                .extracting(step -> PlanText.of(step.what()))
                .asString()
                .startsWith("power-cut ");
    }

    /** Stands for a broken promise. */
    private static boolean isCut(Plan plan) {
        return Simulation.run(plan).cluster().mishaps().containsKey(Mishap.POWER_CUT);
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES) // on a machine that does much else
    void whatever_happens_what_was_acknowledged_becomes_true_in_the_end() {
        var only = Optional.ofNullable(Long.getLong("seed"));
        long count = only.isPresent() ? 1 : (long) MANY * Integer.getInteger("seeds.factor", 1);
        var total = new Tally();
        var broken = new ArrayList<String>();
        long began = System.nanoTime();
        new Campaign(
                        seed -> PlanMaker.plan(seed, 3, ROUGH_TIME),
                        Runtime.getRuntime().availableProcessors())
                .run(
                        only.orElse(1L),
                        count,
                        run -> {
                            total.add(run.verdict().cluster());
                            run.verdict()
                                    .failure()
                                    .ifPresent(
                                            why -> broken.add("seed " + run.seed() + ": " + why));
                            return broken.size() < MOST_BROKEN;
                        });
        total.lines().forEach(System.out::println);
        System.out.println(total.speed(Duration.ofNanos(System.nanoTime() - began)));
        assertThat(broken).as("replay with muster-sim run --runs 1 --seed ...").isEmpty();
        if (only.isEmpty()) {
            assertThat(total.zeros()).as("faults and promises that this never met").isEmpty();
        }
    }

    @Test
    void restarts_and_a_bad_network_restart_no_workload() {
        Seeds.check(
                SEEDS / 4,
                seed -> {
                    var cluster = new SimulatedCluster(seed, 2, Rates.ROUGH);
                    cluster.settleWith(6);
                    long starts = cluster.starts();
                    cluster.sufferWithoutUpdates(ROUGH_TIME);
                    cluster.converge();
                    assertThat(cluster.starts()).as(cluster.trace().tail(50)).isEqualTo(starts);
                });
    }

    @Test
    void another_node_with_a_name_that_is_taken_starts_nothing_and_changes_nothing() {
        Seeds.check(
                10,
                seed -> {
                    var cluster = new SimulatedCluster(seed, 2, Rates.CALM);
                    cluster.settleWith(6);
                    long starts = cluster.starts();
                    var namesake = cluster.namesake(cluster.node(0));
                    cluster.pass(Duration.ofMinutes(40)); // it asks more than once
                    assertThat(namesake.machine().starts()).isZero();
                    assertThat(cluster.starts()).as(cluster.trace().tail(50)).isEqualTo(starts);
                    cluster.converge();
                });
    }

    @Test
    void another_node_gets_a_name_whose_holder_is_gone_for_good_and_keeps_it() {
        Seeds.check(
                10,
                seed -> {
                    var cluster = new SimulatedCluster(seed, 2, Rates.CALM);
                    cluster.settleWith(6);
                    var elder = cluster.node(0);
                    elder.powerCut();
                    var heir = cluster.namesake(elder);
                    cluster.pass(Duration.ofSeconds(55));
                    assertThat(heir.machine().starts()).isZero();
                    cluster.invariants().release(heir);
                    cluster.pass(Duration.ofSeconds(35));
                    assertThat(heir.machine().starts()).as(cluster.trace().tail(50)).isEqualTo(3);
                    long starts = elder.machine().starts();
                    elder.start();
                    cluster.pass(Duration.ofMinutes(40));
                    assertThat(elder.machine().starts())
                            .as(cluster.trace().tail(50))
                            .isEqualTo(starts);
                    assertThat(heir.machine().starts()).isEqualTo(3);
                });
    }

    @Test
    void another_node_gets_a_name_within_seconds_when_its_holder_is_stopped() {
        Seeds.check(
                10,
                seed -> {
                    var cluster = new SimulatedCluster(seed, 2, Rates.CALM);
                    var heir = heirThatWasRefused(cluster);
                    cluster.node(0).stop();
                    cluster.pass(Duration.ofSeconds(7));
                    assertThat(heir.machine().starts()).as(cluster.trace().tail(50)).isEqualTo(3);
                });
    }

    @Test
    void another_node_that_was_refused_gets_a_name_a_minute_after_its_holder_has_died() {
        Seeds.check(
                10,
                seed -> {
                    var cluster = new SimulatedCluster(seed, 2, Rates.CALM);
                    var heir = heirThatWasRefused(cluster);
                    cluster.node(0).powerCut();
                    cluster.pass(Duration.ofSeconds(50));
                    assertThat(heir.machine().starts()).isZero();
                    cluster.pass(Duration.ofSeconds(30));
                    assertThat(heir.machine().starts()).as(cluster.trace().tail(50)).isEqualTo(3);
                });
    }

    private static SimulatedNode heirThatWasRefused(SimulatedCluster cluster) {
        cluster.settleWith(6);
        var heir = cluster.namesake(cluster.node(0));
        cluster.pass(Duration.ofMinutes(2)); // it has left the name to the holder by then
        assertThat(heir.machine().starts()).isZero();
        cluster.invariants().release(heir);
        return heir;
    }

    /** A life with everything that can happen. */
    private static SimulatedCluster life(long seed) {
        return survived(PlanMaker.plan(seed, 3, ROUGH_TIME));
    }

    private static SimulatedCluster survived(Plan plan) {
        var verdict = Simulation.run(plan);
        verdict.failure()
                .ifPresent(failure -> {
                    throw new AssertionError(
                            failure + "\nthe plan:\n" + PlanText.of(plan), failure);
                });
        return verdict.cluster();
    }
}
