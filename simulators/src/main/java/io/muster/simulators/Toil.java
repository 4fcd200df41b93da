package io.muster.simulators;

import io.muster.api.name.InstanceName;
import io.muster.api.runtime.Order;
import io.muster.testkit.runtime.Behaviour;
import io.muster.testkit.runtime.FakeMachine.Preparation;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Until when runtimes may be busy with what takes its time, or fails and is tried again: while an
 * image is got, and after a refusal, nobody can be expected to be done.
 */
final class Toil {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final int MOST_DOUBLINGS = 9;

    private final Map<InstanceName, Integer> refusals = new HashMap<>();
    private Duration until = Duration.ZERO;

    /** Returns when the last of it is over. */
    Duration until() {
        return until;
    }

    /** An instance is prepared, from now on. */
    Preparation preparing(Duration now, Order order, Preparation preparation) {
        lasts(now, order, preparation.takes(), preparation.failure().isPresent());
        return preparation;
    }

    /** An instance is created, from now on. */
    Behaviour creating(Duration now, Order order, Behaviour behaviour) {
        lasts(now, order, behaviour.creating(), behaviour.failure().isPresent());
        return behaviour;
    }

    private void lasts(Duration now, Order order, Duration takes, boolean isRefused) {
        var end = now.plus(takes);
        if (isRefused) {
            int before = refusals.merge(order.instance(), 1, Integer::sum) - 1;
            end = end.plus(FIRST_PAUSE.multipliedBy(1L << Math.min(before, MOST_DOUBLINGS)));
        } else {
            refusals.remove(order.instance());
        }
        until = end.compareTo(until) > 0 ? end : until;
    }
}
