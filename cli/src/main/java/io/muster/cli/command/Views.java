package io.muster.cli.command;

import io.muster.api.manifest.JsonWriter;
import io.muster.api.manifest.YamlWriter;
import io.muster.api.path.FieldMask;
import io.muster.api.program.ProgramFailure;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import io.muster.cli.arguments.Command;
import io.muster.cli.arguments.Command.Operands;
import io.muster.cli.arguments.Misuse;
import io.muster.cli.arguments.Option;
import io.muster.cli.cluster.ClusterFailure;
import io.muster.cli.table.AgentTable;
import io.muster.cli.table.Table;
import java.util.List;

/** The commands that show how things are. */
final class Views {
    private static final Option AGENT =
            Option.value("-a", "--agent", "AGENT", "Only those of this agent.");
    private static final Option STATE =
            Option.value(
                    "-s",
                    "--state",
                    "STATE",
                    "Only those in this execution state, such as \"Running(Ok)\" or failed.");
    private static final Option WATCH =
            Option.flag("-w", "--watch", "Go on showing what changes, until Ctrl-C.");
    private static final Option OUTPUT =
            Option.value("-o", "--output", "FORMAT", "yaml or json. Default: yaml");

    private Views() {}

    static Command<Action> get() {
        return Command.group(
                "get",
                "Show how things are.",
                List.of(),
                List.of(
                        Command.<Action>of(
                                        "workloads",
                                        "Show the workloads that there are, and how they are.",
                                        Views::workloads,
                                        List.of(AGENT, STATE, WATCH))
                                .alias("workload")
                                .with(Operands.any("NAME", "Only workloads of these names.")),
                        Command.<Action>of(
                                        "agents",
                                        "Show the agents that are connected.",
                                        Views::agents,
                                        List.of())
                                .alias("agent"),
                        Command.<Action>of(
                                        "state",
                                        "Show the complete state, or parts of it.",
                                        Views::state,
                                        List.of(OUTPUT))
                                .with(
                                        Operands.any(
                                                "MASK",
                                                "The path of a field to show, such as"
                                                    + " desiredState.workloads.web; * stands for"
                                                    + " all keys of a map."))));
    }

    private static void workloads(Call call) throws ProgramFailure, Misuse, InterruptedException {
        var line = call.line();
        var filter = WorkloadFilter.of(call, line.operands(), line.value(AGENT), line.value(STATE));
        boolean watch = line.has(WATCH);
        try (var connection = call.connect()) {
            if (watch) {
                new Watch(call, filter).show(connection);
                return;
            }
            var tree = connection.state(Masks.table(filter)).state();
            var table = filter.table(tree);
            print(call, table);
            for (var name : filter.unknown(tree)) {
                call.terminal().note("there is no workload \"%s\"".formatted(name));
            }
        } catch (ClusterFailure e) {
            throw call.failed(watch ? "Failed to watch workloads" : "Failed to get workloads", e);
        }
    }

    private static void agents(Call call) throws ProgramFailure, Misuse, InterruptedException {
        try (var connection = call.connect()) {
            var tree =
                    connection
                            .state(List.of(FieldMask.of("agents"), FieldMask.of("workloadStates")))
                            .state();
            print(call, AgentTable.of(StateTree.agents(tree), StateTree.workloadStates(tree)));
        } catch (ClusterFailure e) {
            throw call.failed("Failed to get agents", e);
        }
    }

    private static void print(Call call, Table table) {
        call.terminal().print(table.lines(call.terminal().window().columns(), Table.Fit.WRAP));
    }

    private static void state(Call call) throws ProgramFailure, Misuse, InterruptedException {
        var output = call.line().value(OUTPUT).orElse("yaml");
        if (!output.equals("yaml") && !output.equals("json")) {
            throw call.misuse("--output \"%s\" is no format; write yaml or json".formatted(output));
        }
        var masks = Arguments.masks(call, call.line().operands());
        try (var connection = call.connect()) {
            Node.Entries tree = StateTree.printable(connection.state(masks).state());
            call.terminal()
                    .print(output.equals("json") ? JsonWriter.write(tree) : YamlWriter.write(tree));
        } catch (ClusterFailure e) {
            throw call.failed("Could not retrieve state", e);
        }
    }
}
