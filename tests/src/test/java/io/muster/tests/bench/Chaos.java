package io.muster.tests.bench;

import io.muster.tests.system.NativeLeftovers;
import io.muster.transport.relay.TcpRelay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Lets everything go wrong at once to the real programs, while clients change the state without a
 * pause, and looks whether what they were told is true. {@code bin/chaos} calls it.
 *
 * <p>A broker of its own, a server and two agents, each behind a relay and, but for the broker, on
 * a small disk of its own. Now and then, and in the end, all is made well; then nothing that was
 * acknowledged may be missing, and in the end exactly that runs which is wished.
 *
 * <p>Arguments: repository, folder for everything it makes, seconds, seed.
 */
final class Chaos implements AutoCloseable {
    private static final int AGENTS = 2;
    private static final int CLIENTS = 4;
    private static final int WORKLOADS = 3; // of each agent
    private static final int MOST_AT_ONCE = 2;
    private static final int LEAST_PAUSE_MILLIS = 200;
    private static final int MOST_PAUSE_MILLIS = 1_500;
    private static final int LEAST_LASTING_MILLIS = 300;
    private static final int MOST_LASTING_MILLIS = 12_000;
    private static final int MOST_TIMES = 3;
    private static final Duration LOOK_EVERY = Duration.ofSeconds(25);
    private static final Duration CALM = Duration.ofMinutes(2);
    private static final String STORE_DISK = "24m";
    private static final String AGENT_DISK = "4m";

    private final Path folder;
    private final Random random;
    private final Programs programs;
    private final Map<Fault, Long> faults = new EnumMap<>(Fault.class);
    private final ArrayDeque<Fault> next = new ArrayDeque<>();
    private final PriorityQueue<Ending> endings = new PriorityQueue<>();
    private final List<String> problems = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Writers writers = new Writers();
    private final Ground ground;
    private final TcpRelay clients;
    private final TcpRelay serverRelay;
    private final SmallDisk store;
    private final Victim broker;
    private final Victim server;
    private long compared;

    /** Something that is over at a time. */
    private record Ending(long at, Act act) implements Comparable<Ending> {
        @Override
        public int compareTo(Ending other) {
            return Long.signum(at - other.at);
        }
    }

    /** What is done to end a fault. */
    private interface Act {
        void perform() throws IOException, InterruptedException;
    }

    /** A node. */
    private record Node(Victim agent, TcpRelay relay, SmallDisk disk) {}

    /**
     * What came of it.
     *
     * @param compared how many things were compared with what was acknowledged
     * @param starts how many starts of workloads were looked at
     * @param excused how many workloads went back whose agent had said that its disk was full
     * @param problems what is not as it should be
     */
    record Report(
            Map<Fault, Long> faults,
            long acknowledged,
            long compared,
            long starts,
            long backwards,
            long excused,
            List<String> problems) {
        /** Returns what never happened, and so was not tested. */
        List<String> zeros() {
            var zeros = new ArrayList<String>();
            for (var fault : Fault.values()) {
                if (faults.getOrDefault(fault, 0L) == 0) {
                    zeros.add(fault.words());
                }
            }
            if (acknowledged == 0) {
                zeros.add("updates acknowledged");
            }
            if (compared == 0) {
                zeros.add("things compared");
            }
            if (starts == 0) {
                zeros.add("starts of workloads");
            }
            return zeros;
        }

        boolean isGood() {
            return zeros().isEmpty() && problems.isEmpty() && backwards == 0;
        }

        void print() {
            System.out.println("what went wrong:");
            faults.forEach(
                    (fault, count) -> System.out.printf("  %-26s %,8d%n", fault.words(), count));
            System.out.printf(
                    "what was looked at:%n" + "  %-26s %,8d%n  %-26s %,8d%n  %-26s %,8d%n",
                    "updates acknowledged",
                    acknowledged,
                    "things compared",
                    compared,
                    "starts of workloads",
                    starts);
            System.out.printf("revisions that went backwards: %d%n", backwards);
            System.out.printf("workloads that went back after a full disk: %d%n", excused);
            zeros().forEach(each -> System.out.println("never happened: " + each));
            System.out.println("problems: " + problems.size());
            problems.forEach(System.out::println);
        }
    }

