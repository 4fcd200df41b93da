package io.muster.simulators.timeline;

import io.muster.api.tree.Node;
import io.muster.simulators.timeline.Timeline.Disturbance;
import io.muster.simulators.timeline.Timeline.Interval;
import io.muster.simulators.timeline.Timeline.Lane;
import io.muster.simulators.timeline.Timeline.Recovery;
import io.muster.simulators.timeline.Timeline.Shown;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;

/** A timeline as a document for programs; all times are in milliseconds of virtual time. */
public final class DocumentView {
    private DocumentView() {}

    /** Returns the document. */
    public static Node.Entries tree(Timeline timeline) {
        var tree = new LinkedHashMap<String, Node>();
        tree.put("asWishedInTheEnd", text(String.valueOf(timeline.amiss().isEmpty())));
        tree.put("seed", new Node.Whole(timeline.seed()));
        tree.put("lasting", millis(timeline.lasting()));
        tree.put("agents", all(timeline.agents(), DocumentView::text));
        tree.put("workloads", all(timeline.lanes(), DocumentView::lane));
        tree.put("disturbances", all(timeline.disturbances(), DocumentView::disturbance));
        tree.put("asWished", all(timeline.asWished(), DocumentView::interval));
        tree.put("amiss", all(timeline.amiss(), DocumentView::text));
        return new Node.Entries(tree);
    }

    private static Node lane(Lane lane) {
        var tree = new LinkedHashMap<String, Node>();
        tree.put("name", text(lane.workload()));
        tree.put("runtime", text(lane.runtime()));
        tree.put("states", all(lane.states(), DocumentView::shown));
        tree.put("processes", all(lane.lives(), DocumentView::interval));
        return new Node.Entries(tree);
    }

    private static Node shown(Shown shown) {
        var tree = new LinkedHashMap<String, Node>();
        tree.put("from", millis(shown.from()));
        tree.put("state", text(shown.words()));
        if (shown.words().isEmpty()) {
            tree.put("why", text(shown.look().words()));
        }
        if (!shown.agent().isEmpty()) {
            tree.put("agent", text(shown.agent()));
        }
        if (!shown.info().isEmpty()) {
            tree.put("additionalInfo", text(shown.info()));
        }
        return new Node.Entries(tree);
    }

    private static Node disturbance(Disturbance disturbance) {
        var tree = new LinkedHashMap<String, Node>();
        tree.put("what", text(disturbance.what()));
        if (!disturbance.target().isEmpty()) {
            tree.put("target", text(disturbance.target()));
        }
        tree.put("from", millis(disturbance.time().from()));
        tree.put("until", millis(disturbance.time().until()));
        disturbance.failed().ifPresent(why -> tree.put("didNotHappen", text(why)));
        switch (disturbance.recovery()) {
            case Recovery.Unnoticed(var before) -> {
                tree.put("recovery", text("unnoticed"));
                before.ifPresent(next -> tree.put("overtakenBy", text(next)));
            }
            case Recovery.At(var at) -> {
                tree.put("recovery", text("recovered"));
                tree.put("asWishedAt", millis(at));
            }
            case Recovery.Overtaken(var by) -> {
                tree.put("recovery", text("overtaken"));
                tree.put("overtakenBy", text(by));
            }
            case Recovery.Never() -> tree.put("recovery", text("never"));
        }
        return new Node.Entries(tree);
    }

    private static Node interval(Interval interval) {
        var tree = new LinkedHashMap<String, Node>();
        tree.put("from", millis(interval.from()));
        tree.put("until", millis(interval.until()));
        return new Node.Entries(tree);
    }

    private static <T> Node all(List<T> each, Function<T, Node> shown) {
        return new Node.Items(each.stream().map(shown).toList());
    }

    private static Node millis(Duration time) {
        return new Node.Whole(time.toMillis());
    }

    private static Node text(String text) {
        return new Node.Text(text);
    }
}
