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

/** {@code muster-sim soak}: seeds for as long as there is time. */
@Command(
        name = "soak",
        description = {
            "Runs one seed after the other until the time is over, and ends with the first that"
                    + " breaks a promise, as \"run\" does. Now and then it says how far it is."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class SoakCommand implements Callable<Integer> {
    private static final Duration TELLS_EVERY = Duration.ofSeconds(5);

    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "30m",
            description = "For how long, such as 90s, 30m or 8h. Default: ${DEFAULT-VALUE}")
    private String lasting = "30m";

    @Option(
            names = "--seed",
            paramLabel = "N",
            description =
                    "The first seed. Default: one that depends on the time, so that no soak repeats"
                            + " another")
    private @Nullable Long seed;

    @Mixin private SeedOptions options = new SeedOptions();

    @Spec private CommandSpec spec = CommandSpec.create();

    private final Clock clock = Main.clock();

    SoakCommand() {}

    @Override
    public Integer call() throws ProgramFailure {
        var time = Arguments.time("--for", lasting);
        long first = seed == null ? clock.instant().getEpochSecond() * 1_000 : seed;
        var line = spec.commandLine();
        var tally = new Tally();
        var failed = new AtomicReference<Campaign.@Nullable Ended>();
        var progress = new Progress(time);
        options.campaign()
                .run(
                        first,
                        Integer.MAX_VALUE,
                        run -> {
                            tally.add(run.verdict().cluster());
                            failed.set(run.verdict().failure().isPresent() ? run : null);
                            return failed.get() == null && progress.goesOn(tally);
                        });
        var failure = failed.get();
        if (failure != null) {
            options.report(failure, line.getOut());
            return Program.FAILED;
        }
        tally.lines().forEach(line.getOut()::println);
        line.getOut().println(tally.speed(progress.elapsed()));
        line.getOut().println("all promises were kept, from seed " + first);
        line.getOut().flush();
        return Program.DONE;
    }

    /** Says now and then how far it is. */
    private final class Progress {
        private static final int WIDTH = 30;

        private final Duration whole;
        private final long began = clock.nanoTime();
        private Duration told = Duration.ZERO;

        Progress(Duration whole) {
            this.whole = whole;
        }

        Duration elapsed() {
            return Duration.ofNanos(clock.nanoTime() - began);
        }

        boolean goesOn(Tally tally) {
            var now = elapsed();
            if (now.minus(told).compareTo(TELLS_EVERY) >= 0) {
                told = now;
                int done = (int) Math.min(WIDTH, WIDTH * now.toMillis() / whole.toMillis());
                var err = spec.commandLine().getErr();
                err.println(
                        "[%s%s] %s; %s"
                                .formatted(
                                        "#".repeat(done),
                                        ".".repeat(WIDTH - done),
                                        tally.speed(now),
                                        tally.coverage()));
                err.flush();
            }
            return now.compareTo(whole) < 0;
        }
    }
}
