package io.muster.cli.command;

import io.muster.api.manifest.JsonWriter;
import io.muster.api.manifest.YamlWriter;
import io.muster.api.path.FieldMask;
import io.muster.api.program.ProgramFailure;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import io.muster.cli.cluster.ClusterFailure;
import io.muster.cli.table.AgentTable;
import io.muster.cli.table.ConfigTable;
import io.muster.cli.table.Table;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** The commands that show how things are. */
final class Views {
    private static final String AGENT = "--agent";
    private static final String STATE = "--state";
    private static final String WATCH = "--watch";

    private Views() {}

    static CommandSpec group() {
        return Specs.group(
                "get",
                "Show how things are.",
                List.of(),
                Specs.command(
                                "workloads",
                                "Show the workloads that there are, and how they are.",
                                Views::workloads,
                                Specs.any("NAME", "Only workloads of these names."),
                                Specs.value("AGENT", "Only those of this agent.", "-a", AGENT),
                                Specs.value(
                                        "STATE",
                                        "Only those in this execution state, such as"
                                                + " \"Running(Ok)\" or failed.",
                                        "-s",
                                        STATE),
                                Specs.flag(
                                        "Go on showing what changes, until Ctrl-C.", "-w", WATCH))
                        .aliases("workload"),
                Specs.command(
                                "agents",
                                "Show the agents that are connected, and those that are drained.",
                                Views::agents,
                                Output.option())
                        .aliases("agent"),
                Specs.command(
                        "state",
                        "Show the complete state, or parts of it.",
                        Views::state,
                        Specs.any(
                                "MASK",
                                "The path of a field to show, such as desiredState.workloads.web;"
                                        + " * stands for all keys of a map."),
                        Output.document()),
                Specs.command("configs", "Show the names of the configs.", Views::configs)
                        .aliases("config"),
                Events.command());
    }

    private static void workloads(Call call) throws ProgramFailure, InterruptedException {
        var filter = WorkloadFilter.of(call, call.operands(), call.value(AGENT), call.value(STATE));
        boolean watch = call.has(WATCH);
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

    private static void agents(Call call) throws ProgramFailure, InterruptedException {
        var output = Output.of(call);
        try (var connection = call.connect()) {
            var tree =
                    connection
                            .state(List.of(FieldMask.of("agents"), FieldMask.of("workloadStates")))
                            .state();
            var agents = StateTree.agents(tree);
            var states = StateTree.workloadStates(tree);
            output.print(
                    () -> AgentTable.tree(agents, states),
                    () -> lines(call, AgentTable.of(agents, states)));
        } catch (ClusterFailure e) {
            throw call.failed("Failed to get agents", e);
        }
    }

    private static void configs(Call call) throws ProgramFailure, InterruptedException {
        try (var connection = call.connect()) {
            var tree = connection.state(List.of(FieldMask.of("desiredState", "configs"))).state();
            print(call, ConfigTable.of(Trees.configs(tree)));
        } catch (ClusterFailure e) {
            throw call.failed("Failed to get configs", e);
        }
    }

    private static void print(Call call, Table table) {
        call.terminal().print(lines(call, table));
    }

    private static List<String> lines(Call call, Table table) {
        return table.lines(call.terminal().window().columns(), Table.Fit.WRAP);
    }

    private static void state(Call call) throws ProgramFailure, InterruptedException {
        boolean json = Output.wantsJson(call);
        var masks = Arguments.masks(call, call.operands());
        try (var connection = call.connect()) {
            Node.Entries tree = StateTree.printable(connection.state(masks).state());
            Absent.masks(call, connection, tree, masks);
            call.terminal().print(json ? JsonWriter.write(tree) : YamlWriter.write(tree));
        } catch (ClusterFailure e) {
            throw call.failed("Could not retrieve state", e);
        }
    }
}
