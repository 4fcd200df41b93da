package io.muster.cli.wait;

import io.muster.api.outcome.Nearest;
import io.muster.api.state.ExecutionState;
import io.muster.api.state.Phase;
import io.muster.cli.table.Table;
import io.muster.cli.table.TextWidth;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Shows what is waited for: a table for terminals, lines of changes for everything else. */
public final class WaitView {
    private static final List<String> HEADERS =
            List.of("WORKLOAD NAME", "AGENT", "RUNTIME", "  EXECUTION STATE", "ADDITIONAL INFO");
    private static final String SPINNER = "|/-\\";

    private WaitView() {}

    /**
     * The table, to be drawn again and again.
     *
     * @param height how many lines fit; what is still open is shown before the rest
     * @param tick counts the drawings; moves the spinner
     */
    public static List<String> drawing(Waiting waiting, int width, int height, int tick) {
        var extra = new ArrayList<String>();
        waiting.interruption()
                .ifPresent(why ->
                        extra.add(
                                TextWidth.shorten(
                                        "No connection to the server: " + TextWidth.printable(why),
                                        width)));
        var rows = waiting.rows();
        int room = Math.max(1, height - 1 - extra.size());
        if (rows.size() > room) {
            rows = mostWanted(rows, Math.max(1, room - 1));
            extra.addFirst("... and %d more".formatted(waiting.rows().size() - rows.size()));
        }
        var spinner = String.valueOf(SPINNER.charAt(tick % SPINNER.length()));
        var lines = new ArrayList<>(table(rows, spinner).lines(width, Table.Fit.SHORTEN));
        lines.addAll(extra);
        return lines;
    }

    /** The whole table as it is in the end. */
    public static List<String> table(Waiting waiting, int width) {
        return table(waiting.rows(), " ").lines(width, Table.Fit.SHORTEN);
    }

    private static List<Row> mostWanted(List<Row> rows, int count) {
        var chosen = new ArrayList<>(rows);
        for (int i = rows.size() - 1; i >= 0 && chosen.size() > count; i--) {
            if (rows.get(i).isEnded()) {
                chosen.remove(rows.get(i));
            }
        }
        return chosen.subList(0, Math.min(count, chosen.size()));
    }

    private static Table table(List<Row> rows, String spinner) {
        var cells = new ArrayList<List<String>>();
        for (var row : rows) {
            cells.add(
                    List.of(
                            row.target().instance().workload().value(),
                            row.target().instance().agent(),
                            row.runtime(),
                            (row.isEnded() ? " " : spinner) + " " + state(row),
                            info(row)));
        }
        return new Table(HEADERS, cells);
    }

    /** What changed, a line for each row that did. */
    public static List<String> changes(Waiting before, Waiting after) {
        var lines = new ArrayList<String>();
        for (int i = 0; i < after.rows().size(); i++) {
            var line = line(after.rows().get(i), after);
            if (!line.equals(line(before.rows().get(i), before))) {
                lines.add(line);
            }
        }
        if (!before.interruption().equals(after.interruption())) {
            lines.add(
                    after.interruption()
                            .map(why -> "No connection to the server: " + TextWidth.printable(why))
                            .orElse("Connected to the server again."));
        }
        return lines;
    }

    private static String line(Row row, Waiting waiting) {
        var instance = row.target().instance();
        var line = new StringBuilder(instance.workload().value());
        if (!instance.agent().isEmpty()) {
            line.append(" on ").append(instance.agent());
        }
        if (row.target().deleted() && isReplaced(row, waiting)) {
            line.append(" (old)");
        }
        var info = info(row);
        return line.append(": ")
                .append(state(row))
                .append(info.isEmpty() ? "" : ", ")
                .append(info)
                .toString();
    }

    private static boolean isReplaced(Row row, Waiting waiting) {
        return waiting.rows().stream()
                .anyMatch(other ->
                        !other.target().deleted()
                                && other.target()
                                        .instance()
                                        .workload()
                                        .equals(row.target().instance().workload())
                                && other.target()
                                        .instance()
                                        .agent()
                                        .equals(row.target().instance().agent()));
    }

    private static String state(Row row) {
        return row.seen().map(seen -> seen.phase().toString()).orElse("");
    }

    private static String info(Row row) {
        boolean isAway = row.endedAs(Ending.AGENT_AWAY) || row.doubts(Ending.AGENT_AWAY);
        var info =
                new StringBuilder(
                        TextWidth.printable(
                                row.seen()
                                        .filter(seen ->
                                                !isAway || seen.phase() != Phase.PENDING_INITIAL)
                                        .map(ExecutionState::additionalInfo)
                                        .orElse("")));
        var agent = row.target().instance().agent();
        if (row.endedAs(Ending.AGENT_AWAY)) {
            add(info, "agent " + agent + " is not connected");
        } else if (row.doubts(Ending.AGENT_AWAY)) {
            add(info, "waiting for agent " + agent + " to connect");
        }
        if (row.endedAs(Ending.DELETED_MEANWHILE)) {
            add(info, "deleted meanwhile");
        } else if (row.changedAgain()) {
            add(info, "changed again meanwhile");
        }
        return info.toString();
    }

    private static void add(StringBuilder info, String remark) {
        info.append(info.isEmpty() ? "" : "; ").append(remark);
    }

    /**
     * What a person should know about an end that is not the wished one; the table may have cut it.
     *
     * @param agents all that are connected
     */
    public static List<String> notes(Waiting waiting, Set<String> agents) {
        SortedMap<String, SortedSet<String>> waitingFor = new TreeMap<>();
        SortedMap<String, SortedSet<String>> drained = new TreeMap<>();
        var notes = new ArrayList<String>();
        for (var row : waiting.rows()) {
            var instance = row.target().instance();
            if (row.endedAs(Ending.AGENT_AWAY)) {
                waitingFor
                        .computeIfAbsent(instance.agent(), _ -> new TreeSet<>())
                        .add(instance.workload().value());
            }
            if (row.endedAs(Ending.DRAINED)) {
                drained.computeIfAbsent(instance.agent(), _ -> new TreeSet<>())
                        .add(instance.workload().value());
            }
            row.seen()
                    .filter(seen -> seen.phase() == Phase.PENDING_STARTING_FAILED)
                    .ifPresent(seen ->
                            notes.add(
                                    "%s cannot start: %s"
                                            .formatted(
                                                    instance.workload(),
                                                    TextWidth.printable(seen.additionalInfo()))));
        }
        waitingFor.forEach((agent, workloads) ->
                notes.add(
                        "agent \"%s\" is not connected%s; %s will follow when it connects"
                                .formatted(
                                        agent,
                                        advice(agent, agents),
                                        String.join(", ", workloads))));
        drained.forEach((agent, workloads) ->
                notes.add(
                        "agent \"%s\" is drained: %s will not run there until \"muster undrain %s\""
                                .formatted(agent, some(workloads), agent)));
        return notes;
    }

    private static String advice(String agent, Set<String> agents) {
        if (agents.isEmpty() || agents.contains(agent)) {
            return "";
        }
        return Nearest.to(agent, agents)
                .map(near -> " (did you mean \"" + near + "\"?)")
                .orElse(" (connected: " + some(new TreeSet<>(agents)) + ")");
    }

    private static String some(SortedSet<String> names) {
        var text = String.join(", ", names.stream().limit(10).toList());
        return names.size() > 10 ? text + " and " + (names.size() - 10) + " more" : text;
    }
}