    Chaos(Path repository, Path folder, long seed) throws IOException, InterruptedException {
        this.folder = folder;
        this.random = new Random(seed);
        this.programs = new Programs(repository, folder);
        this.ground = new Ground(Files.createDirectories(folder.resolve("workloads")));
        this.clients = TcpRelay.to(programs.port());
        this.serverRelay = TcpRelay.to(programs.port());
        this.store = new SmallDisk(folder.resolve("server-disk"), STORE_DISK);
        this.broker = new Victim("broker", programs::broker);
        this.server =
                new Victim("server", () -> programs.serverAt(serverRelay.port(), store.home()));
        for (int i = 0; i < AGENTS; i++) {
            var name = "a" + i;
            var relay = TcpRelay.to(programs.port());
            var disk = new SmallDisk(folder.resolve(name + "-disk"), AGENT_DISK);
            nodes.add(
                    new Node(
                            new Victim(
                                    name, () -> programs.agentAt(relay.port(), name, disk.home())),
                            relay,
                            disk));
        }
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var folder = Files.createTempDirectory(Path.of(arguments[1]), "chaos");
        long seed = Long.parseLong(arguments[3]);
        System.out.println("seed " + seed);
        Report report;
        try (var chaos = new Chaos(Path.of(arguments[0]), folder, seed)) {
            report = chaos.run(Duration.ofSeconds(Long.parseLong(arguments[2])));
        }
        report.print();
        System.exit(report.isGood() ? 0 : 1);
    }

    /** Runs for so long, and then until all is as wished, or should be. */
    Report run(Duration time) throws IOException, InterruptedException {
        programs.awaitAnswer();
        for (int i = 0; i < CLIENTS; i++) {
            writers.add(new Writer("c" + i, clients.port(), i));
        }
        for (int i = 0; i < AGENTS; i++) {
            var things = new Numbered.Workloads("a" + i, ground.folder().toString());
            writers.add(
                    new Writer(
                            "w" + i,
                            clients.port(),
                            100 + i,
                            things,
                            WORKLOADS,
                            Duration.ofMillis(250)));
        }
        long start = System.nanoTime();
        long look = start + LOOK_EVERY.toNanos();
        while (goesOn(start, time)) {
            if (System.nanoTime() > look) {
                compare();
                look = System.nanoTime() + LOOK_EVERY.toNanos();
            }
            if (endings.size() < MOST_AT_ONCE) {
                strike();
            }
            pass(Duration.ofMillis(random.nextInt(LEAST_PAUSE_MILLIS, MOST_PAUSE_MILLIS)));
        }
        compare();
        writers.hold();
        problems.addAll(ground.converge(writers, CALM));
        problems.addAll(ground.doubles());
        var back = ground.backwards(this::knowsThatItsCopyIsOld);
        problems.addAll(back.others());
        writers.release();
        writers.stop();
        return new Report(
                faults,
                writers.acknowledged(),
                compared,
                ground.starts(),
                writers.backwards(),
                back.excused(),
                problems);
    }

    /** The workload {@code w1-2} is one of the agent {@code a1}. */
    private boolean knowsThatItsCopyIsOld(String workload, Instant at) throws IOException {
        var agent = "a" + workload.substring(1, workload.indexOf('-'));
        return OldCopies.in(folder.resolve(agent + ".log")).covers(at);
    }

    /** On a slow machine it takes longer until everything has happened. */
    private boolean goesOn(long start, Duration time) {
        var passed = Duration.ofNanos(System.nanoTime() - start);
        return passed.compareTo(time) < 0
                || (faults.size() < Fault.values().length
                        && passed.compareTo(time.multipliedBy(MOST_TIMES)) < 0);
    }

    /** Makes everything well, and compares what is stored with what was acknowledged. */
    private void compare() throws IOException, InterruptedException {
        while (!endings.isEmpty()) {
            endings.poll().act().perform();
        }
        lookForTheDead();
        writers.awaitProgress();
        writers.hold();
        problems.addAll(writers.missing(writers.stored()));
        compared += writers.known();
        writers.release();
        System.err.printf(
                "%d faults, %d problems%n",
                faults.values().stream().mapToLong(each -> each).sum(), problems.size());
    }

