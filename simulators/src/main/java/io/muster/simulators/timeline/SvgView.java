package io.muster.simulators.timeline;

import io.muster.simulators.timeline.Timeline.Disturbance;
import io.muster.simulators.timeline.Timeline.Interval;
import io.muster.simulators.timeline.Timeline.Lane;
import io.muster.simulators.timeline.Timeline.Shown;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;

/**
 * Draws a timeline: a lane for each workload, with bars for its states and a thin line where its
 * process lives; what disturbed it lies as a shadow over all of it, with its name above.
 */
public final class SvgView {
    private static final int WIDTH = 1200;
    private static final int LEFT = 236;
    private static final int RIGHT = 24;
    private static final int TITLE = 76;
    private static final int DISTURBANCE = 26;
    private static final int LANE = 52;
    private static final int BAR = 24;
    private static final int BAR_TOP = 8;
    private static final int LIFE_TOP = 38;
    private static final int STRIP = 34;
    private static final int LEGEND_ROW = 24;
    private static final String INK = "#1f2933";
    private static final String FAINT = "#697586";
    private static final String GRID = "#e3e8ee";
    private static final String SHADOW = "#d64545";
    private static final String ORDER = "#3b6fb6";
    private static final String GOOD = "#2f9e63";

    private final Timeline timeline;
    private final StringBuilder out = new StringBuilder();
    private final int disturbancesTop = TITLE + 14;
    private final int lanesTop;
    private final int stripTop;

    private SvgView(Timeline timeline) {
        this.timeline = timeline;
        this.lanesTop = disturbancesTop + DISTURBANCE * timeline.disturbances().size() + 12;
        this.stripTop = lanesTop + LANE * timeline.lanes().size();
    }

    /** Returns the drawing. */
    public static String draw(Timeline timeline) {
        var view = new SvgView(timeline);
        view.draw();
        return view.out.toString();
    }

    private void draw() {
        var looks = looks();
        int legendTop = stripTop + STRIP + 44;
        int height = legendTop + LEGEND_ROW * legendRows(looks) + 12;
        line(
                ("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                     + " height=\"%d\" role=\"img\" font-family=\"system-ui, 'Segoe UI', Roboto,"
                     + " 'DejaVu Sans', sans-serif\" font-size=\"12\" fill=\"%s\">")
                        .formatted(WIDTH, height, WIDTH, height, INK));
        line("<title>%s</title>".formatted(Svg.escaped(title())));
        patterns();
        line("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>".formatted(WIDTH, height));
        heading();
        axis();
        shadows();
        for (int i = 0; i < timeline.lanes().size(); i++) {
            lane(timeline.lanes().get(i), lanesTop + LANE * i);
        }
        strip();
        legend(looks, legendTop);
        line("</svg>");
    }

    private String title() {
        return "%d workloads on %d agents, seed %d, %s of virtual time"
                .formatted(
                        timeline.lanes().size(),
                        timeline.agents().size(),
                        timeline.seed(),
                        Times.exact(timeline.lasting()));
    }

    private void patterns() {
        line("<defs>");
        pattern("disconnected", Look.DISCONNECTED.fill(), "#7b8794");
        pattern("untold", Look.UNTOLD.fill(), "#c3cad2");
        line("</defs>");
    }

    private void pattern(String id, String ground, String stripe) {
        line(
                ("<pattern id=\"%s\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\""
                     + " patternTransform=\"rotate(45)\"><rect width=\"8\" height=\"8\""
                     + " fill=\"%s\"/><rect width=\"2\" height=\"8\" fill=\"%s\"/></pattern>")
                        .formatted(id, ground, stripe));
    }

    private void heading() {
        boolean isGood = timeline.amiss().isEmpty();
        line(
                "<text x=\"24\" y=\"34\" font-size=\"19\" font-weight=\"600\">%s</text>"
                        .formatted(Svg.escaped(title())));
        line(
                ("<circle cx=\"30\" cy=\"54\" r=\"5\" fill=\"%s\"/><text x=\"42\" y=\"58\""
                                + " font-size=\"13\" fill=\"%s\">%s</text>")
                        .formatted(
                                isGood ? GOOD : SHADOW,
                                FAINT,
                                Svg.escaped(
                                        isGood
                                                ? "In the end all was as wished."
                                                : "In the end not all was as wished: "
                                                        + Svg.cut(
                                                                timeline.amiss().getFirst(),
                                                                1000))));
    }

