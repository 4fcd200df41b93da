package io.muster.cli.command;

import io.muster.api.name.AgentName;
import io.muster.api.name.WorkloadName;
import io.muster.api.program.ProgramFailure;
import io.muster.api.state.AgentAttributes;
import io.muster.api.state.WorkloadUsage;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import io.muster.cli.cluster.ClusterFailure;
import io.muster.cli.cluster.Connection;
import io.muster.cli.table.Table;
import io.muster.cli.table.TextWidth;
import io.muster.cli.table.UsageTable;
import io.muster.cli.terminal.Interruption;
import io.muster.cli.terminal.Painting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What nodes and workloads use: drawn again and again on a terminal, else once.
 *
 * <p>The server makes no events of that, so it is asked again and again.
 */
final class Top {
    private static final String AGENT = "--agent";
    private static final String SORT = "--sort";
    private static final String ONCE = "--once";
    private static final List<String> ORDERS =
            Stream.of(UsageTable.Order.values())
                    .map(each -> each.name().toLowerCase(Locale.ROOT))
                    .toList();

    /** Agents tell it every few seconds. */
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final Call call;
    private final Set<WorkloadName> names;
    private final Optional<String> agent;
    private final UsageTable.Order order;

    private Top(
            Call call, Set<WorkloadName> names, Optional<String> agent, UsageTable.Order order) {
        this.call = call;
        this.names = names;
        this.agent = agent;
        this.order = order;
    }

    static CommandSpec command() {
        return Specs.command(
                "top",
                """
                Show what nodes and workloads use of processors and memory.

                CPU of an agent is that of its whole node; of a workload, 100%% is one processor. \
                On a terminal this goes on until Ctrl-C.\
                """,
                Top::run,
                Specs.any("WORKLOAD", "Only these workloads, and the agents that run them."),
                Specs.value("AGENT", "Only this agent and its workloads.", "-a", AGENT),
                Specs.choice("ORDER", ORDERS, "By what: cpu, memory or name. Default: cpu", SORT),
                Specs.flag("Show it once, also on a terminal.", ONCE),
                Output.option());
    }

    private static void run(Call call) throws ProgramFailure, InterruptedException {
        var output = Output.of(call);
        var names = new LinkedHashSet<>(Arguments.workloads(call, call.operands()));
        var agent = call.value(AGENT).map(name -> agent(call, name));
        var top = new Top(call, names, agent, order(call));
        boolean live = call.terminal().isDrawable() && !call.has(ONCE) && !output.isForPrograms();
        try (var connection = call.connect()) {
            var seen = top.look(connection);
            if (!live) {
                output.print(
                        () -> UsageTable.tree(seen.agents(), seen.usage()),
                        () -> top.lines(seen, call.terminal().window().columns(), Table.Fit.WRAP));
            }
            top.noteAbsent(connection, seen);
            if (live) {
                top.goOn(connection, seen);
            }
        } catch (ClusterFailure e) {
            throw call.failed("Failed to get what is used", e);
        }
    }

    private static String agent(Call call, String name) {
        if (name.isEmpty()) {
            throw call.misuse("agent name is empty; name one, or leave out " + AGENT);
        }
        return Arguments.agent(call, name);
    }

    private static UsageTable.Order order(Call call) {
        var chosen = call.value(SORT).orElse(ORDERS.getFirst());
        if (!ORDERS.contains(chosen)) {
            throw call.misuse(
                    "%s \"%s\" is no order; write cpu, memory or name".formatted(SORT, chosen));
        }
        return UsageTable.Order.valueOf(chosen.toUpperCase(Locale.ROOT));
    }

    /**
     * What there was to see.
     *
     * @param usage in the order wanted
     * @param wished those of the workloads asked for that are in the desired state
     */
    private record Seen(
            SortedMap<AgentName, AgentAttributes> agents,
            List<WorkloadUsage> usage,
            Set<WorkloadName> wished) {}

    private Seen look(Connection connection) throws ClusterFailure, InterruptedException {
        return seen(connection.state(Masks.usage(agent, names)).state());
    }

    private Seen seen(Node.Entries tree) {
        var agents = new TreeMap<AgentName, AgentAttributes>();
        var usage = new ArrayList<WorkloadUsage>();
        StateTree.agents(tree)
                .forEach((name, attributes) -> {
                    var shown =
                            attributes.usage().stream()
                                    .filter(each ->
                                            names.isEmpty()
                                                    || names.contains(each.instance().workload()))
                                    .toList();
                    if (names.isEmpty() || !shown.isEmpty()) {
                        agents.put(name, attributes);
                        usage.addAll(shown);
                    }
                });
        return new Seen(
                agents,
                order.sort(usage),
                Trees.workloads(tree).stream().map(WorkloadName::new).collect(Collectors.toSet()));
    }

    private List<String> lines(Seen seen, int width, Table.Fit fit) {
        var lines = new ArrayList<String>();
        if (agent.isEmpty() || !seen.agents().isEmpty()) {
            lines.addAll(UsageTable.agents(seen.agents()).lines(width, fit));
            lines.add("");
        }
        lines.addAll(UsageTable.workloads(seen.usage()).lines(width, fit));
        return lines;
    }

    private void noteAbsent(Connection connection, Seen seen) throws InterruptedException {
        if (agent.isPresent() && names.isEmpty() && seen.agents().isEmpty()) {
            call.terminal().note("there is no agent \"%s\" connected".formatted(agent.get()));
        }
        var absent = new ArrayList<WorkloadName>();
        for (var name : names) {
            if (seen.usage().stream().anyMatch(each -> each.instance().workload().equals(name))) {
                continue;
            }
            if (seen.wished().contains(name)) {
                call.terminal()
                        .note(
                                "workload \"%s\" does not run%s, or was not measured yet"
                                        .formatted(
                                                name, agent.map(its -> " on " + its).orElse("")));
            } else {
                absent.add(name);
            }
        }
        Absent.workloads(call, connection, absent);
    }

    private void goOn(Connection connection, Seen first)
            throws ClusterFailure, InterruptedException {
        var terminal = call.terminal();
        var painting = new Painting(terminal);
        try (var _ = Interruption.with(painting::close)) {
            var seen = first;
            Optional<String> trouble = Optional.empty();
            while (!terminal.isClosed()) {
                var window = terminal.window();
                painting.draw(
                        Watch.fitting(
                                lines(seen, window.columns(), Table.Fit.SHORTEN),
                                trouble.map(why -> TextWidth.shorten(why, window.columns())),
                                window.rows() - 1));
                Thread.sleep(PAUSE);
                try {
                    seen = look(connection);
                    trouble = Optional.empty();
                } catch (ClusterFailure e) {
                    trouble =
                            Optional.of(
                                    "not up to date: "
                                            + TextWidth.printable(String.valueOf(e.getMessage())));
                }
            }
        } finally {
            painting.close();
        }
    }
}
