package io.muster.tests.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * Measures what changes of the state cost, with 100 event subscribers, as the state grows: the cost
 * must follow what changes. {@code bin/bench state} calls it.
 *
 * <p>The server is the real program with its store on disk and its broker; subscribers and agents
 * are connections of this process, so the figures hold their share too. A figure of the wall clock
 * is until everybody concerned has heard; beside it is the processor time of the server alone.
 *
 * <p>What the store takes to commit, with the history that it keeps, is measured beside it without
 * a server.
 *
 * <p>Arguments: repository, folder for everything it makes, {@code --small} for a look at small
 * states only, optionally a file for JSON.
 */
final class StateBench {
    private static final List<Integer> SIZES = List.of(100, 1_000, 10_000);
    private static final List<Integer> SMALL = List.of(100, 1_000);
    private static final int AGENTS = 100;
    private static final int SUBSCRIBERS = 100;

    private final Path repository;
    private final Path folder;
    private final List<Integer> sizes;
    private final List<Row> rows = new ArrayList<>();

    private StateBench(Path repository, Path folder, List<Integer> sizes) {
        this.repository = repository;
        this.folder = folder;
        this.sizes = sizes;
    }

    /** What one operation takes at each size. */
    private static final class Row {
        private final String name;
        private final double[] millis;
        private final double[] processorMillis;

        private Row(String name, int sizes) {
            this.name = name;
            this.millis = new double[sizes];
            this.processorMillis = new double[sizes];
        }
    }

    public static void main(String[] arguments) throws Exception {
        var rest = new ArrayList<>(List.of(arguments).subList(2, arguments.length));
        boolean small = rest.remove("--small");
        var bench =
                new StateBench(Path.of(arguments[0]), Path.of(arguments[1]), small ? SMALL : SIZES);
        bench.measureCommits();
        bench.measure("spread over 100 agents", AGENTS);
        bench.measure("all on one agent", 1);
        bench.print();
        if (!rest.isEmpty()) {
            bench.write(Path.of(rest.getFirst()));
        }
        System.exit(0); // threads of connections may still run
    }

    private void measureCommits() throws Exception {
        var few = row("commit of 1, history of 20");
        var many = row("commit of 1, history of 1000");
        var all = row("commit of all, history of 20");
        for (int i = 0; i < sizes.size(); i++) {
            System.err.printf("measuring: commits of %d workloads%n", sizes.get(i));
            try (var commits =
                    new Commits(Files.createTempDirectory(folder, "store"), sizes.get(i))) {
                commits.all(20, 1);
                commits.one(20, 30);
                commits.one(20, 100).into(few.millis, few.processorMillis, i);
                commits.all(20, 5).into(all.millis, all.processorMillis, i);
                commits.one(1_000, 1_000);
                commits.one(1_000, 100).into(many.millis, many.processorMillis, i);
            }
        }
    }

    private void measure(String where, int agents) throws Exception {
        var one = row("update of 1, " + where);
        var all = row("update of all, " + where);
        var read = row("read by wildcard, " + where);
        for (int i = 0; i < sizes.size(); i++) {
            int size = sizes.get(i);
            System.err.printf("measuring: %d workloads, %s%n", size, where);
            try (var server = new Server();
                    var crowd = new Crowd(server.port, agents, SUBSCRIBERS)) {
                crowd.fill(size);
                crowd.subscribe();
                crowd.changeOne(10); // warm
                crowd.subscribe();
                put(one, i, server, 20, () -> crowd.changeOne(20));
                crowd.subscribe();
                crowd.changeAll(1);
                crowd.subscribe();
                put(all, i, server, 3, () -> crowd.changeAll(3));
                crowd.read(3);
                put(read, i, server, 10, () -> crowd.read(10));
            }
        }
    }

    private Row row(String name) {
        var row = new Row(name, sizes.size());
        rows.add(row);
        return row;
    }

    /**
     * Measures.
     *
     * @param work returns the median of the seconds of {@code times} runs
     */
    private static void put(Row row, int at, Server server, int times, Callable<Double> work)
            throws Exception {
        double before = ProcessFigures.cpuSeconds(server.process);
        row.millis[at] = work.call() * 1_000;
        double used = ProcessFigures.cpuSeconds(server.process) - before;
        row.processorMillis[at] = used * 1_000 / times;
    }

    private void print() {
        System.out.printf("%-40s", "MILLISECONDS (PROCESSOR OF THE SERVER)");
        for (int size : sizes) {
            System.out.printf("%24s", size + " WORKLOADS");
        }
        System.out.printf("%16s%n", "RATIOS TO FIRST");
        for (var row : rows) {
            System.out.printf("%-40s", row.name);
            for (int i = 0; i < sizes.size(); i++) {
                System.out.printf(
                        Locale.ROOT,
                        "%24s",
                        "%.1f (%.1f)".formatted(row.millis[i], row.processorMillis[i]));
            }
            for (int i = 1; i < sizes.size(); i++) {
                System.out.printf(Locale.ROOT, "%8.1f", row.millis[i] / row.millis[0]);
            }
            System.out.println();
        }
    }

    private void write(Path file) throws IOException {
        var lines = new ArrayList<String>();
        for (var row : rows) {
            for (int i = 0; i < sizes.size(); i++) {
                lines.add(
                        String.format(
                                Locale.ROOT,
                                "  {\"name\": \"%s\", \"workloads\": %d, \"subscribers\": %d,"
                                    + " \"milliseconds\": %.2f, \"processorMilliseconds\": %.2f,"
                                    + " \"ratio\": %.2f}",
                                row.name,
                                sizes.get(i),
                                SUBSCRIBERS,
                                row.millis[i],
                                row.processorMillis[i],
                                row.millis[i] / row.millis[0]));
            }
        }
        Files.writeString(file, "[\n" + String.join(",\n", lines) + "\n]\n");
    }

    /** A server with an empty store. */
    private final class Server implements AutoCloseable {
        private final int port;
        private final Process process;

        private Server() throws IOException {
            try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = socket.getLocalPort();
            }
            process =
                    Run.start(
                            List.of(
                                    repository.resolve("bin/muster-server").toString(),
                                    "--insecure",
                                    "--address",
                                    "127.0.0.1:" + port,
                                    "--state-dir",
                                    Files.createTempDirectory(folder, "state").toString()),
                            folder.resolve("state-server.log"));
        }

        @Override
        public void close() {
            try {
                Run.stop(process);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                process.destroyForcibly();
            }
        }
    }
}
