package io.muster.cli;

import io.muster.api.bus.BusLimits;
import io.muster.api.host.SystemClock;
import io.muster.api.program.Program;
import io.muster.cli.command.Surroundings;
import io.muster.cli.terminal.Terminal;
import io.muster.transport.mqtt.MqttAccess;
import io.muster.transport.mqtt.MqttAddress;
import io.muster.transport.mqtt.MqttConnector;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** The program {@code muster}: the command line. */
final class Main {
    private Main() {}

    /** Runs the program, and ends the process with its exit code. */
    public static void main(String[] arguments) {
        var environment = System.getenv();
        var terminal = Terminal.ofProcess(environment);
        // Names and ids are unique, not secret; a secure generator would cost time at each start.
        var random = new SplittableRandom(System.nanoTime() ^ ProcessHandle.current().pid() << 32);
        var surroundings =
                new Surroundings(
                        terminal,
                        System.in,
                        environment,
                        User.name(),
                        (url, login) -> {
                            var address = MqttAddress.parse(url);
                            return new MqttConnector(
                                    address,
                                    MqttAccess.of(address, login),
                                    BusLimits.DEFAULT,
                                    split(random));
                        },
                        (program, words) -> Siblings.of(Main.class).run(program, words),
                        new SystemClock(),
                        split(random),
                        bug -> {
                            terminal.error(Muster.stackTrace(bug));
                            System.exit(Program.FAILED); // else somebody waits for an answer
                        });
        System.exit(new Muster(surroundings).run(List.of(arguments)));
    }

    private static RandomGenerator split(SplittableRandom random) {
        return random.split();
    }
}
