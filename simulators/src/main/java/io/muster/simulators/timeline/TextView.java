package io.muster.simulators.timeline;

import io.muster.simulators.timeline.Timeline.Disturbance;
import io.muster.simulators.timeline.Timeline.Interval;
import io.muster.simulators.timeline.Timeline.Lane;
import io.muster.simulators.timeline.Timeline.Recovery;
import io.muster.simulators.timeline.Timeline.Shown;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/** Shows a timeline in a terminal: all at one look, then each workload, then each disturbance. */
public final class TextView {
    /** Fewer columns show nothing. */
    public static final int NARROWEST = 60;

    /** More help nobody. */
    public static final int WIDEST = 400;

    /** Less is shown as no time at all. */
    private static final Duration AT_ONCE = Duration.ofMillis(50);

    private static final int MOST_STATES = 40;
    private static final int WIDEST_LABEL = 30;
    private static final String PLAIN = "\033[0m";
    private static final String BOLD = "\033[1m";
    private static final String GREY = "\033[90m";
    private static final String RED = "\033[31m";
    private static final String GREEN = "\033[32m";

    private final Timeline timeline;
    private final int width;
    private final boolean coloured;
    private final int label;
    private final int columns;
    private final List<String> lines = new ArrayList<>();

    private TextView(Timeline timeline, int width, boolean coloured) {
        this.timeline = timeline;
        this.width = width;
        this.coloured = coloured;
        this.label = 2 + Math.min(WIDEST_LABEL, longestLabel(timeline));
        this.columns = width - label;
    }

    private static int longestLabel(Timeline timeline) {
        var labels = new ArrayList<String>(List.of("as wished"));
        timeline.lanes().forEach(lane -> labels.add(lane.workload()));
        timeline.lanes().forEach(lane -> labels.add(home(lane)));
        timeline.disturbances().forEach(each -> labels.add(each.title()));
        return labels.stream().mapToInt(String::length).max().orElse(0);
    }

    /**
     * Returns the lines.
     *
     * @param width of the terminal, from {@value #NARROWEST} to {@value #WIDEST}
     * @param coloured whether it shows colours
     */
    public static List<String> lines(Timeline timeline, int width, boolean coloured) {
        var view = new TextView(timeline, width, coloured);
        view.chart();
        timeline.lanes().forEach(view::states);
        view.recoveries();
        view.ending();
        return List.copyOf(view.lines);
    }

    private void chart() {
        lines.add(
                "%s on %s, seed %d: %s of virtual time"
                        .formatted(
                                count(timeline.lanes().size(), "workload"),
                                count(timeline.agents().size(), "agent"),
                                timeline.seed(),
                                Times.exact(timeline.lasting())));
        lines.add("");
        axis();
        timeline.disturbances().forEach(this::disturbance);
        lines.add("");
        for (var lane : timeline.lanes()) {
            row(lane.workload(), BOLD, bar(lane));
            row(home(lane), GREY, marks(lane.lives(), '─', ""));
        }
        row("as wished", "", marks(timeline.asWished(), '━', GREEN));
        lines.add("");
        legend();
    }

    private static String home(Lane lane) {
        return "  " + String.join(", ", lane.agents());
    }

    private void axis() {
        var tick = Times.tick(timeline.lasting(), Math.max(2, columns / 10));
        var numbers = new StringBuilder(" ".repeat(columns));
        var ticks = new StringBuilder("─".repeat(columns));
        for (var at = Duration.ZERO; at.compareTo(timeline.lasting()) < 0; at = at.plus(tick)) {
            int column = column(at);
            var text = Times.round(at);
            ticks.setCharAt(column, '┬');
            if (column + text.length() <= columns) {
                numbers.replace(column, column + text.length(), text);
            }
        }
        row("", "", numbers.toString());
        row("", "", painted(GREY, ticks.toString()));
    }

