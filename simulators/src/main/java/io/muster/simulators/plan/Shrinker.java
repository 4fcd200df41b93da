package io.muster.simulators.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Makes a plan that fails smaller, so that what is left is what it takes: delta debugging over the
 * steps, a calm network instead of a rough one, an earlier end.
 *
 * <p>What is left may fail for another reason than the whole did.
 */
public final class Shrinker {
    private final Predicate<Plan> fails;
    private final int most;
    private int runs;

    /**
     * Makes one.
     *
     * @param fails runs a plan
     * @param most how many runs it may take
     */
    public Shrinker(Predicate<Plan> fails, int most) {
        this.fails = fails;
        this.most = most;
    }

    /** Returns a plan that fails, and from which no single step can be left out any more. */
    public Plan shrink(Plan failing) {
        var plan = failing;
        plan = orElse(plan.withNetwork(Network.CALM), plan);
        plan = orElse(withoutLongEnd(plan), plan);
        plan = fewerSteps(plan);
        plan = orElse(plan.withNetwork(Network.CALM), plan);
        return orElse(withoutLongEnd(plan), plan);
    }

    /** Returns how often a plan was run. */
    public int runs() {
        return runs;
    }

    /** Says whether it stopped because it may not take more runs. */
    public boolean isExhausted() {
        return runs >= most;
    }

    /** What is left always fails; parts become smaller until they are single steps. */
    private Plan fewerSteps(Plan failing) {
        var plan = failing;
        int part = Math.max(1, plan.steps().size() / 2);
        while (!plan.steps().isEmpty() && !isExhausted()) {
            boolean smaller = false;
            int from = 0;
            while (from < plan.steps().size() && !isExhausted()) {
                var without = plan.withSteps(without(plan.steps(), from, part));
                if (stillFails(without)) {
                    plan = without;
                    smaller = true;
                } else {
                    from += part;
                }
            }
            if (!smaller && part == 1) {
                return plan;
            }
            part = Math.max(1, smaller ? Math.min(part, plan.steps().size() / 2) : part / 2);
        }
        return plan;
    }

    private static List<Step> without(List<Step> steps, int from, int count) {
        var left = new ArrayList<>(steps.subList(0, from));
        left.addAll(steps.subList(Math.min(steps.size(), from + count), steps.size()));
        return left;
    }

    private static Plan withoutLongEnd(Plan plan) {
        var last = plan.steps().isEmpty() ? Duration.ZERO : plan.steps().getLast().at();
        return plan.lasting(last);
    }

    private Plan orElse(Plan smaller, Plan plan) {
        return !smaller.equals(plan) && stillFails(smaller) ? smaller : plan;
    }

    private boolean stillFails(Plan plan) {
        if (isExhausted()) {
            return false;
        }
        runs++;
        return fails.test(plan);
    }
}
