package io.muster.agent.reconcile;

import io.muster.api.name.WorkloadName;
import io.muster.api.runtime.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Decides when runtimes are asked what they have: each once before anything of it is touched, again
 * until it can tell, and slowly from then on, for what no event told.
 */
final class ListingLogic {
    private ListingLogic() {}

    static void start(Turn turn) {
        turn.state()
                .listings()
                .keySet()
                .forEach(runtime -> turn.emit(new AgentEffect.ListRuntime(runtime)));
        turn.wake(new AgentTimer.LookDue(), turn.timing().lookEvery());
    }

    /** A runtime told what it has. */
    static void listed(Turn turn, String runtime, List<Found> found) {
        var listing = turn.state().listings().get(runtime);
        if (listing == null || listing instanceof Listing.Done) {
            return;
        }
        var news = new TreeMap<WorkloadName, WorkloadEvent>();
        byName(turn, found)
                .forEach((name, its) -> news.put(name, new WorkloadEvent.Listed(runtime, its)));
        AssemblyLogic.meet(turn, news);
        // not before: what becomes of the first would start others, of which there is news, too
        turn.state(turn.state().with(runtime, new Listing.Done()));
        AssemblyLogic.place(turn);
    }

    /** A runtime could not tell what it has. */
    static void notListed(Turn turn, String runtime, String reason) {
        var listing = turn.state().listings().get(runtime);
        if (listing == null || listing instanceof Listing.Done) {
            return;
        }
        var before =
                listing instanceof Listing.Failing(var failure)
                        ? Optional.of(failure)
                        : Optional.<Failure>empty();
        var failure = Failure.again(before, reason);
        turn.wakeWithin(
                new AgentTimer.ListAgain(runtime),
                turn.timing().workloads().retryAfter(failure.times()));
        turn.state(turn.state().with(runtime, new Listing.Failing(failure)));
        AssemblyLogic.place(turn);
    }

    /** The pause after a failure is over. */
    static void again(Turn turn, String runtime) {
        if (turn.state().listings().get(runtime) instanceof Listing.Failing) {
            turn.emit(new AgentEffect.ListRuntime(runtime));
        }
    }

    /**
     * It is time for the slow look. Also if no workload is known: what a former agent had begun to
     * make may have come into being after the first look, and nobody wishes it any more.
     */
    static void look(Turn turn) {
        turn.wake(new AgentTimer.LookDue(), turn.timing().lookEvery());
        turn.state()
                .listings()
                .forEach((runtime, listing) -> {
                    if (listing instanceof Listing.Done) {
                        turn.emit(new AgentEffect.LookAt(runtime, turn.now()));
                    }
                });
    }

    /** The slow look is back. */
    static void glimpsed(Turn turn, AgentEvent.Glimpsed glimpsed) {
        if (glimpsed.found().isEmpty()) {
            return; // it is looked at again
        }
        var found = byName(turn, glimpsed.found().get());
        var names = new TreeSet<>(found.keySet());
        names.addAll(turn.state().workloads().keySet());
        var news = new TreeMap<WorkloadName, WorkloadEvent>();
        for (var name : names) {
            var its = found.getOrDefault(name, List.of());
            news.put(name, new WorkloadEvent.Glimpsed(glimpsed.runtime(), glimpsed.asked(), its));
        }
        AssemblyLogic.meet(turn, news);
    }

    private static SortedMap<WorkloadName, List<Found>> byName(Turn turn, List<Found> found) {
        var byName = new TreeMap<WorkloadName, List<Found>>();
        for (var each : found) {
            if (each.instance().agent().equals(turn.state().profile().name().value())) {
                byName.computeIfAbsent(each.instance().workload(), _ -> new ArrayList<>())
                        .add(each);
            }
        }
        return byName;
    }
}
