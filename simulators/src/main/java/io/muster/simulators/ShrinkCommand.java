package io.muster.simulators;

import io.muster.api.program.Program;
import io.muster.api.program.ProgramFailure;
import io.muster.simulators.plan.Plan;
import io.muster.simulators.plan.PlanText;
import io.muster.simulators.plan.Shrinker;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code muster-sim shrink}: leaves out of a plan what it does not take to fail. */
@Command(
        name = "shrink",
        description = "Leaves out of a plan that fails what it does not take to fail.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class ShrinkCommand implements Callable<Integer> {
    /** Some seconds to a minute, mostly. */
    static final int MOST_RUNS = 400;

    @Parameters(paramLabel = "FILE", description = "A plan that fails.")
    private Path file = Path.of(".");

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE",
            description = "Where the smaller plan goes. Default: standard output")
    private @Nullable Path out;

    @Option(
            names = "--most-runs",
            paramLabel = "N",
            defaultValue = "" + MOST_RUNS,
            description = "How often it may be tried. Default: ${DEFAULT-VALUE}")
    private int mostRuns;

    @Spec private CommandSpec spec = CommandSpec.create();

    ShrinkCommand() {}

    @Override
    public Integer call() throws ProgramFailure {
        Arguments.within("--most-runs", mostRuns, 1, 1_000_000);
        var plan = PlanFile.read(file);
        var verdict = Simulation.run(plan);
        if (verdict.failure().isEmpty()) {
            throw new ProgramFailure(file + ": this plan does not fail; nothing to shrink");
        }
        var line = spec.commandLine();
        var small = shrink(plan, mostRuns, line.getErr());
        var reason = Simulation.run(small).reason();
        if (out == null) {
            line.getOut().print(PlanFile.text(small, reason));
            line.getOut().flush();
        } else {
            PlanFile.write(out, small, reason);
        }
        return Program.DONE;
    }

    /** Returns a smaller plan that fails, and says how far that went. */
    static Plan shrink(Plan plan, int mostRuns, PrintWriter said) {
        var shrinker = new Shrinker(each -> Simulation.run(each).failure().isPresent(), mostRuns);
        var small = shrinker.shrink(plan);
        said.println(
                "%d of %d steps are left after %d runs%s:"
                        .formatted(
                                small.steps().size(),
                                plan.steps().size(),
                                shrinker.runs(),
                                shrinker.isExhausted() ? ", and perhaps not all are needed" : ""));
        small.steps().forEach(step -> said.println("  " + PlanText.of(step)));
        said.flush();
        return small;
    }
}
