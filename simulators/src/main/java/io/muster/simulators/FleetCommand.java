package io.muster.simulators;

import io.muster.api.bus.BusLimits;
import io.muster.api.bus.session.Wire;
import io.muster.api.name.ClusterName;
import io.muster.api.program.BrokerLoginOptions;
import io.muster.api.program.Program;
import io.muster.api.program.ProgramFailure;
import io.muster.api.program.StopRequest;
import io.muster.api.topic.Topics;
import io.muster.simulators.fleet.Fleet;
import io.muster.simulators.fleet.FleetFailure;
import io.muster.simulators.fleet.FleetPlan;
import io.muster.simulators.fleet.Ground;
import io.muster.transport.mqtt.MqttAccess;
import io.muster.transport.mqtt.MqttAddress;
import io.muster.transport.mqtt.MqttConnector;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code muster-sim fleet}: many agents in real time. */
@Command(
        name = "fleet",
        description = {
            "Connects many agents to a server and gives them work, in real time, over real"
                    + " connections: to see what a server, a broker and a network bear. The agents"
                    + " are real, and the machines under them are not.",
            "Agents and workloads have names that begin with \"fleet-\", and are gone at the end;"
                    + " nothing else of the cluster is touched. Ctrl-C ends it before its time."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit codes: 0 everything was as it should be at the end, 1 it was not, 2 misused.",
        })
final class FleetCommand implements Callable<Integer> {
    private static final int MOST_AGENTS = 100_000;
    private static final int MOST_WORKLOADS = 1_000;
    private static final int MOST_PER_SECOND = 100_000;

    /** How many messages wait for an agent, or for who gives it work. */
    private static final int INBOX = 10_000;

    private static final Duration STOPS_WITHIN = Duration.ofMinutes(2);
    private static final Duration TOLD_EVERY = Duration.ofSeconds(5);

    /** An agent has little to say at once, and little memory. */
    private static final BusLimits LIMITS = BusLimits.DEFAULT.withPending(1_000, 8L << 20);

    @Option(
            names = "--broker",
            paramLabel = "URL",
            defaultValue = "mqtt://127.0.0.1:1883",
            description =
                    "The broker: mqtt://host:port, or mqtts://host:port for one with TLS."
                            + " Default: ${DEFAULT-VALUE}")
    private String broker = "";

    @Mixin private BrokerLoginOptions login = new BrokerLoginOptions();

    @Option(
            names = "--cluster",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "The name of the cluster. Default: ${DEFAULT-VALUE}")
    private String cluster = "";

    @Option(
            names = "--agents",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many. Default: ${DEFAULT-VALUE}")
    private int agents;

    @Option(
            names = "--workloads",
            paramLabel = "N",
            defaultValue = "10",
            description = "How many each agent has. Default: ${DEFAULT-VALUE}")
    private int workloads;

    @Option(
            names = "--connect-rate",
            paramLabel = "N",
            defaultValue = "200",
            description = "How many agents begin to connect in a second. Default: ${DEFAULT-VALUE}")
    private int connectRate;

    @Option(
            names = "--churn",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "How many agents lose their connection, or crash and come again, in a minute."
                            + " Default: ${DEFAULT-VALUE}")
    private int churn;

    @Option(
            names = "--updates",
            paramLabel = "N",
            defaultValue = "0",
            description = "How many workloads are replaced in a second. Default: ${DEFAULT-VALUE}")
    private int updates;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "1m",
            description =
                    "How long it goes on when all workloads run, such as 90s, 30m or 8h. Default:"
                            + " ${DEFAULT-VALUE}")
    private String lasting = "";

    @Option(
            names = "--settles",
            paramLabel = "TIME",
            defaultValue = "2m",
            description =
                    "How long it may take until everything is as it should be. Default:"
                            + " ${DEFAULT-VALUE}")
    private String settling = "";

    @Option(
            names = "--keep",
            description = "Leave agents and workloads known to the server at the end.")
    private boolean keep;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of whom something happens to. Default: ${DEFAULT-VALUE}")
    private long seed;

    @Spec private CommandSpec spec = CommandSpec.create();

    FleetCommand() {}

    @Override
    public Integer call() throws ProgramFailure, InterruptedException {
        var plan = plan();
        var address = read("--broker", broker, MqttAddress::parse);
        var topics = new Topics(read("--cluster", cluster, ClusterName::new));
        var access = MqttAccess.of(address, login.login());
        var fault = new AtomicReference<@Nullable Throwable>();
        var stop = StopRequest.listen(STOPS_WITHIN);
        int code = Program.FAILED;
        try {
            var ground =
                    new Ground(
                            Main.clock(),
                            Main.serials(
                                    INBOX,
                                    why -> {
                                        fault.set(why);
                                        stop.ask();
                                    }),
                            Stream.<Wire>generate(() -> MqttConnector.wire(address, access, LIMITS))
                                    .limit(Runtime.getRuntime().availableProcessors())
                                    .toList(),
                            LIMITS,
                            topics,
                            new SplittableRandom(new SecureRandom().nextLong()),
                            seed);
            var report = new Report();
            var fleet = new Fleet(ground, plan, report, stop::isAskedWithin);
            boolean good = fleet.run(keep);
            report.told(
                    "this process: %,d MiB of heap, %s of processor time"
                            .formatted(
                                    (Runtime.getRuntime().totalMemory()
                                                    - Runtime.getRuntime().freeMemory())
                                            >> 20,
                                    ProcessHandle.current()
                                            .info()
                                            .totalCpuDuration()
                                            .map(time -> time.toSeconds() + " s")
                                            .orElse("an unknown amount")));
            var why = fault.get();
            if (why != null) {
                throw new ProgramFailure("a fault in the fleet: " + why + "; please report it");
            }
            if (fleet.wasStopped()) {
                report.told("ended before its time");
            }
            code = good || fleet.wasStopped() ? Program.DONE : Program.FAILED;
        } catch (FleetFailure e) {
            throw new ProgramFailure(String.valueOf(e.getMessage()), e);
        } finally {
            stop.completed(code);
        }
        return code;
    }

    private FleetPlan plan() throws ProgramFailure {
        Arguments.within("--agents", agents, 1, MOST_AGENTS);
        Arguments.within("--workloads", workloads, 0, MOST_WORKLOADS);
        Arguments.within("--connect-rate", connectRate, 1, MOST_PER_SECOND);
        Arguments.within("--churn", churn, 0, MOST_PER_SECOND);
        Arguments.within("--updates", updates, 0, MOST_PER_SECOND);
        return new FleetPlan(
                agents,
                workloads,
                connectRate,
                churn,
                updates,
                Arguments.time("--for", lasting),
                Arguments.time("--settles", settling));
    }

    private static <T> T read(String option, String text, Function<String, T> reader)
            throws ProgramFailure {
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException e) {
            throw ProgramFailure.misuse(option + ": " + e.getMessage());
        }
    }

    /** Says what is measured, and now and then how it goes. */
    private final class Report implements Fleet.Listener {
        private final PrintWriter out = spec.commandLine().getOut();
        private final PrintWriter err = spec.commandLine().getErr();
        private final long began = Main.clock().nanoTime();
        private Duration told = Duration.ZERO;

        @Override
        public void now(Supplier<String> line) {
            var now = Duration.ofNanos(Main.clock().nanoTime() - began);
            if (now.minus(told).compareTo(TOLD_EVERY) >= 0) {
                told = now;
                err.println("%4d s  %s".formatted(now.toSeconds(), line.get()));
                err.flush();
            }
        }

        @Override
        public void told(String line) {
            out.println(line);
            out.flush();
        }
    }
}
