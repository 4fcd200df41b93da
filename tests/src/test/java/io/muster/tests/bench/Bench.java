package io.muster.tests.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Measures one run of the real programs on this machine. {@code bin/bench} prepares podman and
 * calls it.
 *
 * <p>Arguments: repository, folder for everything it makes, name of an image with {@code sleep},
 * optionally a file for JSON.
 */
final class Bench {
    private static final int MANY = 20;
    private static final int REPEATS = 7;
    private static final int IDLE_SECONDS = 30;

    private final Path folder;
    private final String image;
    private final Programs programs;
    private final Figures figures = new Figures();

    private Bench(Path repository, Path folder, String image) throws IOException {
        this.folder = folder;
        this.image = image;
        this.programs = new Programs(repository, folder);
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var bench = new Bench(Path.of(arguments[0]), Path.of(arguments[1]), arguments[2]);
        bench.run();
        bench.figures.print();
        if (arguments.length > 3) {
            bench.figures.write(Path.of(arguments[3]));
        }
    }

    private void run() throws IOException, InterruptedException {
        var hello = hello();
        double helloSeconds = median(hello);
        say("server start");
        double start = Run.median(5, this::startOnce);
        figures.add(
                "server start until get workloads answers",
                start,
                "s",
                "JVM hello world",
                helloSeconds);

        var server = programs.server();
        programs.awaitAnswer();
        var agent = programs.agent();
        programs.awaitAgent();
        var sleeping = Run.start(javaWords("Sleep"), folder.resolve("sleep.log"));
        try {
            say("command line");
            figures.add(
                    "get workloads, wall time",
                    median(programs.muster("get", "workloads")),
                    "s",
                    "JVM hello world",
                    helloSeconds);
            say("memory, idle");
            double jvm = ProcessFigures.pssMib(sleeping);
            figures.add(
                    "server memory (PSS), idle",
                    ProcessFigures.pssMib(server),
                    "MiB",
                    "idle JVM",
                    jvm);
            figures.add(
                    "agent memory (PSS), idle",
                    ProcessFigures.pssMib(agent),
                    "MiB",
                    "idle JVM",
                    jvm);
            say("native workload");
            figures.add(
                    "apply 1 native workload until Running",
                    applyNative(),
                    "s",
                    "JVM hello world",
                    helloSeconds);
            for (int count : new int[] {1, MANY}) {
                say(count + " containers");
                double byHand = byHand(count);
                double applied = applyContainers(count);
                figures.add(
                        "apply %d containers until Running".formatted(count),
                        applied,
                        "s",
                        "podman run, one by one",
                        byHand);
            }
            say("idle with " + MANY + " containers, " + IDLE_SECONDS + " s");
            idle(server, agent);
            figures.add(
                    "server memory (PSS), %d containers".formatted(MANY),
                    ProcessFigures.pssMib(server),
                    "MiB",
                    "idle JVM",
                    jvm);
            figures.add(
                    "agent memory (PSS), %d containers".formatted(MANY),
                    ProcessFigures.pssMib(agent),
                    "MiB",
                    "idle JVM",
                    jvm);
            Run.timed(programs.muster("apply", "-d", manifest(MANY).toString()));
        } finally {
            sleeping.destroyForcibly();
            Run.stop(agent);
            Run.stop(server);
        }
    }

    private void idle(Process server, Process agent) throws IOException, InterruptedException {
        Thread.sleep(2_000); // the last reports are through
        double serverBefore = ProcessFigures.cpuSeconds(server);
        double agentBefore = ProcessFigures.cpuSeconds(agent);
        Thread.sleep(IDLE_SECONDS * 1_000L);
        double serverUsed = ProcessFigures.cpuSeconds(server) - serverBefore;
        double agentUsed = ProcessFigures.cpuSeconds(agent) - agentBefore;
        var poller =
                Run.start(
                        List.of(
                                "sh",
                                "-c",
                                "while :; do podman ps --all --format json >/dev/null; sleep 1;"
                                        + " done"),
                        folder.resolve("poller.log"));
        Thread.sleep(IDLE_SECONDS * 1_000L);
        double polling = ProcessFigures.cpuSeconds(poller);
        poller.destroyForcibly();
        var reference = "podman ps once a second";
        figures.add("server processor time, idle 30 s", serverUsed, "s", reference, polling);
        figures.add(
                "agent processor time, idle 30 s, children too",
                agentUsed,
                "s",
                reference,
                polling);
    }

    /** From starting the server to the first answer that a user gets. */
    private double startOnce() {
        try {
            long start = System.nanoTime();
            var server = programs.server();
            programs.awaitAnswer();
            double seconds = Run.secondsSince(start);
            Run.stop(server);
            return seconds;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private double applyNative() throws IOException, InterruptedException {
        var manifest =
                Files.writeString(
                        folder.resolve("native.yaml"),
                        """
                        apiVersion: v1
                        workloads:
                          sleeper:
                            agent: bench
                            runtime: native
                            runtimeConfig: |
                              command: sleep
                              args: ["1000000"]
                        """);
        double seconds =
                Run.median(
                        REPEATS,
                        () -> {
                            try {
                                double one =
                                        Run.timed(programs.muster("apply", manifest.toString()));
                                Run.timed(programs.muster("apply", "-d", manifest.toString()));
                                return one;
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        return seconds;
    }

    private double applyContainers(int count) throws IOException, InterruptedException {
        var words = programs.muster("apply", manifest(count).toString());
        double seconds = Run.timed(words);
        if (count != MANY) {
            Run.timed(programs.muster("apply", "-d", manifest(count).toString()));
        }
        return seconds;
    }

    private Path manifest(int count) throws IOException {
        var text = new StringBuilder("apiVersion: v1\nworkloads:\n");
        for (int i = 0; i < count; i++) {
            text.append(
                    """
                      w%d:
                        agent: bench
                        runtime: podman
                        runtimeConfig: |
                          image: %s
                          commandOptions: ["--init", "--stop-timeout=1"]
                          commandArgs: ["sleep", "1000000"]
                    """
                            .formatted(i, image)
                            .indent(0));
        }
        return Files.writeString(folder.resolve("podman-" + count + ".yaml"), text);
    }

    private double byHand(int count) throws IOException, InterruptedException {
        double seconds =
                Run.timed(
                        List.of(
                                "sh",
                                "-c",
                                """
                                for i in $(seq %d); do
                                    podman run --detach --init --stop-timeout=1 --name hand$i %s sleep 1000000 || exit 1
                                done
                                """
                                        .formatted(count, image)));
        Run.timed(List.of("podman", "rm", "--all", "--force", "--time", "0"));
        return seconds;
    }

    private double median(List<String> words) {
        return Run.median(
                REPEATS,
                () -> {
                    try {
                        return Run.timed(words);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    /** Compiles the two programs that stand for a JVM without anything of ours. */
    private List<String> hello() throws IOException, InterruptedException {
        Files.writeString(
                folder.resolve("Hello.java"),
                "class Hello { public static void main(String[] a) { System.out.println(\"hello\");"
                        + " } }");
        Files.writeString(
                folder.resolve("Sleep.java"),
                "class Sleep { public static void main(String[] a) throws Exception {"
                        + " Thread.sleep(1000000); } }");
        Run.timed(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
                        "-d",
                        folder.toString(),
                        folder.resolve("Hello.java").toString(),
                        folder.resolve("Sleep.java").toString()));
        return javaWords("Hello");
    }

    private List<String> javaWords(String main) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                folder.toString(),
                main);
    }

    private static void say(String what) {
        System.err.println("measuring: " + what);
    }
}
