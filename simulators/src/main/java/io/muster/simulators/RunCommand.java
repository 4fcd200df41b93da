package io.muster.simulators;

import io.muster.api.program.Program;
import io.muster.api.program.ProgramFailure;
import io.muster.simulators.plan.Plan;
import io.muster.simulators.plan.PlanMaker;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code muster-sim run}: runs of one seed after the other. */
@Command(
        name = "run",
        description = {
            "Runs one seed after the other, and ends with the first that breaks a promise. Its plan"
                    + " is made as small as possible, and written to a file for \"replay\"."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "The first seed. Default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many seeds. Default: ${DEFAULT-VALUE}")
    private int runs;

    @Option(
            names = "--agents",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many nodes each cluster has. Default: ${DEFAULT-VALUE}")
    private int agents;

    @Option(
            names = "--lasts",
            paramLabel = "SECONDS",
            defaultValue = "90",
            description =
                    "For how long things go wrong, in virtual time. Default: ${DEFAULT-VALUE}")
    private int lasts;

    @Option(
            names = "--out",
            paramLabel = "DIRECTORY",
            defaultValue = ".",
            description = "Where the plan of a failed run goes. Default: the current directory")
    private Path out = Path.of(".");

    @Option(names = "--no-shrink", description = "Write the whole plan of a failed run.")
    private boolean noShrink;

    @Spec private CommandSpec spec = CommandSpec.create();

    RunCommand() {}

    @Override
    public Integer call() throws ProgramFailure {
        Arguments.within("--runs", runs, 1, 1_000_000);
        Arguments.within("--agents", agents, 1, Plan.MOST_AGENTS);
        Arguments.within("--lasts", lasts, 1, 86_400);
        var said = spec.commandLine().getOut();
        var tally = new Tally();
        for (long next = seed; next < seed + runs; next++) {
            var plan = PlanMaker.plan(next, agents, Duration.ofSeconds(lasts));
            var verdict = Simulation.run(plan);
            tally.add(verdict.cluster());
            if (verdict.failure().isPresent()) {
                failed(next, plan, verdict, said);
                return Program.FAILED;
            }
        }
        tally.lines().forEach(said::println);
        said.println("all promises were kept");
        said.flush();
        return Program.DONE;
    }

    private void failed(long which, Plan plan, Simulation.Verdict verdict, PrintWriter said)
            throws ProgramFailure {
        said.println("seed " + which + " failed: " + verdict.reason());
        said.flush();
        var written = noShrink ? plan : ShrinkCommand.shrink(plan, ShrinkCommand.MOST_RUNS, said);
        var file = out.resolve("muster-sim-" + which + ".plan");
        PlanFile.write(file, written, verdict.reason());
        said.println("see what happened: muster-sim replay " + file);
        said.flush();
    }
}
