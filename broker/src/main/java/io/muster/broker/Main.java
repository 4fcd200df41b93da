package io.muster.broker;

import io.muster.api.host.SystemClock;
import io.muster.api.outcome.Outcome;
import io.muster.api.program.Complaints;
import io.muster.api.program.Logging;
import io.muster.api.program.Program;
import io.muster.api.program.ProgramFailure;
import io.muster.api.program.StopRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The program {@code muster-broker}: the embedded broker on its own. */
@Command(
        description = {
            "The MQTT broker of Muster on its own, so that restarts of the server do not touch the"
                    + " agents' connections. Give its address to muster-server by --broker."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Every option is also an environment variable (MUSTER_BROKER_ADDRESS ...) and a key of"
                    + " the configuration file (address ...).",
            "Stops cleanly on SIGTERM. Exit codes: 0 stopped as asked, 1 failed, 2 misused."
        })
final class Main implements Callable<Integer>, Complaints.Judge {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

    private static final Logger log = LoggerFactory.getLogger("io.muster.broker");

    @Option(
            names = {"-a", "--address"},
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:1883",
            description =
                    "Where to listen; IPv6 in brackets, port 0 for any free one."
                            + " Default: ${DEFAULT-VALUE}")
    private String address = "";

    @Option(
            names = {"-k", "--insecure"},
            description =
                    "Listen without TLS: everybody who reaches the broker can claim any role. Must"
                            + " be given, since there is no TLS yet.")
    private boolean insecure;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            defaultValue = "info",
            description = "error, warn, info, debug or trace. Default: ${DEFAULT-VALUE}")
    private Logging.LogLevel logLevel = Logging.LogLevel.INFO;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description =
                    "For diagnosis: write a line per message, with time, client id, topic and size,"
                            + " to this file. At 32 MiB it is renamed to FILE.1 and begun anew.")
    private @Nullable Path trace;

    @Option(
            names = {"-x", "--broker-config"},
            paramLabel = "FILE",
            description =
                    "Configuration in TOML. Default: /etc/muster/muster-broker.conf, if it exists")
    void brokerConfig(Path file) {
        // Program has read it before it parses the command line.
    }

    private Main() {}

    /** Runs the program. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    private static int run(String[] arguments) {
        return new Program(
                        "muster-broker",
                        "MUSTER_BROKER_",
                        List.of("-x", "--broker-config"),
                        List.of(Path.of("/etc/muster/muster-broker.conf")))
                .run(new Main(), arguments, System.getenv());
    }

    @Override
    public void judge(Complaints complaints) {
        complaints.accepted("--address", ListenAddress.parse(address));
    }

    @Override
    public Integer call() throws ProgramFailure, InterruptedException {
        Logging.level(logLevel);
        if (!insecure) {
            throw new ProgramFailure(
                    "there is no TLS in this version, so that everybody who reaches the broker can"
                        + " claim any role; say that you know by --insecure (-k), and listen only"
                        + " where you trust the network");
        }
        var options =
                switch (ListenAddress.parse(address)) {
                    case Outcome.Accepted<ListenAddress>(var listen) -> BrokerOptions.at(listen);
                    case Outcome.Refused<ListenAddress>(var problems) ->
                            throw new IllegalStateException("judged before: " + problems);
                };
        var stop = StopRequest.listen(STOP_LIMIT);
        int code = Program.FAILED;
        try {
            serve(options, stop);
            code = Program.DONE;
        } finally {
            stop.completed(code);
        }
        return code;
    }

    private void serve(BrokerOptions options, StopRequest stop)
            throws ProgramFailure, InterruptedException {
        if (trace == null) {
            listen(options, stop);
            return;
        }
        try (var written = MessageTrace.open(trace, new SystemClock())) {
            log.atInfo().addKeyValue("file", trace).log("every message is traced");
            listen(options.withObserver(written), stop);
        }
    }

    private static void listen(BrokerOptions options, StopRequest stop)
            throws ProgramFailure, InterruptedException {
        try (var broker = start(options)) {
            log.atInfo()
                    .addKeyValue("address", addresses(broker))
                    .log("listening without TLS: everybody who reaches this can claim any role");
            stop.await();
            log.info("stopping");
        }
    }

    private static String addresses(EmbeddedBroker broker) {
        return broker.addresses().stream()
                .map(each -> new ListenAddress(each.getAddress().getHostAddress(), each.getPort()))
                .map(ListenAddress::toString)
                .collect(Collectors.joining(" "));
    }

    private static EmbeddedBroker start(BrokerOptions options) throws ProgramFailure {
        try {
            return EmbeddedBroker.start(options);
        } catch (BrokerException e) {
            throw new ProgramFailure(String.valueOf(e.getMessage()), e);
        }
    }
}
