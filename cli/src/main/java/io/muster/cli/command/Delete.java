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
                "delete",
                "Delete what is not wanted any more.",
                List.of(),
                workload(),
                config(),
                agent());
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

    private static CommandSpec agent() {
        return Specs.command(
                        "agent",
                        """
                        Forget agents whose nodes do not come back: their states, their tags, that \
                        they were drained, and what the broker keeps for them.

                        A connected agent is not deleted. Workloads that are meant for a deleted \
                        one wait for another of its name, as if there had never been any. If it \
                        comes back after all, it is as new.\
                        """,
                        Delete::agents,
                        Specs.some("NAME", "The name of an agent."))
                .aliases("agents");
    }

    private static void agents(Call call) throws ProgramFailure, InterruptedException {
        var names = Arguments.agents(call, call.operands());
        try (var connection = call.connect()) {
            Update.forgetting(names)
                    .perform(call, connection, Update.Words.FORGOTTEN, "Failed to delete agents");
        }
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