    /** Draws a grid below everything, and numbers below the last lane. */
    private void axis() {
        int bottom = stripTop + STRIP;
        var tick = Times.tick(timeline.lasting(), 13);
        for (var at = Duration.ZERO; at.compareTo(timeline.lasting()) <= 0; at = at.plus(tick)) {
            line(
                    "<line x1=\"%s\" y1=\"%d\" x2=\"%s\" y2=\"%d\" stroke=\"%s\"/>"
                            .formatted(x(at), TITLE, x(at), bottom, GRID));
            line(
                    "<text x=\"%s\" y=\"%d\" text-anchor=\"middle\" fill=\"%s\">%s</text>"
                            .formatted(x(at), bottom + 18, FAINT, at.toSeconds() + " s"));
        }
        line(
                "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\"/>"
                        .formatted(LEFT, bottom, WIDTH - RIGHT, bottom, FAINT));
    }

    /** Draws what disturbed it: a row with a bar and its name each, and a shadow over the lanes. */
    private void shadows() {
        for (int i = 0; i < timeline.disturbances().size(); i++) {
            var disturbance = timeline.disturbances().get(i);
            var time = disturbance.time();
            int top = disturbancesTop + DISTURBANCE * i;
            var colour = disturbance.isOrder() ? ORDER : SHADOW;
            double width = Math.max(2, place(time.until()) - place(time.from()));
            boolean isMoment = time.length().isZero();
            line("<g><title>%s</title>".formatted(Svg.escaped(said(disturbance))));
            if (disturbance.failed().isEmpty()) {
                line(
                        ("<rect x=\"%s\" y=\"%d\" width=\"%s\" height=\"%d\" fill=\"%s\""
                                        + " opacity=\"%s\"/>")
                                .formatted(
                                        x(time.from()),
                                        top + 18,
                                        Svg.number(isMoment ? 1 : width),
                                        stripTop - top - 18,
                                        colour,
                                        isMoment ? "0.55" : "0.09"));
            }
            line(
                    ("<rect x=\"%s\" y=\"%d\" width=\"%s\" height=\"14\" rx=\"2\" fill=\"%s\""
                                    + " opacity=\"%s\"/>")
                            .formatted(
                                    x(time.from()),
                                    top + 4,
                                    Svg.number(width),
                                    colour,
                                    disturbance.failed().isEmpty() ? "0.85" : "0.25"));
            line(
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"%s\">%s</text>"
                            .formatted(
                                    LEFT - 14,
                                    top + 15,
                                    colour,
                                    Svg.escaped(Svg.cut(disturbance.title(), LEFT - 34))));
            beside(disturbance, top, width);
            line("</g>");
        }
    }

    /** Says beside a bar how long it took, on the side where there is more room. */
    private void beside(Disturbance disturbance, int top, double width) {
        var words = TextView.recovery(disturbance);
        double end = place(disturbance.time().from()) + width;
        boolean isRight = end + 10 + words.length() * Svg.LETTER < WIDTH - RIGHT;
        line(
                "<text x=\"%s\" y=\"%d\" text-anchor=\"%s\" fill=\"%s\" font-size=\"11\">%s</text>"
                        .formatted(
                                Svg.number(
                                        isRight ? end + 8 : place(disturbance.time().from()) - 8),
                                top + 15,
                                isRight ? "start" : "end",
                                FAINT,
                                Svg.escaped(words)));
    }

    private static String said(Disturbance disturbance) {
        return "%s, %s to %s; as wished after: %s"
                .formatted(
                        disturbance.title(),
                        Times.exact(disturbance.time().from()),
                        Times.exact(disturbance.time().until()),
                        TextView.recovery(disturbance));
    }

    private void lane(Lane lane, int top) {
        line(
                "<text x=\"24\" y=\"%d\" font-size=\"14\" font-weight=\"600\">%s</text>"
                        .formatted(top + 20, Svg.escaped(Svg.cut(lane.workload(), LEFT - 40))));
        line(
                "<text x=\"24\" y=\"%d\" fill=\"%s\" font-size=\"11\">%s</text>"
                        .formatted(
                                top + 36,
                                FAINT,
                                Svg.escaped(
                                        Svg.cut(
                                                String.join(", ", lane.agents())
                                                        + " · "
                                                        + lane.runtime(),
                                                LEFT - 40))));
        line(
                "<line x1=\"24\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\"/>"
                        .formatted(top, WIDTH - RIGHT, top, GRID));
        for (int i = 0; i < lane.states().size(); i++) {
            var shown = lane.states().get(i);
            boolean isLast = i + 1 == lane.states().size();
            var until = isLast ? timeline.lasting() : lane.states().get(i + 1).from();
            if (shown.look() != Look.ABSENT) {
                state(shown, until, top + BAR_TOP);
            }
        }
        for (var life : lane.lives()) {
            line(
                    ("<rect x=\"%s\" y=\"%d\" width=\"%s\" height=\"3\" rx=\"1.5\" fill=\"%s\">"
                                    + "<title>its process lived from %s to %s</title></rect>")
                            .formatted(
                                    x(life.from()),
                                    top + LIFE_TOP,
                                    width(life),
                                    INK,
                                    Times.exact(life.from()),
                                    Times.exact(life.until())));
        }
    }

