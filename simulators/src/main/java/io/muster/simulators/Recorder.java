package io.muster.simulators;

import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.CompleteState;
import io.muster.api.state.Phase;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadState;
import io.muster.simulators.timeline.Look;
import io.muster.simulators.timeline.Timeline.Interval;
import io.muster.simulators.timeline.Timeline.Lane;
import io.muster.simulators.timeline.Timeline.Shown;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes down what becomes of workloads; looks after every event. */
final class Recorder {
    private final Map<WorkloadName, Notes> notes = new LinkedHashMap<>();
    private final Spells asWished = new Spells();

    /** What is known of one workload. */
    private static final class Notes {
        final List<Shown> states = new ArrayList<>();
        final Spells lives = new Spells();
        String runtime = "";
    }

    /** When something was the case. */
    private static final class Spells {
        private final List<Interval> past = new ArrayList<>();
        private @Nullable Duration since;

        void see(boolean isSo, Duration now) {
            var began = since;
            if (isSo && began == null) {
                since = now;
            } else if (!isSo && began != null) {
                since = null;
                if (began.compareTo(now) < 0) {
                    past.add(new Interval(began, now));
                }
            }
        }

        Optional<Duration> since() {
            return Optional.ofNullable(since);
        }

        List<Interval> until(Duration end) {
            var all = new ArrayList<>(past);
            if (since != null && since.compareTo(end) < 0) {
                all.add(new Interval(since, end));
            }
            return all;
        }
    }

    /** Gives workloads a lane from now on. */
    void expect(Map<WorkloadName, Workload> workloads) {
        workloads.forEach((name, workload) ->
                notes.computeIfAbsent(name, _ -> new Notes()).runtime = workload.runtime());
    }

    /**
     * Looks.
     *
     * @param state as the server knows it; empty if there is no server
     * @param alive the workloads of which a process lives
     * @param isAsWished whether all is
     */
    void look(
            Duration now,
            Optional<CompleteState> state,
            Set<WorkloadName> alive,
            boolean isAsWished) {
        asWished.see(isAsWished, now);
        notes.forEach((name, its) -> {
            its.lives.see(alive.contains(name), now);
            note(its.states, shown(now, name, state));
        });
    }

    /** What lasted no time at all was not; before anything was known, there is nothing to show. */
    private static void note(List<Shown> states, Shown shown) {
        if (states.isEmpty() && (shown.look() == Look.UNTOLD || shown.look() == Look.ABSENT)) {
            return;
        }
        if (!states.isEmpty() && states.getLast().from().equals(shown.from())) {
            states.removeLast();
        }
        if (states.isEmpty() || !isSame(states.getLast(), shown)) {
            states.add(shown);
        }
    }

    private static boolean isSame(Shown before, Shown after) {
        return before.look() == after.look()
                && before.words().equals(after.words())
                && before.info().equals(after.info())
                && before.agent().equals(after.agent());
    }

    private static Shown shown(Duration now, WorkloadName name, Optional<CompleteState> state) {
        if (state.isEmpty()) {
            return new Shown(now, Look.UNTOLD, "", "", "");
        }
        return state(name, state.get())
                .map(found ->
                        new Shown(
                                now,
                                Look.of(found.phase()),
                                found.phase().toString(),
                                info(found),
                                found.instance().agent()))
                .orElseGet(() -> new Shown(now, Look.ABSENT, "", "", ""));
    }

    /** That there is nobody to ask is said by the phase. */
    private static String info(WorkloadState state) {
        return state.phase() == Phase.RUNNING_OK ? "" : state.state().additionalInfo();
    }

    /** Finds the state of the instance that is wished, else that of the latest. */
    private static Optional<WorkloadState> state(WorkloadName name, CompleteState state) {
        var workload = state.effectiveState().workloads().get(name);
        var wished =
                Optional.ofNullable(workload)
                        .map(its -> InstanceName.of(name, its.runtimeConfig(), its.agent()));
        return state.workloadStates().stream()
                .filter(each -> each.instance().workload().equals(name))
                .max(
                        Comparator.comparing((WorkloadState each) ->
                                        wished.filter(each.instance()::equals).isPresent())
                                .thenComparing(WorkloadState::changedAt)
                                .thenComparing(WorkloadState::instance));
    }

    /** Says since when all is as wished; empty if it is not. */
    Optional<Duration> asWishedSince() {
        return asWished.since();
    }

    /** Returns when all was as wished. */
    List<Interval> asWished(Duration end) {
        return asWished.until(end);
    }

    /** Returns what became of the workloads. */
    List<Lane> lanes(Duration end) {
        var lanes = new ArrayList<Lane>();
        notes.forEach((name, its) ->
                lanes.add(new Lane(name.value(), its.runtime, its.states, its.lives.until(end))));
        return lanes;
    }
}