    private void disturbance(Disturbance disturbance) {
        var bar = new StringBuilder(" ".repeat(columns));
        int from = column(disturbance.time().from());
        int until =
                disturbance.isOrder()
                        ? from + 1
                        : Math.max(from + 1, column(disturbance.time().until()));
        char glyph =
                disturbance.failed().isPresent()
                        ? '×'
                        : disturbance.isOrder()
                                ? '▲'
                                : disturbance.time().length().isZero() ? '▼' : '▓';
        for (int i = from; i < until; i++) {
            bar.setCharAt(i, glyph);
        }
        row(disturbance.title(), "", painted(disturbance.isOrder() ? "" : RED, bar.toString()));
    }

    /** Shows in each column what was the case for most of its time. */
    private String bar(Lane lane) {
        var text = new StringBuilder();
        var before = Look.ABSENT;
        for (int i = 0; i < columns; i++) {
            var look = look(lane.states(), time(i), time(i + 1));
            if (coloured && look != before) {
                text.append(before.colour().isEmpty() ? "" : PLAIN).append(look.colour());
            }
            text.append(look.glyph());
            before = look;
        }
        return text.append(coloured ? PLAIN : "").toString();
    }

    private Look look(List<Shown> states, Duration from, Duration until) {
        var times = new EnumMap<Look, Duration>(Look.class);
        for (int i = 0; i < states.size(); i++) {
            var end = i + 1 < states.size() ? states.get(i + 1).from() : timeline.lasting();
            var length = overlap(new Interval(states.get(i).from(), end), from, until);
            if (length.compareTo(Duration.ZERO) > 0) {
                times.merge(states.get(i).look(), length, Duration::plus);
            }
        }
        return times.entrySet().stream()
                .max(Comparator.comparing(Map.Entry::getValue))
                .map(Map.Entry::getKey)
                .orElse(Look.ABSENT);
    }

    /** Marks a column if it holds for at least half of its time. */
    private String marks(List<Interval> intervals, char glyph, String colour) {
        var text = new StringBuilder();
        for (int i = 0; i < columns; i++) {
            var from = time(i);
            var until = time(i + 1);
            long covered =
                    intervals.stream()
                            .map(each -> overlap(each, from, until))
                            .filter(length -> length.compareTo(Duration.ZERO) > 0)
                            .mapToLong(Duration::toNanos)
                            .sum();
            text.append(2 * covered >= until.minus(from).toNanos() ? glyph : ' ');
        }
        return painted(colour.isEmpty() ? GREY : colour, text.toString());
    }

    private static Duration overlap(Interval interval, Duration from, Duration until) {
        var begin = interval.from().compareTo(from) > 0 ? interval.from() : from;
        var end = interval.until().compareTo(until) < 0 ? interval.until() : until;
        return end.minus(begin);
    }

    private void legend() {
        var used = EnumSet.noneOf(Look.class);
        timeline.lanes().forEach(lane -> lane.states().forEach(each -> used.add(each.look())));
        used.remove(Look.ABSENT);
        var entries = new ArrayList<String>();
        used.forEach(look -> entries.add(look.glyph() + " " + look.words()));
        entries.add("─ its process lives");
        var line = new StringBuilder();
        for (var entry : entries) {
            if (line.length() + entry.length() + 3 > width) {
                lines.add(line.toString().stripTrailing());
                line.setLength(0);
            }
            line.append(entry).append("   ");
        }
        lines.add(line.toString().stripTrailing());
    }

    private void states(Lane lane) {
        lines.add("");
        lines.add(
                painted(BOLD, lane.workload())
                        + cut(
                                lane.agents().isEmpty()
                                        ? " (%s)".formatted(lane.runtime())
                                        : " (%s, %s)"
                                                .formatted(
                                                        String.join(", ", lane.agents()),
                                                        lane.runtime()),
                                width - lane.workload().length()));
        var entries = new ArrayList<Entry>();
        for (var disturbance : timeline.disturbances()) {
            if (concerns(disturbance, lane)) {
                entries.add(new Entry(disturbance.time().from(), painted(RED, said(disturbance))));
            }
        }
        for (var state : lane.states()) {
            if (state.look() != Look.ABSENT || !state.equals(lane.states().getFirst())) {
                entries.add(new Entry(state.from(), words(lane, state)));
            }
        }
        entries.sort(Comparator.comparing(Entry::at));
        entries.stream()
                .limit(MOST_STATES)
                .forEach(each ->
                        lines.add("  %10s  %s".formatted(Times.exact(each.at), each.words)));
        if (entries.size() > MOST_STATES) {
            lines.add(
                    "              ... %d more: -o json tells all"
                            .formatted(entries.size() - MOST_STATES));
        }
    }