    private void state(Shown shown, Duration until, int top) {
        var time = new Interval(shown.from(), until);
        var words = shown.words().isEmpty() ? shown.look().words() : shown.words();
        line(
                ("<rect x=\"%s\" y=\"%d\" width=\"%s\" height=\"%d\" fill=\"%s\"><title>%s</title>"
                                + "</rect>")
                        .formatted(
                                x(time.from()),
                                top,
                                width(time),
                                BAR,
                                fill(shown.look()),
                                Svg.escaped(
                                        "%s%s%s, %s to %s"
                                                .formatted(
                                                        words,
                                                        shown.agent().isEmpty()
                                                                ? ""
                                                                : " on " + shown.agent(),
                                                        shown.info().isEmpty()
                                                                ? ""
                                                                : ": " + shown.info(),
                                                        Times.exact(time.from()),
                                                        Times.exact(time.until())))));
        double room = place(time.until()) - place(time.from());
        if (words.length() * Svg.LETTER + 12 < room) {
            line(
                    ("<text x=\"%s\" y=\"%d\" fill=\"%s\" font-size=\"11\""
                                    + " pointer-events=\"none\">%s</text>")
                            .formatted(
                                    Svg.number(place(time.from()) + 6),
                                    top + 16,
                                    onTop(shown.look()),
                                    Svg.escaped(words)));
        }
    }

    private void strip() {
        line(
                "<line x1=\"24\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\"/>"
                        .formatted(stripTop, WIDTH - RIGHT, stripTop, GRID));
        line(
                "<text x=\"24\" y=\"%d\" fill=\"%s\">all as wished</text>"
                        .formatted(stripTop + 21, FAINT));
        line(
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"8\" rx=\"2\" fill=\"#f3d3d3\"/>"
                        .formatted(LEFT, stripTop + 13, WIDTH - RIGHT - LEFT));
        for (var interval : timeline.asWished()) {
            line(
                    ("<rect x=\"%s\" y=\"%d\" width=\"%s\" height=\"8\" rx=\"2\" fill=\"%s\">"
                                    + "<title>all as wished from %s to %s</title></rect>")
                            .formatted(
                                    x(interval.from()),
                                    stripTop + 13,
                                    width(interval),
                                    GOOD,
                                    Times.exact(interval.from()),
                                    Times.exact(interval.until())));
        }
    }

    private EnumSet<Look> looks() {
        var looks = EnumSet.noneOf(Look.class);
        timeline.lanes().forEach(lane -> lane.states().forEach(each -> looks.add(each.look())));
        looks.remove(Look.ABSENT);
        return looks;
    }

    private static int entryWidth(String words) {
        return 22 + words.length() * Svg.LETTER + 18;
    }

    private static final List<String> REST = List.of("its process lives", "order", "disturbance");

    private static int legendRows(EnumSet<Look> looks) {
        int width =
                looks.stream().mapToInt(look -> entryWidth(look.words())).sum()
                        + REST.stream().mapToInt(SvgView::entryWidth).sum();
        return width / (WIDTH - LEFT - RIGHT) + 1;
    }

    private void legend(EnumSet<Look> looks, int top) {
        var at = new int[] {LEFT, top};
        for (var look : looks) {
            entry(at, look.words(), fill(look), 12);
        }
        entry(at, REST.get(0), INK, 3);
        entry(at, REST.get(1), ORDER, 12);
        entry(at, REST.get(2), SHADOW, 12);
    }

    private void entry(int[] at, String words, String fill, int height) {
        if (at[0] + entryWidth(words) > WIDTH - RIGHT) {
            at[0] = LEFT;
            at[1] += LEGEND_ROW;
        }
        line(
                ("<rect x=\"%d\" y=\"%d\" width=\"14\" height=\"%d\" rx=\"2\" fill=\"%s\"/>"
                                + "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>")
                        .formatted(
                                at[0],
                                at[1] + (12 - height) / 2,
                                height,
                                fill,
                                at[0] + 20,
                                at[1] + 10,
                                FAINT,
                                Svg.escaped(words)));
        at[0] += entryWidth(words);
    }

    private static String fill(Look look) {
        return switch (look) {
            case DISCONNECTED -> "url(#disconnected)";
            case UNTOLD -> "url(#untold)";
            default -> look.fill();
        };
    }

    private static String onTop(Look look) {
        return switch (look) {
            case RUNNING, FAILED, STOPPING, SUCCEEDED -> "#ffffff";
            default -> INK;
        };
    }

    private double place(Duration at) {
        double whole = Math.max(1, timeline.lasting().toNanos());
        return LEFT + (WIDTH - RIGHT - LEFT) * Math.min(1, at.toNanos() / whole);
    }

    private String x(Duration at) {
        return Svg.number(place(at));
    }

    private String width(Interval time) {
        return Svg.number(Math.max(0.6, place(time.until()) - place(time.from())));
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}
