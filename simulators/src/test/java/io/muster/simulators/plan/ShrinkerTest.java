package io.muster.simulators.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.simulators.plan.Happening.AtOnce;
import io.muster.simulators.plan.Happening.Befall;
import io.muster.simulators.plan.Happening.Delete;
import io.muster.testkit.world.Seeds;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

final class ShrinkerTest {
    private static final Duration LONG = Duration.ofSeconds(90);

    @Test
    void leaves_just_the_steps_that_it_takes_in_their_order() {
        Predicate<Plan> fails = plan -> has(plan, Delete.class) && has(plan, Befall.class);
        Seeds.check(
                50,
                seed -> {
                    var plan = PlanMaker.plan(seed, 3, LONG);
                    var shrinker = new Shrinker(fails, 1_000);
                    var small = shrinker.shrink(plan);
                    assertThat(small.steps()).hasSize(2);
                    assertThat(plan.steps()).containsSubsequence(small.steps());
                    assertThat(small.network()).isEqualTo(Network.CALM);
                    assertThat(small.lasting()).isEqualTo(small.steps().getLast().at());
                    assertThat(shrinker.runs()).isLessThan(100);
                });
    }

    @Test
    void leaves_no_step_when_it_takes_none() {
        var small = new Shrinker(_ -> true, 1_000).shrink(PlanMaker.plan(1, 3, LONG));
        assertThat(small.steps()).isEmpty();
    }

    @Test
    void keeps_what_only_fails_as_it_is() {
        var plan = PlanMaker.plan(1, 3, LONG);
        assertThat(new Shrinker(plan::equals, 1_000).shrink(plan)).isEqualTo(plan);
    }

    @Test
    void ends_when_it_has_run_often_enough_with_something_that_fails() {
        Predicate<Plan> fails = plan -> has(plan, Delete.class) && has(plan, Befall.class);
        var shrinker = new Shrinker(fails, 5);
        assertThat(shrinker.shrink(PlanMaker.plan(1, 3, LONG))).matches(fails);
        assertThat(shrinker.runs()).isEqualTo(5);
        assertThat(shrinker.isExhausted()).isTrue();
    }

    private static boolean has(Plan plan, Class<? extends Happening> kind) {
        return plan.steps().stream()
                .map(step -> step.what() instanceof AtOnce(var order) ? order : step.what())
                .anyMatch(kind::isInstance);
    }
}
