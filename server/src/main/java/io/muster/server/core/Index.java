package io.muster.server.core;

import io.muster.api.name.WorkloadName;
import java.util.Collection;
import java.util.SortedSet;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.PSortedSet;
import org.pcollections.TreePSet;

/** Which workloads refer to something; a changed copy costs what changed. */
record Index<K>(PMap<K, PSortedSet<WorkloadName>> users) {
    static <K> Index<K> empty() {
        return new Index<>(HashTreePMap.empty());
    }

    /** Returns the workloads that refer to {@code key}, in order. */
    SortedSet<WorkloadName> of(K key) {
        var found = users.get(key);
        return found == null ? TreePSet.empty() : found;
    }

    /** The same with one workload's references exchanged for others. */
    Index<K> moved(WorkloadName user, Collection<K> from, Collection<K> to) {
        var next = users;
        for (var key : from) {
            if (!to.contains(key)) {
                var left = next.get(key);
                if (left != null) {
                    var rest = left.minus(user);
                    next = rest.isEmpty() ? next.minus(key) : next.plus(key, rest);
                }
            }
        }
        for (var key : to) {
            if (!from.contains(key)) {
                var there = next.get(key);
                next =
                        next.plus(
                                key,
                                (there == null ? TreePSet.<WorkloadName>empty() : there)
                                        .plus(user));
            }
        }
        return new Index<>(next);
    }
}
