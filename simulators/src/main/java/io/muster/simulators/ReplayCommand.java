package io.muster.simulators;

import io.muster.api.program.Program;
import io.muster.api.program.ProgramFailure;
import io.muster.simulators.plan.Plan;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code muster-sim replay}: one run from its plan. */
@Command(
        name = "replay",
        description = "Runs a plan, and shows what happened, each line with its virtual time.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "FILE",
            description = "A plan: written by \"run\", \"shrink\" or by hand.")
    private Path file = Path.of(".");

    @Option(
            names = {"-v", "--verbose"},
            description = "Show every message that a broker took as well.")
    private boolean verbose;

    @Option(
            names = "--step",
            description = {
                "Stop before each step, show how things stand, and go on with Enter; \"m\" shows"
                        + " the messages since the last step, \"q\" stops no more."
            })
    private boolean stepwise;

    @Spec private CommandSpec spec = CommandSpec.create();

    private final InputStream input;

    ReplayCommand() {
        this(Main.input());
    }

    ReplayCommand(InputStream input) {
        this.input = input;
    }

    @Override
    public Integer call() throws ProgramFailure {
        var plan = PlanFile.read(file);
        var said = spec.commandLine().getOut();
        var verdict = stepwise ? step(plan, said) : Simulation.run(plan);
        var trace = verdict.cluster().trace();
        if (verbose || !stepwise) {
            (verbose ? trace.lines() : trace.steps()).forEach(said::println);
        }
        var tally = new Tally();
        tally.add(verdict.cluster());
        if (verbose) {
            tally.lines().forEach(said::println);
        }
        said.println(
                verdict.failure()
                        .map(failure -> "failed: " + failure.getMessage())
                        .orElse("all promises were kept"));
        said.flush();
        return verdict.failure().isPresent() ? Program.FAILED : Program.DONE;
    }

    private Simulation.Verdict step(Plan plan, PrintWriter said) {
        var lines = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
        return Simulation.run(plan, new Stepper(lines, said)::look);
    }
}
