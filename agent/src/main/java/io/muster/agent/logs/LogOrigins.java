package io.muster.agent.logs;

import io.muster.agent.reconcile.Whereabouts;
import io.muster.agent.reconcile.Whereabouts.Found;
import io.muster.api.name.InstanceName;
import io.muster.api.request.ImageOrder;
import io.muster.api.request.LogSelection;
import io.muster.api.runtime.LogReader;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.runtime.RuntimeId;
import io.muster.api.runtime.WorkloadRuntime;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Where lines come from: from workloads, or from pulls, which need no workload to be there.
 *
 * @param runtimes by name
 * @param places says where an instance can be read
 */
record LogOrigins(
        Map<String, WorkloadRuntime> runtimes, Function<InstanceName, Whereabouts> places) {
    LogSource.Origin logs(InstanceName instance) {
        return new LogSource.Origin() {
            @Override
            public Whereabouts where() {
                return places.apply(instance);
            }

            @Override
            public LogReader open(Found found, LogSelection selection) throws RuntimeFailure {
                return runtime(found.runtime()).logs(found.id(), selection);
            }

            @Override
            public boolean isPull() {
                return false;
            }
        };
    }

    LogSource.Origin pull(ImageOrder order) {
        return new LogSource.Origin() {
            @Override
            public Whereabouts where() {
                return new Found(order.runtime(), new RuntimeId("images"), Optional.empty(), false);
            }

            @Override
            public LogReader open(Found found, LogSelection selection) throws RuntimeFailure {
                return runtime(found.runtime()).preload(order);
            }

            @Override
            public boolean isPull() {
                return true;
            }
        };
    }

    private WorkloadRuntime runtime(String name) throws RuntimeFailure {
        var found = runtimes.get(name);
        if (found == null) {
            throw new RuntimeFailure(
                    "this agent has no runtime \"%s\"; it has %s"
                            .formatted(
                                    name,
                                    runtimes.isEmpty()
                                            ? "none at all"
                                            : String.join(", ", new TreeSet<>(runtimes.keySet()))),
                    false);
        }
        return found;
    }
}