    private record Entry(Duration at, String words) {}

    private static boolean concerns(Disturbance disturbance, Lane lane) {
        return !disturbance.isOrder()
                && disturbance.failed().isEmpty()
                && (disturbance.target().isEmpty()
                        || disturbance.target().equals(lane.workload())
                        || List.of(disturbance.target().split(", ")).stream()
                                .anyMatch(lane.agents()::contains));
    }

    private static String said(Disturbance disturbance) {
        var time = disturbance.time();
        return "! "
                + disturbance.title()
                + (time.length().isZero() ? "" : " until " + Times.exact(time.until()));
    }

    private String words(Lane lane, Shown state) {
        var place =
                lane.agents().size() > 1 && !state.agent().isEmpty() ? " on " + state.agent() : "";
        var words = (state.words().isEmpty() ? state.look().words() : state.words()) + place;
        var whole =
                state.info().isEmpty()
                        ? words
                        : "%s: %s".formatted(words, state.info().lines().findFirst().orElse(""));
        return painted(state.look().colour(), cut(whole, width - 14));
    }

    private void recoveries() {
        lines.add("");
        lines.add(painted(BOLD, "How long until all was as wished"));
        int titles =
                timeline.disturbances().stream()
                        .mapToInt(each -> each.title().length())
                        .max()
                        .orElse(0);
        int room = Math.min(WIDEST_LABEL, titles);
        for (var each : timeline.disturbances()) {
            lines.add(
                    "  %10s  %s  %s"
                            .formatted(
                                    Times.exact(each.time().from()),
                                    padded(cut(each.title(), room), room),
                                    recovery(each)));
        }
    }

    /** Says in words when all was as wished again. */
    static String recovery(Disturbance disturbance) {
        if (disturbance.failed().isPresent()) {
            return "did not happen: " + disturbance.failed().get();
        }
        var time = disturbance.time();
        return switch (disturbance.recovery()) {
            case Recovery.Unnoticed(var before) ->
                    "all stayed as wished" + before.map(next -> " until " + next).orElse("");
            case Recovery.At(var at) -> {
                var whole = Times.exact(at.minus(time.from()));
                var after = at.minus(time.until());
                if (disturbance.isOrder() || time.length().isZero() || after.isNegative()) {
                    yield whole;
                }
                yield whole
                        + (after.compareTo(AT_ONCE) < 0
                                ? ", as soon as it was over"
                                : ", of which %s after it was over".formatted(Times.exact(after)));
            }
            case Recovery.Overtaken(var by) -> "not before the next: " + by;
            case Recovery.Never() -> "never";
        };
    }

    private void ending() {
        lines.add("");
        if (timeline.amiss().isEmpty()) {
            lines.add(painted(GREEN, "In the end all was as wished."));
        } else {
            lines.add(painted(RED, "In the end not all was as wished:"));
            timeline.amiss().forEach(each -> lines.add("  " + cut(each, width - 2)));
        }
    }

    private void row(String name, String colour, String bar) {
        lines.add((painted(colour, padded(cut(name, label - 2), label)) + bar).stripTrailing());
    }

    private int column(Duration at) {
        long whole = Math.max(1, timeline.lasting().toNanos());
        return (int) Math.min(columns - 1L, at.toNanos() * columns / whole);
    }

    private Duration time(int column) {
        return Duration.ofNanos(timeline.lasting().toNanos() / columns * column);
    }

    private String painted(String colour, String text) {
        return coloured && !colour.isEmpty() ? colour + text + PLAIN : text;
    }

    private static String padded(String text, int room) {
        return text + " ".repeat(Math.max(0, room - text.length()));
    }

    /** What others wrote must not be an order to the terminal. */
    private static String cut(String written, int room) {
        var text = written.replaceAll("\\p{Cntrl}", " ");
        return text.length() <= room ? text : text.substring(0, Math.max(0, room - 1)) + "…";
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
