package io.muster.cli.command;

import io.muster.api.program.ProgramFailure;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** Deletes what should not run any more. */
final class Delete {
    private Delete() {}

    static CommandSpec group() {
        return Specs.group("delete", "Delete what should not run any more.", List.of(), workload());
    }

    private static CommandSpec workload() {
        return Specs.command(
                        "workload",
                        "Delete workloads, and wait until they are gone.",
                        Delete::run,
                        Specs.some("NAME", "The name of a workload."))
                .aliases("workloads");
    }

    private static void run(Call call) throws ProgramFailure, InterruptedException {
        var names = Arguments.workloads(call, call.operands());
        try (var connection = call.connect()) {
            Update.deleting(names).perform(call, connection, "Failed to delete workloads");
        }
    }
}
