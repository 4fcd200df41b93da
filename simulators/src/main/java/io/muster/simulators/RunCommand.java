package io.muster.simulators;

import io.muster.api.program.Program;
import io.muster.api.program.ProgramFailure;
import io.muster.api.shell.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code muster-sim run}: runs of one seed after the other. */
@Command(
        name = "run",
        description = {
            "Runs one seed after the other, and ends with the first that breaks a promise. Its plan"
                    + " is made as small as possible, and written to a file for \"replay\".",
            "A hundred seeds or more in which a fault never happened, or a promise was never"
                    + " looked at, have failed, too."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    /** So many meet everything, unless something is wrong. */
    static final int MEET_EVERYTHING = 100;

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

    @Mixin private SeedOptions options = new SeedOptions();

    @Spec private CommandSpec spec = CommandSpec.create();

    private final Clock clock = Main.clock();

    RunCommand() {}

    @Override
    public Integer call() throws ProgramFailure {
        Arguments.within("--runs", runs, 1, 1_000_000);
        var said = spec.commandLine().getOut();
        var tally = new Tally();
        var failed = new AtomicReference<Campaign.@Nullable Ended>();
        long began = clock.nanoTime();
        options.campaign()
                .run(
                        seed,
                        runs,
                        run -> {
                            tally.add(run.verdict().cluster());
                            failed.set(run.verdict().failure().isPresent() ? run : null);
                            return failed.get() == null;
                        });
        var failure = failed.get();
        if (failure != null) {
            options.report(failure, said);
            return Program.FAILED;
        }
        tally.lines().forEach(said::println);
        said.println(tally.speed(Duration.ofNanos(clock.nanoTime() - began)));
        boolean isComplete = runs < MEET_EVERYTHING || tally.zeros().isEmpty();
        said.println(
                isComplete
                        ? "all promises were kept"
                        : "never met: " + String.join(", ", tally.zeros()));
        said.flush();
        return isComplete ? Program.DONE : Program.FAILED;
    }
}
