package io.muster.tests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Kills the server again and again, at any moment, while clients change the state, and looks
 * whether anything is lost that was acknowledged. {@code bin/crash} calls it.
 *
 * <p>Each client sets configs of its own to growing numbers, and asks for the next when the last is
 * acknowledged. After each kill they wait, until what the next server has was compared: each config
 * has to hold the last acknowledged number, or a later one that was asked for.
 *
 * <p>Arguments: repository, folder for everything it makes, how often to kill, how many clients.
 */
final class Crash {
    private static final int LEAST_MILLIS = 100;
    private static final int MOST_MILLIS = 1_000;

    private final Programs programs;
    private final Path store;
    private final int clients;
    private final SplittableRandom random = new SplittableRandom(1);

    /** What a disk does to the store at each kill. */
    interface Disk {
        /** The server lives, and goes on to write. */
        void alive(Path store) throws IOException;

        /** The server is dead. */
        void dead(Path store) throws IOException;
    }

    /** A disk that keeps what was written. */
    static final Disk HONEST =
            new Disk() {
                @Override
                public void alive(Path store) {}

                @Override
                public void dead(Path store) {}
            };

    /**
     * What came of it.
     *
     * @param acknowledged updates
     * @param underWay updates that had no answer when the server was killed
     * @param lost at each kill, of each config that is behind, what was acknowledged and what is
     *     there
     * @param backwards answers with a revision that was not above the client's last
     * @param longestMillis from asking until the answer, over a kill and a start
     */
    record Report(
            int kills,
            long acknowledged,
            long underWay,
            List<String> lost,
            long backwards,
            long longestMillis) {}

    Crash(Path repository, Path folder, int clients) throws IOException {
        this(repository, folder, clients, Map.of());
    }

    /** One whose server gets these variables, too. */
    Crash(Path repository, Path folder, int clients, Map<String, String> variables)
            throws IOException {
        this.programs = new Programs(repository, folder, variables);
        this.store = folder.resolve("server");
        this.clients = clients;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var folder = Files.createTempDirectory(Path.of(arguments[1]), "crash");
        int kills = Integer.parseInt(arguments[2]);
        int clients = Integer.parseInt(arguments[3]);
        var report = new Crash(Path.of(arguments[0]), folder, clients).run(kills, HONEST);
        System.out.printf(
                "%d kills (SIGKILL) while %d clients changed the state%n"
                        + "%,d updates acknowledged, %,d under way when the server was killed%n"
                        + "longest time until an answer, over a kill and a start: %,d ms%n"
                        + "revisions that went backwards: %d%n"
                        + "acknowledged updates lost: %d%n",
                report.kills,
                clients,
                report.acknowledged,
                report.underWay,
                report.longestMillis,
                report.backwards,
                report.lost.size());
        report.lost.forEach(System.out::println);
        System.exit(report.lost.isEmpty() && report.backwards == 0 ? 0 : 1);
    }

    /** Runs until the server was killed so often. */
    Report run(int kills, Disk disk) throws IOException, InterruptedException {
        var server = programs.server();
        try (var writers = new Writers()) {
            programs.awaitAnswer();
            for (int i = 0; i < clients; i++) {
                writers.add(new Writer("c" + i, programs.port(), i));
            }
            long underWay = 0;
            var lost = new ArrayList<String>();
            for (int kill = 0; kill < kills; kill++) {
                writers.awaitProgress();
                disk.alive(store);
                TimeUnit.MILLISECONDS.sleep(random.nextInt(LEAST_MILLIS, MOST_MILLIS));
                server.destroyForcibly().waitFor();
                underWay += writers.waiting();
                writers.hold();
                disk.dead(store);
                server = programs.server();
                lost.addAll(writers.missing(writers.stored()));
                writers.release();
                if ((kill + 1) % 20 == 0) {
                    System.err.println("kills: " + (kill + 1));
                }
            }
            writers.stop();
            return new Report(
                    kills,
                    writers.acknowledged(),
                    underWay,
                    lost,
                    writers.backwards(),
                    writers.longestMillis());
        } finally {
            Run.stop(server);
        }
    }
}
