package io.muster.agent.reconcile;

import io.muster.api.runtime.Order;

/** What a runtime is asked to do. Safe to repeat; answered by exactly one {@link Answer}. */
public sealed interface Task {
    /** Returns the name of the runtime. */
    String runtime();

    /**
     * Returns what is to be done with which instance, for the log: never what it is made of, where
     * secrets may be.
     */
    default String outline() {
        return switch (this) {
            case Create(_, var order) -> "create " + order.instance();
            case Prepare(_, var order) -> "prepare " + order.instance();
            case Restart(var instance, _) -> "restart " + instance.name();
            case Observe(var instance) -> "observe " + instance.name();
            case Delete(var instance) -> "delete " + instance.name();
            case Search _ -> "search";
        };
    }

    /** Create and start an instance. */
    record Create(String runtime, Order order) implements Task {}

    /** Get all that creating an instance needs, while what it replaces goes on. */
    record Prepare(String runtime, Order order) implements Task {}

    /** Start an instance that has ended once more. */
    record Restart(Instance instance, Order order) implements Task {
        @Override
        public String runtime() {
            return instance.runtime();
        }
    }

    /** Look how an instance is. */
    record Observe(Instance instance) implements Task {
        @Override
        public String runtime() {
            return instance.runtime();
        }
    }

    /** End and remove an instance. */
    record Delete(Instance instance) implements Task {
        @Override
        public String runtime() {
            return instance.runtime();
        }
    }

    /** Look what a runtime has of this workload, because a try to create one did not end well. */
    record Search(String runtime) implements Task {}
}
