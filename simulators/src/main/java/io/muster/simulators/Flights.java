package io.muster.simulators;

import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.Workload;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Updates that are under way at a time, by the workload that they change. */
final class Flights {
    private final Map<WorkloadName, Flight> open = new TreeMap<>();

    /** Updates of one workload: of those that were taken the last one counts. */
    private static final class Flight {
        private int count;
        private boolean isUncertain;
        private Revision newest = Revision.ZERO;
        private Optional<Taken> taken = Optional.empty();
    }

    /**
     * One that was taken.
     *
     * @param wish what is wished now; empty if it deleted the workload
     */
    record Taken(Optional<Workload> wish) {}

    /** What is certain when the last one of a workload has its answer. */
    sealed interface Outcome {
        /** Others are under way. */
        record Open() implements Outcome {}

        /** All were refused: it is as it was. */
        record Unchanged() implements Outcome {}

        /** It is as it was, or as one of them asked. */
        record Uncertain() implements Outcome {}

        /** This is wished. */
        record Certain(Optional<Workload> wish) implements Outcome {}
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    /** Returns the workloads that are concerned. */
    Set<WorkloadName> names() {
        return open.keySet();
    }

    void begin(WorkloadName name) {
        open.computeIfAbsent(name, _ -> new Flight()).count++;
    }

    /** One was taken. */
    Outcome taken(WorkloadName name, Revision at, @Nullable Workload wish) {
        var flight = open.computeIfAbsent(name, _ -> new Flight());
        if (at.compareTo(flight.newest) >= 0) {
            flight.newest = at;
            flight.taken = Optional.of(new Taken(Optional.ofNullable(wish)));
        }
        return end(name, flight);
    }

    /** One was refused. */
    Outcome refused(WorkloadName name) {
        return end(name, open.computeIfAbsent(name, _ -> new Flight()));
    }

    /** Nobody knows what became of one. */
    Outcome unknown(WorkloadName name) {
        var flight = open.computeIfAbsent(name, _ -> new Flight());
        flight.isUncertain = true;
        return end(name, flight);
    }

    private Outcome end(WorkloadName name, Flight flight) {
        if (--flight.count > 0) {
            return new Outcome.Open();
        }
        open.remove(name);
        if (flight.isUncertain) {
            return new Outcome.Uncertain();
        }
        return flight.taken
                .<Outcome>map(each -> new Outcome.Certain(each.wish()))
                .orElseGet(Outcome.Unchanged::new);
    }
}
