package io.muster.simulators;

import io.muster.api.program.ProgramFailure;
import io.muster.simulators.plan.Plan;
import io.muster.simulators.plan.PlanMaker;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What commands have in common that run seed after seed. */
final class SeedOptions {
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
            names = "--jobs",
            paramLabel = "N",
            description = "How many runs at a time. Default: one per processor")
    private @Nullable Integer jobs;

    @Option(
            names = "--out",
            paramLabel = "DIRECTORY",
            defaultValue = ".",
            description = "Where the plan of a failed run goes. Default: the current directory")
    private Path out = Path.of(".");

    @Option(names = "--no-shrink", description = "Write the whole plan of a failed run.")
    private boolean noShrink;

    SeedOptions() {}

    /** Returns what runs the seeds. */
    Campaign campaign() throws ProgramFailure {
        int atATime = jobs == null ? Runtime.getRuntime().availableProcessors() : jobs;
        Arguments.within("--agents", agents, 1, Plan.MOST_AGENTS);
        Arguments.within("--lasts", lasts, 1, 86_400);
        Arguments.within("--jobs", atATime, 1, 1_000);
        return new Campaign(
                seed -> PlanMaker.plan(seed, agents, Duration.ofSeconds(lasts)), atATime);
    }

    /** Says which run failed and why, and writes its plan. */
    void report(Campaign.Ended run, PrintWriter said) throws ProgramFailure {
        var reason = run.verdict().reason();
        said.println("seed " + run.seed() + " failed: " + reason);
        said.flush();
        var plan = run.plan();
        var written = noShrink ? plan : ShrinkCommand.shrink(plan, ShrinkCommand.MOST_RUNS, said);
        var file = out.resolve("muster-sim-" + run.seed() + ".plan");
        PlanFile.write(file, written, reason);
        said.println("see what happened: muster-sim replay " + file);
        said.flush();
    }
}