    private void lookForTheDead() throws IOException {
        var all = new ArrayList<>(List.of(broker, server));
        nodes.forEach(each -> all.add(each.agent()));
        for (var each : all) {
            if (each.hasEndedByItself()) {
                throw new IOException(
                        each.name() + " ended by itself; its last words:\n" + lastWords(each));
            }
        }
    }

    private String lastWords(Victim victim) throws IOException {
        var lines = Files.readAllLines(folder.resolve(victim.name() + ".log"));
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    /** Lets time pass, and ends what is over. */
    private void pass(Duration time) throws IOException, InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            while (!endings.isEmpty() && endings.peek().at() < System.nanoTime()) {
                endings.poll().act().perform();
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** Each kind comes once before any comes again. */
    private void strike() throws IOException, InterruptedException {
        if (next.isEmpty()) {
            var all = new ArrayList<>(Arrays.asList(Fault.values()));
            Collections.shuffle(all, random);
            next.addAll(all);
        }
        var fault = next.poll();
        if (happens(fault)) {
            faults.merge(fault, 1L, Long::sum);
        } else {
            next.addLast(fault); // its victim suffers already
        }
    }

    private boolean happens(Fault fault) throws IOException, InterruptedException {
        var node = nodes.get(random.nextInt(nodes.size()));
        return switch (fault) {
            case SERVER_KILLED -> kill(server);
            case SERVER_FROZEN -> freeze(server);
            case SERVER_RESTARTED -> restart(server);
            case SERVER_DISK_FULL -> fill(store);
            case AGENT_KILLED -> kill(node.agent());
            case AGENT_FROZEN -> freeze(node.agent());
            case AGENT_RESTARTED -> restart(node.agent());
            case AGENT_DISK_FULL -> fill(node.disk());
            case NODE_POWER_CUT -> powerCut(node);
            case WORKLOAD_KILLED -> ground.killOne(random);
            case BROKER_KILLED -> kill(broker);
            case BROKER_FROZEN -> freeze(broker);
            case BROKER_RESTARTED -> restart(broker);
            case CONNECTION_CUT -> {
                relay(node).cut();
                yield true;
            }
            case CONNECTION_MUTE -> {
                var relay = relay(node);
                relay.freeze();
                later(relay::thaw);
                yield true;
            }
        };
    }

    private TcpRelay relay(Node node) {
        return switch (random.nextInt(3)) {
            case 0 -> serverRelay;
            case 1 -> clients;
            default -> node.relay();
        };
    }

    private boolean kill(Victim victim) throws InterruptedException {
        if (!victim.isWell()) {
            return false;
        }
        victim.kill();
        later(victim::recover);
        return true;
    }

    private boolean freeze(Victim victim) throws IOException, InterruptedException {
        if (!victim.isWell()) {
            return false;
        }
        victim.freeze();
        later(victim::recover);
        return true;
    }

    private boolean restart(Victim victim) throws IOException, InterruptedException {
        if (!victim.isWell()) {
            return false;
        }
        victim.stop();
        later(victim::recover);
        return true;
    }

    private boolean powerCut(Node node) throws IOException, InterruptedException {
        if (!kill(node.agent())) {
            return false;
        }
        NativeLeftovers.kill(node.disk().home());
        return true;
    }

    private boolean fill(SmallDisk disk) throws IOException {
        disk.fill();
        later(disk::free);
        return true;
    }

    private void later(Act act) {
        long millis = random.nextInt(LEAST_LASTING_MILLIS, MOST_LASTING_MILLIS);
        endings.add(new Ending(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis), act));
    }

    @Override
    public void close() throws IOException {
        writers.close();
        server.end();
        broker.end();
        for (var node : nodes) {
            node.agent().end();
            NativeLeftovers.kill(node.disk().home());
            node.disk().close();
            node.relay().close();
        }
        store.close();
        serverRelay.close();
        clients.close();
    }
}
