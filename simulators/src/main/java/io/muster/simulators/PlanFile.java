package io.muster.simulators;

import io.muster.api.outcome.InWords;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.program.ProgramFailure;
import io.muster.simulators.plan.Plan;
import io.muster.simulators.plan.PlanReader;
import io.muster.simulators.plan.PlanText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** Plans in files. */
final class PlanFile {
    private PlanFile() {}

    /** Reads one, or says all that is wrong with it. */
    static Plan read(Path file) throws ProgramFailure {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new ProgramFailure(
                    "%s cannot be read: %s; name a plan".formatted(file, InWords.of(e)), e);
        }
        return switch (PlanReader.read(file.toString(), text)) {
            case Outcome.Accepted<Plan>(var plan) -> plan;
            case Outcome.Refused<Plan>(var problems) ->
                    throw new ProgramFailure(
                            problems.stream()
                                    .map(Problem::toString)
                                    .collect(Collectors.joining("\n")));
        };
    }

    static void write(Path file, Plan plan, String reason) throws ProgramFailure {
        try {
            Files.writeString(file, text(plan, reason));
        } catch (IOException e) {
            throw new ProgramFailure(
                    "%s cannot be written: %s; name another place by --out"
                            .formatted(file, InWords.of(e)),
                    e);
        }
    }

    /** Returns the plan with the reason why it was written. */
    static String text(Plan plan, String reason) {
        return "# muster-sim replay FILE\n# " + reason + "\n" + PlanText.of(plan);
    }
}
