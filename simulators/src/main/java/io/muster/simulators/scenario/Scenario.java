package io.muster.simulators.scenario;

import io.muster.api.name.WorkloadName;
import io.muster.simulators.plan.Network;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What happens to a manifest.
 *
 * @param network how it treats messages when nothing disturbs it
 * @param lasting how long it goes on; empty for until all has come to rest
 * @param conducts how workloads behave; those that are not named start and end at once
 * @param steps in the order of their times
 */
public record Scenario(
        Network network,
        Optional<Duration> lasting,
        SortedMap<WorkloadName, Written<Conduct>> conducts,
        List<Written<Incident>> steps) {
    /** Nothing happens. */
    public static final Scenario NOTHING =
            new Scenario(Network.CALM, Optional.empty(), new TreeMap<>(), List.of());

    /** Copies the collections, and sorts the steps; those of one time stay in their order. */
    public Scenario {
        conducts = Collections.unmodifiableSortedMap(new TreeMap<>(conducts));
        steps = steps.stream().sorted(Comparator.comparing(step -> step.what().at())).toList();
    }

    /**
     * Something with the place where it was written, such as {@code storm.yaml:7:5: steps[1]}.
     *
     * @param where for messages
     */
    public record Written<T>(String where, T what) {}

    /** Returns when the last step is over. */
    public Duration end() {
        return steps.stream()
                .map(step -> step.what().at().plus(step.what().lasting()))
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    /** The same with a given end. */
    public Scenario lasting(Duration time) {
        return new Scenario(network, Optional.of(time), conducts, steps);
    }
}
