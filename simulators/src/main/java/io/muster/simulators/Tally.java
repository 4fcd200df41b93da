package io.muster.simulators;

import io.muster.simulators.plan.Mishap;
import io.muster.simulators.plan.PlanMaker;
import io.muster.testkit.bus.NetworkFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** How often things happened over many runs: what never happened was not tested. */
final class Tally {
    private final Map<String, Long> faults = new TreeMap<>();
    private final Map<String, Long> promises = new TreeMap<>();
    private Duration virtual = Duration.ZERO;
    private long runs;
    private long events;
    private final Map<String, Long> orders = new TreeMap<>();
    private long updates;
    private long snapshots;
    private long resumptions;

    Tally() {
        Arrays.stream(Mishap.values())
                .filter(each -> !PlanMaker.HITCHES.contains(each))
                .forEach(each -> faults.put(each.word(), 0L));
        Arrays.stream(NetworkFault.values()).forEach(each -> faults.put(word(each), 0L));
        Arrays.stream(Invariants.Promise.values())
                .filter(each -> !Invariants.STRICT.contains(each)) // they are for plans
                .forEach(each -> promises.put(word(each), 0L));
    }

    void add(SimulatedCluster cluster) {
        runs++;
        virtual = virtual.plus(cluster.elapsed());
        events += cluster.events();
        cluster.mishaps().forEach((which, count) -> faults.merge(which.word(), count, Long::sum));
        cluster.networkFaults()
                .forEach((which, count) -> faults.merge(word(which), count, Long::sum));
        cluster.invariants()
                .looks()
                .forEach((promise, count) -> promises.merge(word(promise), count, Long::sum));
        var client = cluster.client();
        orders.merge("updates at once", (long) client.atOnce(), Long::sum);
        orders.merge("drains", (long) client.drains(), Long::sum);
        orders.merge("agents deleted", (long) client.agentsDeleted(), Long::sum);
        orders.merge("images preloaded", (long) client.puller().pulled(), Long::sum);
        updates += client.updates();
        snapshots += cluster.observer().snapshots() - 1L; // the first is none that heals
        resumptions += cluster.observer().resumptions();
    }

    /** Returns what never happened, and what was never looked at. */
    List<String> zeros() {
        var zeros = new ArrayList<String>();
        everything()
                .forEach((what, count) -> {
                    if (count == 0) {
                        zeros.add(what);
                    }
                });
        return zeros;
    }

    private Map<String, Long> everything() {
        var all = new TreeMap<>(faults);
        all.putAll(promises);
        all.putAll(orders);
        all.put("updates", updates);
        all.put("snapshots that healed", snapshots);
        all.put("resumptions", resumptions);
        return all;
    }

    /** Says how much of everything that there is has happened at all. */
    String coverage() {
        return "%d of %d kinds of faults and promises met"
                .formatted(everything().size() - zeros().size(), everything().size());
    }

    /** Says how fast that was. */
    String speed(Duration time) {
        double seconds = Math.max(1, time.toMillis()) / 1e3;
        return "%,d seeds in %s: %.1f a second, %.2f virtual hours per real second"
                .formatted(
                        runs,
                        people(time),
                        runs / seconds,
                        virtual.toSeconds() / 3_600.0 / seconds);
    }

    /** Returns all of it, for people. */
    List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add(
                "%,d runs, %,d events in %s of virtual time, %,d acknowledged updates"
                        .formatted(runs, events, people(virtual), updates));
        lines.add("what went wrong:");
        faults.forEach((what, count) -> lines.add("  %-32s %,12d".formatted(what, count)));
        lines.add("what was ordered:");
        orders.forEach((what, count) -> lines.add("  %-32s %,12d".formatted(what, count)));
        lines.add("what was looked at:");
        promises.forEach((what, count) -> lines.add("  %-32s %,12d".formatted(what, count)));
        lines.add(
                "the observer went on %,d times, and had to be told everything %,d times"
                        .formatted(resumptions, snapshots));
        return lines;
    }

    private static String people(Duration time) {
        return "%d:%02d:%02d h"
                .formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart());
    }

    private static String word(Enum<?> constant) {
        var word = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
        return constant instanceof NetworkFault ? "network-" + word : word;
    }
}
