package io.muster.cli.command;

import io.muster.api.manifest.StateFile;
import io.muster.api.manifest.StateFileReader;
import io.muster.api.name.Names;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.path.FieldMask;
import io.muster.api.program.ProgramFailure;
import io.muster.api.tree.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** Sets fields of the state to what a file says. */
final class SetState {
    private static final String IF_REVISION = "--if-revision";
    private static final String DRY_RUN = "--dry-run";

    private SetState() {}

    static CommandSpec group() {
        return Specs.group("set", "Set fields of the state.", List.of(), command());
    }

    private static CommandSpec command() {
        return Specs.command(
                "state",
                """
                Set the fields that masks name to what a file has there, and wait until reality has \
                followed. What the file lacks there is removed.

                The file looks like what muster get state shows, or a part of it.\
                """,
                SetState::run,
                Specs.some(
                        "MASK... FILE",
                        "The path of each field to set, such as desiredState.workloads.web.agent or"
                                + " desiredState, then the file; - is standard input."),
                Specs.value(
                        "REV",
                        "Refuse it unless the desired state is at this revision: nobody has changed"
                                + " it since you looked.",
                        IF_REVISION),
                Specs.flag("Change nothing, and say what would happen.", DRY_RUN));
    }

    private static void run(Call call) throws ProgramFailure, InterruptedException {
        var operands = call.operands();
        if (operands.size() < 2) {
            throw call.misuse(
                    "name what to set and the file with it, such as: desiredState state.yaml");
        }
        var masks = masks(call, operands.subList(0, operands.size() - 1));
        var revision = call.value(IF_REVISION).map(text -> Past.revision(call, text));
        var tree = tree(call, operands.getLast());
        Absent.fields(call, masks);
        try (var connection = call.connect()) {
            var update = new Update(tree, workloads(tree, masks), masks, revision);
            if (call.has(DRY_RUN)) {
                var plan = Apply.ask(call, connection, update);
                Apply.show(call, plan);
                Absent.agents(call, connection, plan.ignored());
            } else {
                update.perform(call, connection, Update.Words.SET, "Failed to set state");
            }
        }
    }

    private static List<FieldMask> masks(Call call, List<String> texts) {
        var masks = Arguments.masks(call, texts);
        for (var mask : masks) {
            if (mask.segments().contains(FieldMask.ANY)) {
                throw call.misuse(
                        "mask \"%s\": * stands for nothing when fields are set; name each field"
                                .formatted(mask));
            }
        }
        return masks;
    }

    private static Node.Entries tree(Call call, String file) throws ProgramFailure {
        var problems = new ArrayList<Problem>();
        var text = TextFiles.read(call.surroundings().input(), file, problems);
        if (text.isPresent()) {
            switch (StateFileReader.read(TextFiles.name(file), text.get())) {
                case Outcome.Accepted<StateFile>(var read) -> {
                    read.warnings().forEach(warning -> call.terminal().warn(warning.toString()));
                    return read.state();
                }
                case Outcome.Refused<StateFile>(var found) -> problems.addAll(found);
            }
        }
        throw new ProgramFailure(
                "Invalid state file, nothing was sent:"
                        + problems.stream()
                                .map(problem -> "\n  " + problem)
                                .collect(Collectors.joining()));
    }

    /** The workloads that may change: of the file and of the masks. */
    private static List<WorkloadName> workloads(Node.Entries tree, List<FieldMask> masks) {
        var names = new TreeSet<>(Trees.desiredRuntimes(tree).keySet());
        for (var mask : masks) {
            var keys = mask.segments();
            if (keys.size() > 2 && keys.get(1).equals("workloads") && Names.isName(keys.get(2))) {
                names.add(new WorkloadName(keys.get(2)));
            }
        }
        return List.copyOf(names);
    }
}
