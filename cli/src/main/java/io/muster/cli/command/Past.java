package io.muster.cli.command;

import io.muster.api.name.Revision;
import io.muster.api.outcome.Outcome;
import io.muster.api.program.Program;
import io.muster.api.program.ProgramFailure;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.state.State;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import io.muster.cli.cluster.ClusterFailure;
import io.muster.cli.cluster.Connection;
import io.muster.cli.difference.StateDifference;
import io.muster.cli.table.HistoryTable;
import io.muster.cli.table.Table;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The desired states that were: which, what differs, and back to one of them. */
final class Past {
    private static final String EXIT_CODE = "--exit-code";
    private static final String DESIRED_STATE = "desiredState";

    private Past() {}

    static CommandSpec history() {
        return Specs.command(
                "history",
                "Show which desired states are kept, who made them, and when.",
                Past::history,
                Output.option());
    }

    static CommandSpec diff() {
        return Specs.question(
                "diff",
                """
                Show what differs between two desired states.

                Without REV: what the last update changed. With one: what changed since then. With \
                two: from the first to the second.\
                """,
                Past::diff,
                Specs.any("REV", "A revision, as muster history shows it."),
                Output.option(),
                exitCode());
    }

    static CommandSpec rollback() {
        return Specs.command(
                "rollback",
                """
                Make the desired state what it was, and wait until reality has followed.

                This is an update like any other: it gets a new revision, and can be rolled back. \
                It is refused if somebody changes the desired state meanwhile.\
                """,
                Past::rollback,
                Specs.one("REV", "A revision, as muster history shows it."));
    }

    /** The flag of commands that can tell by their exit code. */
    static OptionSpec exitCode() {
        return Specs.flag(
                "Exit with %d if there is a difference.".formatted(Question.DIFFERENT), EXIT_CODE);
    }

    /** Returns the exit code of a command that has found a difference, or has not. */
    static int exitCode(Call call, boolean different) {
        return different && call.has(EXIT_CODE) ? Question.DIFFERENT : Program.DONE;
    }

    private static void history(Call call) throws ProgramFailure, InterruptedException {
        var output = Output.of(call);
        try (var connection = call.connect()) {
            var history = connection.ask(new Request.GetHistory(), Response.History.class);
            output.print(
                    () -> new Node.Entries(Map.of("history", HistoryTable.tree(history.entries()))),
                    () ->
                            HistoryTable.of(history.entries())
                                    .lines(call.terminal().window().columns(), Table.Fit.WRAP));
        } catch (ClusterFailure e) {
            throw call.failed("Could not retrieve the history", e);
        }
    }

    private static int diff(Call call) throws ProgramFailure, InterruptedException {
        var output = Output.of(call);
        var revisions = call.operands().stream().map(text -> revision(call, text)).toList();
        if (revisions.size() > 2) {
            throw call.misuse("name at most two revisions");
        }
        try (var connection = call.connect()) {
            Revision from;
            Revision to;
            if (revisions.isEmpty()) {
                var entries =
                        connection.ask(new Request.GetHistory(), Response.History.class).entries();
                if (entries.size() < 2) {
                    throw new ProgramFailure(
                            "there is nothing to compare: %d desired state(s) are kept"
                                    .formatted(entries.size()));
                }
                from = entries.get(entries.size() - 2).revision();
                to = entries.getLast().revision();
            } else {
                from = revisions.getFirst();
                to = revisions.getLast();
            }
            var before = past(connection, from);
            if (revisions.size() == 1) {
                to = before.revision();
            }
            var after = past(connection, to);
            var difference = new StateDifference(state(before), state(after));
            var end = to;
            if (difference.isEmpty()) {
                call.terminal()
                        .note(
                                "there is no difference between revision %s and revision %s"
                                        .formatted(from, end));
            }
            output.print(
                    () -> difference.tree(from, end),
                    () -> call.terminal().coloured(difference.lines()));
            return exitCode(call, !difference.isEmpty());
        } catch (ClusterFailure e) {
            throw call.failed("Could not compare desired states", e);
        }
    }

    private static void rollback(Call call) throws ProgramFailure, InterruptedException {
        var revision = revision(call, call.operands().getFirst());
        try (var connection = call.connect()) {
            var past = past(connection, revision);
            var wanted = state(past);
            var now = past(connection, past.revision());
            var workloads = new TreeSet<>(wanted.workloads().keySet());
            workloads.addAll(state(now).workloads().keySet());
            call.terminal()
                    .inform(
                            List.of(
                                    "Rolling back from revision %s to revision %s (by %s%s)."
                                            .formatted(
                                                    past.revision(),
                                                    past.entry().revision(),
                                                    past.entry().author(),
                                                    past.entry()
                                                            .time()
                                                            .map(time -> " at " + time)
                                                            .orElse(""))));
            Update.whole(wanted, List.copyOf(workloads))
                    .ifAt(past.revision())
                    .perform(call, connection, Update.Words.ROLLED_BACK, "Failed to roll back");
        } catch (ClusterFailure e) {
            throw call.failed("Failed to roll back", e);
        }
    }

    /** Reads a revision that stands on the command line. */
    static Revision revision(Call call, String text) {
        try {
            return new Revision(Long.parseLong(text));
        } catch (IllegalArgumentException e) {
            throw call.misuse(
                    "\"%s\" is no revision; write a number that muster history shows"
                            .formatted(text));
        }
    }

    private static Response.HistoryState past(Connection connection, Revision revision)
            throws ClusterFailure, InterruptedException {
        return connection.ask(new Request.GetHistoryState(revision), Response.HistoryState.class);
    }

    private static State state(Response.HistoryState past) throws ClusterFailure {
        if (past.state().entries().get(DESIRED_STATE) instanceof Node.Entries desired) {
            return switch (StateTree.state(desired, DESIRED_STATE)) {
                case Outcome.Accepted<State>(var state) -> state;
                case Outcome.Refused<State>(var problems) ->
                        throw new ClusterFailure(
                                "the server told a desired state that this program cannot read: "
                                        + problems.getFirst());
            };
        }
        return State.EMPTY;
    }
}
