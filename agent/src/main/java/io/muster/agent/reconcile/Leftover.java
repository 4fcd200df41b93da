package io.muster.agent.reconcile;

import io.muster.api.runtime.Order;
import java.util.Optional;

/**
 * A try to create an instance did not end well, so parts of it may be there, or even all of it.
 * Creating the same again removes them; before anything else they are searched for.
 *
 * @param failure why searching failed; empty if it did not
 */
record Leftover(String runtime, Order order, Optional<Failure> failure) {
    boolean isReplacedBy(Wish.Run run) {
        return runtime.equals(run.runtime()) && order.instance().equals(run.instance());
    }
}
