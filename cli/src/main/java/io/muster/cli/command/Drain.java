package io.muster.cli.command;

import io.muster.api.program.ProgramFailure;
import picocli.CommandLine.Model.CommandSpec;

/** Empties a node, and fills it again. */
final class Drain {
    private Drain() {}

    static CommandSpec drain() {
        return Specs.command(
                "drain",
                """
                Stop all workloads of agents, and let none start there until muster undrain. Waits \
                until nothing runs there any more.

                Each is stopped before what it depends on. What has ended stays as it is. The \
                workloads remain in the desired state, Pending; those on other agents that depend \
                on them run on. An agent that is not connected is drained when it comes.\
                """,
                Drain::drain,
                Specs.some("AGENT", "The name of an agent."));
    }

    static CommandSpec undrain() {
        return Specs.command(
                "undrain",
                "Let workloads run on drained agents again, and wait until they do.",
                Drain::undrain,
                Specs.some("AGENT", "The name of an agent."));
    }

    private static void drain(Call call) throws ProgramFailure, InterruptedException {
        var names = Arguments.agents(call, call.operands());
        try (var connection = call.connect()) {
            Update.draining(names)
                    .perform(call, connection, Update.Words.DRAINED, "Failed to drain");
        }
    }

    private static void undrain(Call call) throws ProgramFailure, InterruptedException {
        var names = Arguments.agents(call, call.operands());
        try (var connection = call.connect()) {
            Update.undraining(names)
                    .perform(call, connection, Update.Words.UNDRAINED, "Failed to undrain");
        }
    }
}
