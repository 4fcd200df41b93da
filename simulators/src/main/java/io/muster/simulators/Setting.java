package io.muster.simulators;

import io.muster.api.name.AgentName;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.simulators.scenario.Scenario;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a rehearsal begins with; all in it was checked, and fits together.
 *
 * @param seed of what is left to chance
 * @param agents at least those that workloads name
 * @param manifest applied at the beginning
 * @param applied the manifests that steps of the scenario apply, by the name that is written there
 */
record Setting(
        long seed,
        List<AgentName> agents,
        State manifest,
        Scenario scenario,
        SortedMap<String, State> applied) {
    Setting {
        agents = List.copyOf(agents);
        applied = Collections.unmodifiableSortedMap(new TreeMap<>(applied));
    }

    /** Returns the runtimes that any manifest names: each node has all of them. */
    List<String> runtimes() {
        return Stream.concat(Stream.of(manifest), applied.values().stream())
                .flatMap(state -> state.workloads().values().stream())
                .map(Workload::runtime)
                .distinct()
                .sorted()
                .toList();
    }

    /** The same with a given end. */
    Setting lasting(Duration time) {
        return new Setting(seed, agents, manifest, scenario.lasting(time), applied);
    }
}
