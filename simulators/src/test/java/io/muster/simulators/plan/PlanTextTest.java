package io.muster.simulators.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.testkit.world.Seeds;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PlanTextTest {
    /** Too much for seeds, as they make rarer what is looked for in them. */
    private static final Set<Mishap> FOR_PLANS =
            EnumSet.of(
                    Mishap.STORE_SLOW,
                    Mishap.DISK_SLOW,
                    Mishap.LISTING_FAILS,
                    Mishap.LISTING_HANGS,
                    Mishap.RETAINED_LOSS);

    @Test
    void reads_what_it_has_written_whatever_happens() {
        Set<String> verbs = new HashSet<>();
        Seeds.check(
                200,
                seed -> {
                    var plan = PlanMaker.plan(seed, 3, Duration.ofSeconds(90));
                    assertThat(PlanReader.read("plan", PlanText.of(plan)))
                            .isEqualTo(Outcome.accepted(plan));
                    plan.steps().forEach(each -> verbs.add(PlanText.of(each).split(" ", 3)[1]));
                });
        for (var mishap : Mishap.values()) {
            assertThat(verbs.contains(mishap.word()))
                    .as(mishap.word())
                    .isNotEqualTo(FOR_PLANS.contains(mishap));
        }
        assertThat(verbs).contains("at-once", "settle");
    }

    @Test
    void reads_what_befalls_nobody_by_chance() {
        var read =
                PlanReader.read(
                        "plan",
                        """
                        network still
                        1 store-slow for=2
                        2 disk-slow n0 for=2
                        3 listing-fails n0 for=2
                        4 listing-hangs n1 for=2
                        5 retained-loss
                        """);
        assertThat(read)
                .isInstanceOfSatisfying(
                        Outcome.Accepted.class,
                        accepted -> {
                            var plan = (Plan) accepted.value();
                            assertThat(plan.steps()).hasSameSizeAs(FOR_PLANS);
                            assertThat(PlanReader.read("plan", PlanText.of(plan))).isEqualTo(read);
                        });
    }

    @Test
    void each_fourth_seed_lives_a_gentle_life() {
        for (long seed = 0; seed < 8; seed++) {
            assertThat(plan(seed).network())
                    .isEqualTo(seed % 4 == 3 ? Network.CALM : Network.ROUGH);
        }
    }

    @Test
    void the_same_seed_makes_the_same_plan_and_another_another() {
        assertThat(plan(5)).isEqualTo(plan(5)).isNotEqualTo(plan(6));
    }

    @Test
    void people_may_leave_out_what_is_as_always() {
        var read =
                PlanReader.read(
                        "mine", "# a scenario\n\n 2.5 cut n2 # at once\n1 server-crash for=3\n");
        assertThat(read)
                .isEqualTo(
                        PlanReader.read(
                                "mine",
                                """
                                seed 1
                                agents 3
                                network calm
                                lasts 2.5
                                1 server-crash for=3
                                2.5 cut n2
                                """));
    }

    @Test
    void all_that_cannot_be_read_is_told_with_line_and_remedy() {
        var read =
                PlanReader.read(
                        "mine",
                        """
                        agents 2
                        network bad
                        soon cut n0
                        1 cut n2
                        1 cut
                        1 fall n0
                        1 server-crash
                        1 cut n0 for=3
                        -1 cut n0
                        1 exit n0 choice=x
                        1 network-loss rate=2 for=1
                        1 apply w1 agent=n0 version=1 needs=w2
                        1 apply w1 agent=n0 version=1 policy=MAYBE
                        1 at-once
                        1 at-once cut n0
                        1 settle
                        """);
        assertThat(read).isInstanceOf(Outcome.Refused.class);
        assertThat(((Outcome.Refused<Plan>) read).problems())
                .extracting(Problem::toString)
                .containsExactly(
                        "mine line 2: \"bad\" is not known; use one of calm, rough, still",
                        "mine line 3: \"soon\" is no setting and no time; begin with seed, agents,"
                                + " network, lasts, or the seconds of a step",
                        "mine line 4: there is no \"n2\"; nodes are n0 to n1; say \"agents\" before"
                                + " the first step",
                        "mine line 5: cut has no target; name it behind",
                        "mine line 6: \"fall\" is not known; use one of " + words(),
                        "mine line 7: server-crash has no \"for\"; add for=...",
                        "mine line 8: \"for\" means nothing to cut; leave it out",
                        "mine line 9: \"-1\" is no setting and no time; begin with seed, agents,"
                                + " network, lasts, or the seconds of a step",
                        "mine line 10: \"x\" is no number from 0 to 2147483647; write one",
                        "mine line 11: \"2\" is no rate; write one from 0 to 1",
                        "mine line 12: needs: \"w2\" is no dependency; write"
                                + " WORKLOAD:CONDITION:ON_UPDATE, such as w1:ADD_COND_RUNNING:wait",
                        "mine line 13: \"MAYBE\" is not known; use one of ALWAYS, NEVER,"
                                + " ON_FAILURE",
                        "mine line 14: at-once says no order; write an update behind it",
                        "mine line 15: \"cut n0\" is no update of a workload; leave out"
                                + " \"at-once\"",
                        "mine line 16: settle has no \"within\"; add within=...");
    }

    private static String words() {
        return String.join(
                ", ", Arrays.stream(Mishap.values()).map(Mishap::word).sorted().toList());
    }

    private static Plan plan(long seed) {
        return PlanMaker.plan(seed, 3, Duration.ofSeconds(90));
    }
}
