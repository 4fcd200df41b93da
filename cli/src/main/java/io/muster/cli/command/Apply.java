package io.muster.cli.command;

import io.muster.api.program.Program;
import io.muster.api.program.ProgramFailure;
import io.muster.api.request.Response;
import io.muster.api.state.State;
import io.muster.cli.cluster.ClusterFailure;
import io.muster.cli.cluster.Connection;
import io.muster.cli.difference.PlanView;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Sets or deletes what manifests name, or says what that would do. */
final class Apply {
    private static final String AGENT = "--agent";
    private static final String DELETE = "--delete";
    private static final List<String> NOTHING = List.of("Nothing to update.");
    private static final String DRY_RUN = "--dry-run";
    private static final String IF_REVISION = "--if-revision";

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
                Specs.flag("Delete what the manifests name, instead of setting it.", "-d", DELETE),
                ifRevision(),
                Specs.flag("Change nothing, and say what would happen, as muster plan.", DRY_RUN));
    }

    static CommandSpec plan() {
        return Specs.question(
                "plan",
                """
                Say what applying manifests would do to each workload, and why. Changes nothing.

                + create, - delete, ! replace, ~ change in place, = nothing to do. Workloads to \
                which nothing would happen are counted; with --verbose they are listed.\
                """,
                Apply::plan,
                Specs.any("FILE", "A manifest; - is standard input."),
                Specs.value(
                        "AGENT",
                        "The agent for all workloads, whatever the manifests say. \"\" is none.",
                        AGENT),
                Specs.flag("Delete what the manifests name, instead of setting it.", "-d", DELETE),
                ifRevision(),
                Output.option(),
                Past.exitCode());
    }

    private static OptionSpec ifRevision() {
        return Specs.value(
                "REV",
                "Refuse it unless the desired state is at this revision: nobody has changed it"
                        + " since you looked.",
                IF_REVISION);
    }

    private static void run(Call call) throws ProgramFailure, InterruptedException {
        if (namesNothing(call)) {
            return;
        }
        try (var connection = call.connect()) {
            var update = update(call);
            if (update.isEmpty()) {
                call.terminal().inform(NOTHING);
            } else if (call.has(DRY_RUN)) {
                show(call, ask(call, connection, update.get()));
            } else {
                update.get()
                        .perform(
                                call,
                                connection,
                                call.has(DELETE) ? Update.Words.DELETED : Update.Words.APPLIED,
                                "Command failed");
            }
        }
    }

    private static int plan(Call call) throws ProgramFailure, InterruptedException {
        var output = Output.of(call);
        if (namesNothing(call)) {
            return Program.DONE;
        }
        try (var connection = call.connect()) {
            var update = update(call);
            if (update.isEmpty()) {
                call.terminal().inform(NOTHING);
                return Program.DONE;
            }
            var view = ask(call, connection, update.get());
            output.print(view::tree, () -> lines(call, view));
            return Past.exitCode(call, !view.changesNothing());
        }
    }

    /** Prints a plan for people. */
    static void show(Call call, PlanView view) {
        call.terminal().print(lines(call, view));
    }

    private static List<String> lines(Call call, PlanView view) {
        return call.terminal().coloured(view.lines(call.terminal().isVerbose()));
    }

    static PlanView ask(Call call, Connection connection, Update update)
            throws ProgramFailure, InterruptedException {
        try {
            return new PlanView(
                    connection.ask(update.request().asDryRun(), Response.Planned.class).plan());
        } catch (ClusterFailure e) {
            throw call.failed("Could not plan", e);
        }
    }

    /** Checks what was written before anybody is asked, and says whether it names no file. */
    private static boolean namesNothing(Call call) {
        var files = call.operands();
        ManifestFiles.checkOnce(call, files);
        call.value(AGENT).ifPresent(name -> Arguments.agent(call, name));
        call.value(IF_REVISION).ifPresent(text -> Past.revision(call, text));
        if (files.isEmpty()) {
            call.terminal().inform(NOTHING);
        }
        return files.isEmpty();
    }

    /** Reads the manifests; empty if they ask for nothing. */
    private static Optional<Update> update(Call call) throws ProgramFailure {
        var revision = call.value(IF_REVISION).map(text -> Past.revision(call, text));
        var state =
                ManifestFiles.read(
                        call.terminal(),
                        call.surroundings().input(),
                        call.operands(),
                        call.value(AGENT),
                        call.has(DELETE));
        if (state.equals(State.EMPTY)) {
            return Optional.empty();
        }
        var update = call.has(DELETE) ? Update.deleting(state) : Update.setting(state);
        return Optional.of(revision.map(update::ifAt).orElse(update));
    }
}
