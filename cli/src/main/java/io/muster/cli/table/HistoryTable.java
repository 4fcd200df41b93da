package io.muster.cli.table;

import io.muster.api.request.AgentAction;
import io.muster.api.request.HistoryEntry;
import io.muster.api.tree.Node;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/** The table of desired states that are kept, the newest first. */
public final class HistoryTable {
    private static final List<String> HEADERS = List.of("REVISION", "TIME", "BY", "CHANGED");

    private HistoryTable() {}

    /** Makes the table. */
    public static Table of(List<HistoryEntry> entries) {
        var rows = new ArrayList<List<String>>();
        for (var entry : entries.reversed()) {
            rows.add(
                    List.of(
                            entry.revision().toString(),
                            entry.time()
                                    .map(time -> time.truncatedTo(ChronoUnit.SECONDS).toString())
                                    .orElse("-"),
                            entry.author(),
                            changed(entry)));
        }
        return new Table(HEADERS, rows);
    }

    private static String changed(HistoryEntry entry) {
        var counts = entry.counts();
        var parts = new ArrayList<String>();
        add(parts, "+", counts.workloadsAdded(), " workloads");
        add(parts, "~", counts.workloadsChanged(), " workloads");
        add(parts, "-", counts.workloadsDeleted(), " workloads");
        add(parts, "", counts.configsChanged(), " configs");
        entry.agents().forEach((agent, action) -> parts.add(words(action) + " " + agent));
        return parts.isEmpty() ? "-" : String.join(", ", parts);
    }

    private static String words(AgentAction action) {
        return switch (action) {
            case DRAIN -> "drained agent";
            case UNDRAIN -> "undrained agent";
            case DELETE -> "deleted agent";
        };
    }

    private static void add(List<String> parts, String sign, int count, String what) {
        if (count > 0) {
            parts.add(sign + count + (count == 1 ? what.substring(0, what.length() - 1) : what));
        }
    }

    /** Returns the same for programs, the newest first too. */
    public static Node tree(List<HistoryEntry> entries) {
        var items = new ArrayList<Node>();
        for (var entry : entries.reversed()) {
            var tree = new LinkedHashMap<String, Node>();
            tree.put("revision", new Node.Whole(entry.revision().value()));
            entry.time().ifPresent(time -> tree.put("time", new Node.Text(time.toString())));
            tree.put("by", new Node.Text(entry.author()));
            tree.put("workloadsAdded", new Node.Whole(entry.counts().workloadsAdded()));
            tree.put("workloadsChanged", new Node.Whole(entry.counts().workloadsChanged()));
            tree.put("workloadsDeleted", new Node.Whole(entry.counts().workloadsDeleted()));
            tree.put("configsChanged", new Node.Whole(entry.counts().configsChanged()));
            if (!entry.agents().isEmpty()) {
                var agents = new LinkedHashMap<String, Node>();
                entry.agents()
                        .forEach((agent, action) ->
                                agents.put(
                                        agent.value(),
                                        new Node.Text(action.name().toLowerCase(Locale.ROOT))));
                tree.put("agents", new Node.Entries(agents));
            }
            items.add(new Node.Entries(tree));
        }
        return new Node.Items(items);
    }
}
