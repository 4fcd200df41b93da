package io.muster.cli.command;

import io.muster.api.program.ProgramFailure;
import io.muster.api.request.Request.UpdateState;
import io.muster.api.tree.Node;
import io.muster.cli.cluster.ClusterFailure;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** Deletes what is not wanted any more. */
final class Delete {
    private Delete() {}

    static CommandSpec group() {
        return Specs.group(
                "delete", "Delete what is not wanted any more.", List.of(), workload(), config());
    }

    private static CommandSpec workload() {
        return Specs.command(
                        "workload",
                        "Delete workloads, and wait until they are gone.",
                        Delete::run,
                        Specs.some("NAME", "The name of a workload."))
                .aliases("workloads");
    }

    private static CommandSpec config() {
        return Specs.command(
                        "config",
                        "Delete configs. One that a workload uses stays, and that is said.",
                        Delete::configs,
                        Specs.some("NAME", "The name of a config."))
                .aliases("configs");
    }

    private static void configs(Call call) throws ProgramFailure, InterruptedException {
        var names = Arguments.configs(call, call.operands());
        var masks = names.stream().map(Masks::config).toList();
        try (var connection = call.connect()) {
            Absent.configs(call, connection, names);
            connection.updated(connection.begin(new UpdateState(Node.Entries.NONE, masks)));
        } catch (ClusterFailure e) {
            throw call.failed("Failed to delete configs", e);
        }
    }

    private static void run(Call call) throws ProgramFailure, InterruptedException {
        var names = Arguments.workloads(call, call.operands());
        try (var connection = call.connect()) {
            Update.deleting(names)
                    .perform(
                            call,
                            connection,
                            Update.Words.DELETED_WORKLOADS,
                            "Failed to delete workloads");
        }
    }
}
