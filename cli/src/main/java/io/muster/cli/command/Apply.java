package io.muster.cli.command;

import io.muster.api.program.ProgramFailure;
import io.muster.api.state.State;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** Sets or deletes what manifests name. */
final class Apply {
    private static final String AGENT = "--agent";
    private static final String DELETE = "--delete";

    private Apply() {}

    static CommandSpec command() {
        return Specs.command(
                "apply",
                """
                Set the workloads and configs of manifests, and wait until reality has followed.

                What the manifests do not name is left alone.\
                """,
                Apply::run,
                Specs.any("FILE", "A manifest; - is standard input."),
                Specs.value(
                        "AGENT",
                        "The agent for all workloads, whatever the manifests say. \"\" is none.",
                        AGENT),
                Specs.flag("Delete what the manifests name, instead of setting it.", "-d", DELETE));
    }

    private static void run(Call call) throws ProgramFailure, InterruptedException {
        var files = call.operands();
        ManifestFiles.checkOnce(call, files);
        var agent = call.value(AGENT);
        if (agent.isPresent()) {
            Arguments.agent(call, agent.get());
        }
        if (files.isEmpty()) {
            call.terminal().inform(List.of("Nothing to update."));
            return;
        }
        try (var connection = call.connect()) {
            var state =
                    ManifestFiles.read(call.terminal(), call.surroundings().input(), files, agent);
            if (state.equals(State.EMPTY)) {
                call.terminal().inform(List.of("Nothing to update."));
                return;
            }
            var update = call.has(DELETE) ? Update.deleting(state) : Update.setting(state);
            update.perform(call, connection, "Command failed");
        }
    }
}
