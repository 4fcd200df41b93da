package io.muster.simulators;

import io.muster.simulators.timeline.Timeline.Disturbance;
import io.muster.simulators.timeline.Timeline.Interval;
import io.muster.simulators.timeline.Timeline.Recovery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What was ordered and what befell a rehearsal, and how long it took until all was as wished. */
final class Chronicle {
    private final List<Entry> entries = new ArrayList<>();

    /** Something that was ordered, or that befalls the cluster. */
    static final class Entry {
        private final String what;
        private final String target;
        private final boolean isOrder;
        private Interval time;
        private Optional<String> failed = Optional.empty();

        private Entry(String what, String target, boolean isOrder, Interval time) {
            this.what = what;
            this.target = target;
            this.isOrder = isOrder;
            this.time = time;
        }

        /** It is over, or its end is known. */
        void endsAt(Duration end) {
            time = new Interval(time.from(), end);
        }

        /** It happened only now. */
        void happensAt(Interval now) {
            failed = Optional.empty();
            time = now;
        }

        /** It did not happen. */
        void fails(String why) {
            failed = Optional.of(why);
        }

        private Disturbance reckoned(Duration end, Recovery recovery) {
            var until = time.until().compareTo(end) < 0 ? time.until() : end;
            return new Disturbance(
                    what, target, new Interval(time.from(), until), isOrder, failed, recovery);
        }
    }

    /** Notes an order, which is over when it is acknowledged. */
    Entry order(Duration now, String what) {
        return add(new Entry(what, "", true, new Interval(now, now)));
    }

    /**
     * Notes something that went wrong.
     *
     * @param target may be empty
     */
    Entry fault(Duration now, Duration lasting, String what, String target) {
        return add(new Entry(what, target, false, new Interval(now, now.plus(lasting))));
    }

    private Entry add(Entry entry) {
        entries.add(entry);
        return entry;
    }

    /** Returns all that there was until the end, with its consequences. */
    List<Disturbance> disturbances(List<Interval> asWished, Duration end) {
        var sorted =
                entries.stream().sorted(Comparator.comparing(entry -> entry.time.from())).toList();
        var disturbances = new ArrayList<Disturbance>();
        for (var entry : sorted) {
            disturbances.add(entry.reckoned(end, recovery(entry, sorted, asWished, end)));
        }
        return disturbances;
    }

    /** What is otherwise than wished until the next disturbance is this one's doing. */
    private static Recovery recovery(
            Entry entry, List<Entry> sorted, List<Interval> asWished, Duration end) {
        var from = entry.time.from();
        var next =
                sorted.stream()
                        .filter(each -> each.failed.isEmpty())
                        .filter(each -> each.time.from().compareTo(from) > 0)
                        .findFirst();
        var horizon = next.map(each -> each.time.from()).orElse(end);
        var spell =
                asWished.stream()
                        .filter(each ->
                                each.from().compareTo(horizon) <= 0
                                        && each.until().compareTo(horizon) >= 0)
                        .findFirst();
        if (spell.isPresent()) {
            return spell.get().from().compareTo(from) <= 0
                    ? new Recovery.Unnoticed(
                            next.filter(_ -> entry.time.until().compareTo(horizon) > 0)
                                    .map(Chronicle::title))
                    : new Recovery.At(spell.get().from());
        }
        return next.<Recovery>map(each -> new Recovery.Overtaken(title(each)))
                .orElseGet(Recovery.Never::new);
    }

    private static String title(Entry entry) {
        return entry.target.isEmpty() ? entry.what : entry.target + " " + entry.what;
    }
}
