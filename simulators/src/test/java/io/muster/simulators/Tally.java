package io.muster.simulators;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How often things happened over many runs: what never happened was not tested. */
final class Tally {
    private final Map<Mishap, Integer> mishaps = new EnumMap<>(Mishap.class);
    private final Map<String, Long> promises = new TreeMap<>();
    private long updates;
    private long snapshots;
    private long resumptions;

    void add(SimulatedCluster cluster) {
        cluster.mishaps().forEach((mishap, count) -> mishaps.merge(mishap, count, Integer::sum));
        cluster.invariants()
                .looks()
                .forEach((promise, count) -> promises.merge(promise.name(), count, Long::sum));
        updates += cluster.client().updates();
        snapshots += cluster.observer().snapshots() - 1L; // the first is none that heals
        resumptions += cluster.observer().resumptions();
    }

    List<String> zeros() {
        var zeros = new ArrayList<String>();
        for (var mishap : Mishap.values()) {
            if (mishaps.getOrDefault(mishap, 0) == 0) {
                zeros.add(mishap.name());
            }
        }
        for (var promise : Invariants.Promise.values()) {
            if (promises.getOrDefault(promise.name(), 0L) == 0) {
                zeros.add(promise.name());
            }
        }
        if (updates == 0) {
            zeros.add("updates");
        }
        if (snapshots == 0 || resumptions == 0) {
            zeros.add("snapshots or resumptions");
        }
        return zeros;
    }

    void print() {
        System.out.println(
                "simulation: mishaps "
                        + mishaps
                        + ", promises looked at "
                        + promises
                        + ", updates "
                        + updates
                        + ", snapshots that healed "
                        + snapshots
                        + ", resumptions "
                        + resumptions);
    }
}
