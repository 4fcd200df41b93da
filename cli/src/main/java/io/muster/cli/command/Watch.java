package io.muster.cli.command;

import io.muster.api.name.InstanceName;
import io.muster.api.state.ExecutionState;
import io.muster.api.state.Phase;
import io.muster.api.state.WorkloadState;
import io.muster.api.tree.Node;
import io.muster.cli.cluster.ClusterFailure;
import io.muster.cli.cluster.Connection;
import io.muster.cli.table.Table;
import io.muster.cli.table.TextWidth;
import io.muster.cli.terminal.Interruption;
import io.muster.cli.terminal.Painting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Shows the table of workloads as it changes, until it is interrupted: drawn again in place on a
 * terminal, else the table once and then a line for each change.
 */
final class Watch {
    private static final Duration TICK = Duration.ofMillis(500);

    private final Call call;
    private final WorkloadFilter filter;

    Watch(Call call, WorkloadFilter filter) {
        this.call = call;
        this.filter = filter;
    }

    /**
     * Shows it, until nobody takes what is printed.
     *
     * @throws ClusterFailure if the server does not tell to begin with
     */
    void show(Connection connection) throws ClusterFailure, InterruptedException {
        var painting = new Painting(call.terminal());
        try (var feed = connection.follow(Masks.table(filter), false);
                var _ = Interruption.with(painting::close)) {
            Optional<Node.Entries> known = Optional.empty();
            Optional<String> interruption = Optional.empty();
            while (!call.terminal().isClosed()) {
                var news = feed.next(TICK);
                var before = known;
                var earlier = interruption;
                interruption =
                        news.state().isPresent()
                                ? Optional.empty()
                                : news.interrupted().or(() -> earlier);
                known = news.state().or(() -> before);
                if (known.isPresent()) {
                    show(painting, before, known.get(), earlier, interruption);
                }
            }
        } finally {
            painting.close();
        }
    }

    private void show(
            Painting painting,
            Optional<Node.Entries> before,
            Node.Entries now,
            Optional<String> earlier,
            Optional<String> interruption) {
        var terminal = call.terminal();
        if (terminal.isQuiet()) {
            return;
        }
        var window = terminal.window();
        if (terminal.isDrawable()) {
            painting.draw(
                    fitting(
                            filter.table(now).lines(window.columns(), Table.Fit.SHORTEN),
                            interruption.map(why -> TextWidth.shorten(lost(why), window.columns())),
                            window.rows() - 1));
        } else if (before.isEmpty()) {
            terminal.print(filter.table(now).lines(window.columns(), Table.Fit.WRAP));
        } else {
            terminal.print(changes(filter.states(before.get()), filter.states(now)));
            if (!earlier.equals(interruption)) {
                terminal.note(
                        interruption.map(Watch::lost).orElse("connected to the server again"));
            }
        }
    }

    private static String lost(String why) {
        return "no connection to the server: " + TextWidth.printable(why);
    }

    /** Makes a table fit a window; a last line, if there is one, is always shown. */
    static List<String> fitting(List<String> table, Optional<String> last, int height) {
        int room = Math.max(2, height - (last.isPresent() ? 1 : 0));
        var lines = new ArrayList<>(table);
        if (table.size() > room) {
            lines.subList(room - 1, lines.size()).clear();
            lines.add("... and %d more".formatted(table.size() - room + 1));
        }
        last.ifPresent(lines::add);
        return lines;
    }

    private static List<String> changes(List<WorkloadState> before, List<WorkloadState> now) {
        var old = byName(before);
        var lines = new ArrayList<String>();
        byName(now)
                .forEach((name, state) -> {
                    if (!state.equals(old.remove(name))) {
                        lines.add(line(name, state));
                    }
                });
        old.keySet().forEach(name -> lines.add(line(name, ExecutionState.of(Phase.REMOVED))));
        return lines;
    }

    private static SortedMap<InstanceName, ExecutionState> byName(List<WorkloadState> states) {
        var map = new TreeMap<InstanceName, ExecutionState>();
        states.forEach(each -> map.put(each.instance(), each.state()));
        return map;
    }

    private static String line(InstanceName name, ExecutionState state) {
        var info = TextWidth.printable(state.additionalInfo());
        return name.workload()
                + (name.agent().isEmpty() ? "" : " on " + name.agent())
                + ": "
                + state.phase()
                + (info.isEmpty() ? "" : ", " + info);
    }
}
