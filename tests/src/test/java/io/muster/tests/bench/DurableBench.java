package io.muster.tests.bench;

import io.muster.api.name.WorkloadName;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.Workload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Measures what it costs that nothing is lost: updates per second, each forced to disk before it is
 * acknowledged, beside what the disk itself forces; how soon workloads run again on a node that
 * starts without a server; and what an agent writes while nothing changes. {@code bin/bench
 * durable} calls it.
 *
 * <p>Arguments: repository, folder for everything it makes, for how many seconds the agent idles,
 * optionally a file for JSON.
 */
final class DurableBench {
    private static final int WORKLOADS = 20;
    private static final int SECONDS = 10;
    private static final int BLOCK = 4096;

    /**
     * The agent looks at everything every 30 s, whoever told it what. With its first look after a
     * change, the kernel notes on most file systems that the folders and files of native workloads
     * were read (mount option relatime), which is a block or two; then not again for a day.
     */
    private static final int SETTLE_SECONDS = 40;

    private static final long LIMIT_SECONDS = 60;

    private final Path folder;
    private final Programs programs;
    private final int idleSeconds;
    private final Figures figures = new Figures();

    private DurableBench(Path repository, Path folder, int idleSeconds) throws IOException {
        this.idleSeconds = idleSeconds;
        this.folder = Files.createTempDirectory(folder, "durable");
        this.programs = new Programs(repository, this.folder);
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var bench =
                new DurableBench(
                        Path.of(arguments[0]),
                        Path.of(arguments[1]),
                        Integer.parseInt(arguments[2]));
        bench.run();
        bench.figures.print();
        if (arguments.length > 3) {
            bench.figures.write(Path.of(arguments[3]));
        }
        System.exit(0); // threads of connections may still run
    }

    private void run() throws IOException, InterruptedException {
        var server = programs.server();
        try {
            programs.awaitAnswer();
            updates(1);
            updates(16);
            nodes(server);
        } finally {
            Run.stop(server);
        }
    }

    private void updates(int clients) throws IOException, InterruptedException {
        say("updates of " + clients + " clients, " + SECONDS + " s");
        double forced = forcedPerSecond();
        try (var writers = new Writers()) {
            for (int i = 0; i < clients; i++) {
                writers.add(new Writer("b%d-%d".formatted(clients, i), programs.port(), i));
            }
            TimeUnit.SECONDS.sleep(2); // they are connected, and the server's code is compiled
            long before = writers.acknowledged();
            long start = System.nanoTime();
            TimeUnit.SECONDS.sleep(SECONDS);
            double perSecond = (writers.acknowledged() - before) / Run.secondsSince(start);
            writers.stop();
            figures.add(
                    "updates acknowledged, %d client%s".formatted(clients, clients == 1 ? "" : "s"),
                    perSecond,
                    "/s",
                    "4 KiB written and forced",
                    forced);
        }
    }

    /** Returns how often the disk of the store forces a block in a second. */
    private double forcedPerSecond() throws IOException {
        var file = folder.resolve("forced");
        try (var channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            var block = ByteBuffer.allocate(BLOCK);
            int count = 0;
            long start = System.nanoTime();
            while (Run.secondsSince(start) < 3) {
                channel.write(block.clear(), (long) BLOCK * count);
                channel.force(false);
                count++;
            }
            return count / Run.secondsSince(start);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private void nodes(Process server) throws IOException, InterruptedException {
        var signs = Files.createDirectory(folder.resolve("signs"));
        var agent = programs.agent();
        programs.awaitAgent();
        try (var observer = new Observer(programs.port())) {
            observer.apply(workloads(signs));
            observer.await(
                    "the start of " + WORKLOADS,
                    states ->
                            states.size() == WORKLOADS
                                    && states.values().stream().allMatch("Running"::equals));
        }
        TimeUnit.SECONDS.sleep(2); // its copy is on the disk
        double copied = writtenBytes(agent);
        TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
        say("an agent with %d workloads and no changes, %d s".formatted(WORKLOADS, idleSeconds));
        double before = writtenBytes(agent);
        figures.add(
                "noted by the kernel at the agent's first look",
                before - copied,
                "B",
                "written since its start",
                copied);
        TimeUnit.SECONDS.sleep(idleSeconds);
        figures.add(
                "written by an idle agent in %d s".formatted(idleSeconds),
                writtenBytes(agent) - before,
                "B",
                "written since its start",
                before);
        say("a node that starts without a server");
        server.destroyForcibly().waitFor();
        agent.destroyForcibly().waitFor();
        endAll(signs);
        long start = System.nanoTime();
        agent = programs.agent();
        try {
            awaitSigns(signs);
            double offline = Run.secondsSince(start);
            endAll(signs);
            start = System.nanoTime();
            startByHand(signs);
            figures.add(
                    "%d workloads run, from the agent's start offline".formatted(WORKLOADS),
                    offline,
                    "s",
                    "started by a shell",
                    Run.secondsSince(start));
        } finally {
            agent.destroyForcibly().waitFor();
            endAll(signs);
        }
    }

    private static Map<WorkloadName, Workload> workloads(Path signs) {
        var workloads = new TreeMap<WorkloadName, Workload>();
        for (int i = 0; i < WORKLOADS; i++) {
            var config =
                    """
                    command: sh
                    args: ["-c", "echo $$ >%s/%d; exec sleep 1000000"]
                    """
                            .formatted(signs, i);
            workloads.put(
                    new WorkloadName("w" + i),
                    Workload.of(Programs.AGENT, "native", config)
                            .withRestartPolicy(RestartPolicy.ALWAYS));
        }
        return workloads;
    }

    private void startByHand(Path signs) throws IOException, InterruptedException {
        var script =
                "for i in $(seq 0 %d); do sh -c \"echo \\$\\$ >%s/$i; exec sleep 1000000\" & done"
                        .formatted(WORKLOADS - 1, signs);
        Run.start(List.of("sh", "-c", script), folder.resolve("by-hand.log"));
        awaitSigns(signs);
    }

    /** Waits until each has written its pid. */
    private static void awaitSigns(Path signs) throws IOException, InterruptedException {
        long start = System.nanoTime();
        for (int i = 0; i < WORKLOADS; i++) {
            var sign = signs.resolve(Integer.toString(i));
            while (!Files.exists(sign) || Files.size(sign) == 0) {
                if (Run.secondsSince(start) > LIMIT_SECONDS) {
                    throw new IOException("workload " + i + " did not start");
                }
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
    }

    /** Ends what has written its pid, as a power cut does. */
    private static void endAll(Path signs) throws IOException {
        for (int i = 0; i < WORKLOADS; i++) {
            var sign = signs.resolve(Integer.toString(i));
            if (Files.exists(sign)) {
                long pid = Long.parseLong(Files.readString(sign).strip());
                ProcessHandle.of(pid)
                        .ifPresent(process -> {
                            process.destroyForcibly();
                            process.onExit().join();
                        });
                Files.delete(sign);
            }
        }
    }

    private static double writtenBytes(Process process) throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/io"))) {
            if (line.startsWith("write_bytes:")) {
                return Double.parseDouble(line.replaceAll("\\D+", ""));
            }
        }
        throw new IOException("no write_bytes of " + process.pid());
    }

    private static void say(String what) {
        System.err.println("measuring: " + what);
    }
}
