package io.muster.simulators;

import io.muster.simulators.plan.Plan;
import java.util.ArrayDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongFunction;

/**
 * Runs of one seed after the other, several at a time, each on one thread. What came of them is
 * told in the order of their seeds, so that it does not depend on how many run at a time.
 */
final class Campaign {
    private final LongFunction<Plan> plans;
    private final int jobs;

    /**
     * Makes one.
     *
     * @param plans makes the plan of a seed
     * @param jobs how many run at a time
     */
    Campaign(LongFunction<Plan> plans, int jobs) {
        this.plans = plans;
        this.jobs = jobs;
    }

    /** A run that is over. */
    record Ended(long seed, Plan plan, Simulation.Verdict verdict) {}

    /** Hears of each run that is over. */
    interface Listener {
        /** Returns whether to go on. */
        boolean ended(Ended run);
    }

    /** Runs as many seeds, from the first, or until the listener has enough. */
    void run(long first, long count, Listener listener) {
        try (var threads = Executors.newFixedThreadPool(jobs)) {
            var underWay = new ArrayDeque<Future<Ended>>();
            long next = first;
            boolean goesOn = true;
            while (goesOn && (next < first + count || !underWay.isEmpty())) {
                while (next < first + count && underWay.size() < 2 * jobs) {
                    underWay.add(begin(threads, next++));
                }
                goesOn = listener.ended(underWay.remove().get());
            }
            underWay.forEach(each -> each.cancel(false));
        } catch (ExecutionException e) {
            throw new IllegalStateException("a simulation failed in an unforeseen way", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Future<Ended> begin(ExecutorService threads, long seed) {
        return threads.submit(() -> {
            var plan = plans.apply(seed);
            return new Ended(seed, plan, Simulation.run(plan));
        });
    }
}
