package io.muster.server.core;

import io.muster.api.name.InstanceName;
import io.muster.api.name.Names;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.OnUpdate;
import io.muster.api.state.Workload;
import io.muster.api.store.Head;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * Workloads that are wished no more and needed others, which are not stopped as long as instances
 * of these are there; and such as others needed. Kept whether or not instances are left, since that
 * is for others to know; a server that was started again reads them from the history.
 *
 * @param all by name
 * @param dependants which of them need a workload
 */
record Departed(PMap<WorkloadName, Gone> all, Index<WorkloadName> dependants) {
    /** More are not remembered; those that went first are forgotten. */
    private static final int MOST = 5_000;

    static final Departed NONE = new Departed(HashTreePMap.empty(), Index.empty());

    /**
     * One that is wished no more.
     *
     * @param instance the last one
     * @param at the revision that did not wish it any more
     * @param needs what it needed, and what updates of that meant to it
     */
    record Gone(InstanceName instance, Revision at, SortedMap<WorkloadName, OnUpdate> needs) {
        Gone {
            needs = Collections.unmodifiableSortedMap(new TreeMap<>(needs));
        }
    }

    /** What a workload needs for as long as it runs. */
    static SortedMap<WorkloadName, OnUpdate> needs(Workload written) {
        var needs = new TreeMap<WorkloadName, OnUpdate>();
        written.dependencies()
                .forEach((name, dependency) -> {
                    if (dependency.lasts()) {
                        needs.put(name, dependency.onUpdate());
                    }
                });
        return needs;
    }

    /**
     * Reads them from what a store knows of the past.
     *
     * @param needed says whether a workload that is wished depends on one
     */
    static Departed of(Head head, Predicate<WorkloadName> needed) {
        var departed = NONE;
        var needless = new TreeMap<WorkloadName, Gone>();
        var seen = new HashSet<>(head.workloads().keySet());
        for (var update : head.past().reversed()) {
            for (var entry : new TreeMap<>(update.workloads()).entrySet()) {
                var name = entry.getKey();
                if (seen.add(name) && entry.getValue().isPresent()) {
                    var workload = entry.getValue().get();
                    var agent = Names.isName(workload.agent()) ? workload.agent() : "";
                    var gone =
                            new Gone(
                                    InstanceName.of(name, workload.runtimeConfig(), agent),
                                    update.revision(),
                                    needs(workload));
                    if (gone.needs().isEmpty()) {
                        needless.put(name, gone);
                    } else {
                        departed = departed.with(name, gone);
                    }
                }
            }
        }
        for (var entry : needless.entrySet()) {
            var name = entry.getKey();
            if (needed.test(name) || !departed.dependants.of(name).isEmpty()) {
                departed = departed.with(name, entry.getValue());
            }
        }
        return departed;
    }

    Optional<Gone> find(WorkloadName name) {
        return Optional.ofNullable(all.get(name));
    }

    /** The same with one more. */
    Departed with(WorkloadName name, Gone gone) {
        var next = without(name);
        if (next.all.size() >= MOST) {
            var first =
                    next.all.entrySet().stream()
                            .min(Comparator.comparing(each -> each.getValue().at()))
                            .map(Map.Entry::getKey);
            next = next.without(first.orElseThrow());
        }
        return new Departed(
                next.all.plus(name, gone),
                next.dependants.moved(name, Set.of(), gone.needs().keySet()));
    }

    /** The same without one, because it is wished again. */
    Departed without(WorkloadName name) {
        var gone = all.get(name);
        return gone == null
                ? this
                : new Departed(
                        all.minus(name), dependants.moved(name, gone.needs().keySet(), Set.of()));
    }
}
