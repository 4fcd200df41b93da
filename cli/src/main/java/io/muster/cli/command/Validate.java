package io.muster.cli.command;

import io.muster.api.manifest.JsonWriter;
import io.muster.api.outcome.Problem;
import io.muster.api.program.ProgramFailure;
import io.muster.api.tree.ManifestSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** Checks manifests without a cluster, as the server would. */
final class Validate {
    private static final String STRICT = "--strict";

    private Validate() {}

    static CommandSpec command() {
        return Specs.command(
                "validate",
                """
                Check manifests, and tell all that is wrong with them. Needs no server.

                The files are checked together, as "apply" would set them: templates are filled in, \
                and cycles in dependencies are found. What only a cluster knows is not checked: its \
                agents, and configs that it has already.\
                """,
                Validate::run,
                Specs.some("FILE", "A manifest; - is standard input."),
                Specs.flag(
                        "Refuse what otherwise is a warning: unknown keys, old spellings, configs"
                                + " that are in none of the files.",
                        STRICT));
    }

    static CommandSpec schema() {
        return Specs.guide(
                "schema",
                "Print the JSON schema of the manifest, for editors. Needs no server.",
                (_, _) -> JsonWriter.write(ManifestSchema.tree()) + "\n");
    }

    private static void run(Call call) throws ProgramFailure {
        var files = call.operands();
        ManifestFiles.checkOnce(call, files);
        var reading = ManifestFiles.of(call.surroundings().input(), files, Optional.empty());
        var problems = new ArrayList<>(reading.problems());
        var warnings = new ArrayList<>(reading.warnings());
        var found = reading.check();
        problems.addAll(found.problems());
        warnings.addAll(found.missing());
        if (call.has(STRICT)) {
            warnings.forEach(warning -> problems.add(refused(warning)));
            warnings.clear();
        }
        warnings.forEach(warning -> call.terminal().warn(warning.toString()));
        if (!problems.isEmpty()) {
            throw new ProgramFailure(text(problems));
        }
        call.terminal()
                .inform(
                        List.of(
                                "Valid: %s, %s."
                                        .formatted(
                                                count(
                                                        reading.state().workloads().size(),
                                                        "workload"),
                                                count(
                                                        reading.state().configs().size(),
                                                        "config"))));
    }

    private static Problem refused(Problem warning) {
        return new Problem("warning: " + warning.where(), warning.what(), warning.remedy());
    }

    private static String text(List<Problem> problems) {
        var text = new StringBuilder("Invalid manifest data provided:");
        problems.forEach(problem -> text.append("\n  ").append(problem));
        return text.toString();
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
