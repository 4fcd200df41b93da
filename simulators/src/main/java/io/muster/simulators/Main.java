package io.muster.simulators;

import io.muster.api.host.SystemClock;
import io.muster.api.host.ThreadSerial;
import io.muster.api.program.Program;
import io.muster.api.program.ProgramFailure;
import io.muster.api.shell.Clock;
import io.muster.api.shell.Serial;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import picocli.CommandLine.Command;

/** The program {@code muster-sim}: clusters in virtual time, with everything that can go wrong. */
@Command(
        description = {
            "Runs whole clusters of Muster in virtual time: the real server, real agents and real"
                    + " links, with a simulated network, simulated machines and disks, and"
                    + " everything that can go wrong. The same seed gives the same run.",
            "And runs thousands of agents in real time, against a server of yours: fleet."
        },
        subcommands = {
            RunCommand.class,
            SoakCommand.class,
            ReplayCommand.class,
            ShrinkCommand.class,
            SimulateCommand.class,
            FleetCommand.class
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit codes: 0 all promises were kept, 1 one was broken, 2 misused.",
        })
final class Main implements Callable<Integer> {
    private Main() {}

    /** Runs the program. */
    public static void main(String[] arguments) {
        System.exit(
                new Program("muster-sim", "MUSTER_SIM_", List.of(), List.of())
                        .run(new Main(), arguments, System.getenv()));
    }

    /** Returns standard input: only programs name it. */
    static InputStream input() {
        return System.in;
    }

    /** Returns the clock of this machine: only programs name it. */
    static Clock clock() {
        return new SystemClock();
    }

    /**
     * Returns what makes serials of which there may be thousands.
     *
     * @param bound how many tasks wait for one
     */
    static Function<String, Serial> serials(int bound, Consumer<Throwable> fault) {
        return name -> ThreadSerial.light(name, bound, fault);
    }

    @Override
    public Integer call() throws ProgramFailure {
        throw ProgramFailure.misuse("say what to do: run, soak, replay, shrink, simulate or fleet");
    }
}
