package io.muster.tests.bench;

import io.muster.api.name.WorkloadName;
import io.muster.api.state.AccessRule;
import io.muster.api.state.ControlInterfaceAccess;
import io.muster.api.state.Workload;
import io.muster.sdk.Events;
import io.muster.sdk.Muster;
import io.muster.sdk.MusterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Measures the control interface: what a workload waits for an answer and for an event, each beside
 * the same over the link of the {@code muster} client, and what {@value #CREW} workloads with open
 * interfaces cost their agent. {@code bin/bench control} calls it.
 *
 * <p>Server, agent and workloads are the real ones. For the workloads this process speaks, with the
 * Java SDK over their FIFOs, so that both ends of a measurement have one clock.
 *
 * <p>Arguments: repository, folder for everything it makes, optionally a file for JSON.
 */
final class ControlBench {
    private static final int CREW = 200;
    private static final int WARM = 300;
    private static final int READS = 2_000;
    private static final int CHANGES = 500;
    private static final int ROUNDS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String SLEEP = "command: sleep\nargs: [\"1000014\"]\n";
    private static final ControlInterfaceAccess RULES =
            new ControlInterfaceAccess(
                    List.of(
                            new AccessRule.StateRule(
                                    AccessRule.Operation.READ,
                                    List.of("agents", "desiredState.configs"))),
                    List.of());

    private final Path folder;
    private final Figures figures = new Figures();
    private final Process agent;
    private final Observer observer;
    private final Correspondent correspondent;
    private int version;

    private ControlBench(
            Path folder, Process agent, Observer observer, Correspondent correspondent) {
        this.folder = folder;
        this.agent = agent;
        this.observer = observer;
        this.correspondent = correspondent;
    }

    public static void main(String[] arguments) throws Exception {
        var folder = Path.of(arguments[1]);
        var programs = new Programs(Path.of(arguments[0]), folder);
        var server = programs.server();
        try {
            programs.awaitAnswer();
            var agent = programs.agent();
            try {
                programs.awaitAgent();
                var figures = measure(folder, programs.port(), agent);
                figures.print();
                if (arguments.length > 2) {
                    figures.write(Path.of(arguments[2]));
                }
            } finally {
                Run.stop(agent);
            }
        } finally {
            Run.stop(server);
        }
        System.exit(0); // threads of connections may still run
    }

    private static Figures measure(Path folder, int port, Process agent) throws Exception {
        try (var observer = new Observer(port);
                var correspondent = new Correspondent(port)) {
            var bench = new ControlBench(folder, agent, observer, correspondent);
            try {
                bench.measureWaits();
                bench.measureCrew();
            } finally {
                bench.crew("nobody", 0, ControlInterfaceAccess.NONE);
            }
            return bench.figures;
        }
    }

    /** Lets these run and no others, and waits until it is so. */
    private void crew(String name, int count, ControlInterfaceAccess access)
            throws IOException, InterruptedException {
        System.err.printf("starting: %d workloads called %s%n", count, name);
        var workloads = new TreeMap<WorkloadName, Workload>();
        for (int i = 0; i < count; i++) {
            workloads.put(
                    new WorkloadName(name + i),
                    Workload.of(Programs.AGENT, "native", SLEEP).withAccess(access));
        }
        observer.apply(workloads);
        observer.await(
                count + " workloads called " + name,
                states -> states.size() == count && running(states, name) == count);
    }

    private static long running(Map<String, String> states, String name) {
        return states.entrySet().stream()
                .filter(each -> each.getKey().startsWith(name))
                .filter(each -> each.getValue().equals("Running"))
                .count();
    }

    /** Speaks for a workload. */
    private Muster connect(String workload) throws IOException {
        var doors = folder.resolve(Programs.AGENT + "_io");
        try (var all = Files.newDirectoryStream(doors, workload + ".*")) {
            return Muster.connect(all.iterator().next().resolve("control_interface"), PATIENCE);
        }
    }

    private void measureWaits() throws Exception {
        crew("captain", 1, RULES);
        try (var captain = connect("captain0")) {
            measureReads(captain);
            measureEvents(captain);
        }
    }

    private void measureReads(Muster captain) throws Exception {
        System.err.println("measuring: reads");
        var overAgent = new ArrayList<Long>();
        var overLink = new ArrayList<Long>();
        for (int i = -WARM; i < READS; i++) {
            long start = System.nanoTime();
            captain.getState("agents");
            long between = System.nanoTime();
            correspondent.read("agents");
            long end = System.nanoTime();
            if (i >= 0) {
                overAgent.add(between - start);
                overLink.add(end - between);
            }
        }
        compare("state read by a workload", overAgent, "over the client's link", overLink);
    }

    private void measureEvents(Muster captain) throws Exception {
        System.err.println("measuring: events");
        var atWorkload = new LinkedBlockingQueue<Long>();
        var atLink = new LinkedBlockingQueue<Long>();
        try (var events = captain.events("desiredState.configs")) {
            Thread.ofPlatform().daemon().start(() -> listen(events, atWorkload));
            correspondent.listen(atLink);
            take(atWorkload); // the whole
            take(atLink);
            var overAgent = new ArrayList<Long>();
            var overLink = new ArrayList<Long>();
            for (int i = -WARM; i < CHANGES; i++) {
                long start = System.nanoTime();
                correspondent.change(++version);
                long workload = take(atWorkload) - start;
                long link = take(atLink) - start;
                if (i >= 0) {
                    overAgent.add(workload);
                    overLink.add(link);
                }
            }
            compare("change heard by a workload", overAgent, "at the client's link", overLink);
        }
    }

    private static void listen(Events events, BlockingQueue<Long> heard) {
        try {
            while (events.poll(PATIENCE).isPresent()) {
                heard.add(System.nanoTime());
            }
        } catch (MusterException e) {
            if (e.kind() != MusterException.Kind.CLOSED) { // which is how it ends
                throw e;
            }
        }
    }

    private static long take(BlockingQueue<Long> heard) throws InterruptedException, IOException {
        var next = heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (next == null) {
            throw new IOException("an event did not come within " + PATIENCE.toSeconds() + " s");
        }
        return next;
    }

    private void compare(String name, List<Long> values, String reference, List<Long> others) {
        for (int percent : List.of(50, 99)) {
            figures.add(
                    "%s, p%d".formatted(name, percent),
                    millis(values, percent),
                    "ms",
                    reference,
                    millis(others, percent));
        }
    }

    private static double millis(List<Long> nanos, int percent) {
        return nanos.stream()
                        .sorted()
                        .skip((long) nanos.size() * percent / 100)
                        .findFirst()
                        .orElseThrow()
                / 1e6;
    }

    private void measureCrew() throws Exception {
        crew("plain", CREW, ControlInterfaceAccess.NONE);
        var without = Weight.of(agent);
        crew("ruled", CREW, RULES);
        var sailors = new ArrayList<Muster>();
        var heard = new ArrayList<Events>();
        try {
            System.err.println("measuring: many interfaces");
            for (int i = 0; i < CREW; i++) {
                var sailor = connect("ruled" + i);
                sailors.add(sailor);
                heard.add(sailor.events("desiredState.configs"));
            }
            hear(heard);
            var open = Weight.of(agent);
            for (int i = 0; i < ROUNDS; i++) {
                sailors.forEach(each -> each.getState("agents"));
                correspondent.change(++version);
                hear(heard);
            }
            var worked = Weight.of(agent);
            weigh("%d open interfaces".formatted(CREW), open, "the same without rules", without);
            weigh(
                    "%d reads, %d events on".formatted(ROUNDS * CREW, ROUNDS * CREW),
                    worked,
                    "before",
                    open);
        } finally {
            sailors.forEach(Muster::close);
        }
    }

    private static void hear(List<Events> all) throws IOException {
        for (var each : all) {
            if (each.poll(PATIENCE).isEmpty()) {
                throw new IOException(
                        "an event did not come within " + PATIENCE.toSeconds() + " s");
            }
        }
    }

    private void weigh(String name, Weight now, String reference, Weight before) {
        figures.add("agent's threads, " + name, now.threads(), "", reference, before.threads());
        figures.add(
                "agent's live heap, " + name, now.heapMib(), "MiB", reference, before.heapMib());
        figures.add("agent's Pss, " + name, now.pssMib(), "MiB", reference, before.pssMib());
    }

    /**
     * What an agent holds.
     *
     * @param threads of the operating system, of which virtual threads have none of their own
     * @param heapMib what is reachable
     * @param pssMib of all its memory
     */
    private record Weight(double threads, double heapMib, double pssMib) {
        static Weight of(Process agent) throws IOException, InterruptedException {
            var histogram =
                    Run.run(
                            List.of(
                                    Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                            .toString(),
                                    Long.toString(agent.pid()),
                                    "GC.class_histogram")); // collects garbage before it counts
            var total =
                    histogram
                            .output()
                            .lines()
                            .filter(line -> line.startsWith("Total "))
                            .findFirst()
                            .orElseThrow(() -> new IOException("no total: " + histogram.output()));
            double bytes = Double.parseDouble(total.strip().split(" +", -1)[2]);
            try (var threads = Files.list(Path.of("/proc/" + agent.pid() + "/task"))) {
                return new Weight(threads.count(), bytes / (1 << 20), ProcessFigures.pssMib(agent));
            }
        }
    }
}
