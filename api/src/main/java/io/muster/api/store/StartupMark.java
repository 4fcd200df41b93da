package io.muster.api.store;

import io.muster.api.name.WorkloadName;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What is remembered of the startup manifest that was applied last: whether a later one differs,
 * and what it named, so that what the later one leaves out can be deleted.
 *
 * @param digest of its text
 * @param workloads that it named
 * @param configs that it named
 */
public record StartupMark(
        String digest, SortedSet<WorkloadName> workloads, SortedSet<String> configs) {
    /** Copies the sets. */
    public StartupMark {
        workloads = Collections.unmodifiableSortedSet(new TreeSet<>(workloads));
        configs = Collections.unmodifiableSortedSet(new TreeSet<>(configs));
    }
}
