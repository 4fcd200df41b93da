package io.muster.tests.bench;

import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Measures what the life of containers costs: starting, changing, ending and watching them, each
 * beside the same done by hand with the same podman in the same run. {@code bin/bench life} calls
 * it.
 *
 * <p>Times "from the request" are from when a client in this process asks until that client is told
 * by events that it is done; times of a "command" are those of the whole {@code muster}.
 *
 * <p>Arguments: repository, folder for everything it makes, name of an image with {@code sleep},
 * optionally a file for JSON.
 */
final class LifeBench {
    private static final List<Integer> SIZES = List.of(1, 20, 100);
    private static final int REPEATS = 7;
    private static final int IDLE_SECONDS = 60;

    private static final int POLL_SECONDS = 20;

    /**
     * After something was started the agent looks at everything again some times, asks podman once
     * where its database is, and has then no reason to ask before that is written.
     */
    private static final int SETTLE_SECONDS = 60;

    private static final String BY_HAND = "podman run, one by one";
    private static final String FLAGS = "--init --stop-timeout=1";

    private final Path folder;
    private final String image;
    private final Programs programs;
    private final Figures figures = new Figures();
    private double idleMemory;

    private LifeBench(Path repository, Path folder, String image) throws IOException {
        this.folder = Files.createTempDirectory(folder, "life");
        this.image = image;
        this.programs = new Programs(repository, this.folder);
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var bench = new LifeBench(Path.of(arguments[0]), Path.of(arguments[1]), arguments[2]);
        bench.run();
        bench.figures.print();
        if (arguments.length > 3) {
            bench.figures.write(Path.of(arguments[3]));
        }
        System.exit(0); // threads of the connection may still run
    }

    private void run() throws IOException, InterruptedException {
        var server = programs.server();
        programs.awaitAnswer();
        var agent = programs.agent();
        programs.awaitAgent();
        try (var observer = new Observer(programs.port())) {
            observer.apply(workloads(1, "warm"));
            awaitRunning(observer, 1, "warm");
            remove(observer);
            idleMemory = ProcessFigures.pssMib(agent);
            for (int size : SIZES) {
                say(size + " containers");
                startAndEnd(observer, size, size == 1 ? REPEATS : 1, agent);
            }
            say("update of one");
            update(observer);
        } finally {
            Run.stop(agent);
            Run.stop(server);
        }
    }

    private void startAndEnd(Observer observer, int size, int repeats, Process agent)
            throws IOException, InterruptedException {
        var manifest = manifest(size).toString();
        var byHand = new ArrayList<Double>();
        var byHandEnds = new ArrayList<Double>();
        var requests = new ArrayList<Double>();
        var requestEnds = new ArrayList<Double>();
        var commands = new ArrayList<Double>();
        var commandEnds = new ArrayList<Double>();
        for (int i = 0; i < repeats; i++) {
            byHand.add(Run.timed(runByHand(size)));
            byHandEnds.add(Run.timed(removeByHand()));
            commands.add(Run.timed(programs.muster("apply", manifest)));
            commandEnds.add(Run.timed(programs.muster("apply", "-d", manifest)));
            long start = System.nanoTime();
            observer.apply(workloads(size, "one"));
            awaitRunning(observer, size, "one");
            requests.add(Run.secondsSince(start));
            if (i == repeats - 1 && size > 1) {
                watch(observer, size, agent);
                observer.apply(workloads(size, "two"));
                awaitRunning(observer, size, "two");
            }
            requestEnds.add(remove(observer));
        }
        figures.add(
                "apply %d until Running, from the request".formatted(size),
                Run.median(requests),
                "s",
                BY_HAND,
                Run.median(byHand),
                size == 1 ? 1.15 : size == 20 ? 0.65 : 0.70);
        figures.add(
                "apply %d until Running, command".formatted(size),
                Run.median(commands),
                "s",
                BY_HAND,
                Run.median(byHand));
        if (size > 1) {
            figures.add(
                    "delete %d until gone, from the request".formatted(size),
                    Run.median(requestEnds),
                    "s",
                    "podman rm -af",
                    Run.median(byHandEnds),
                    1.2);
            figures.add(
                    "delete %d until gone, command".formatted(size),
                    Run.median(commandEnds),
                    "s",
                    "podman rm -af",
                    Run.median(byHandEnds));
        }
    }

    /** With so many containers that idle: what the agent takes, and how soon an exit is seen. */
    private void watch(Observer observer, int size, Process agent)
            throws IOException, InterruptedException {
        say(
                "idle with %d containers, %d s after %d s"
                        .formatted(size, IDLE_SECONDS, SETTLE_SECONDS));
        Thread.sleep(SETTLE_SECONDS * 1_000L);
        double before = ProcessFigures.cpuSeconds(agent);
        Thread.sleep(IDLE_SECONDS * 1_000L);
        double used = ProcessFigures.cpuSeconds(agent) - before;
        double memory = ProcessFigures.pssMib(agent);
        var poller =
                Run.start(
                        List.of(
                                "sh",
                                "-c",
                                "while :; do podman ps --all --format json >/dev/null; sleep 0.5;"
                                        + " done"),
                        folder.resolve("poller.log"));
        Thread.sleep(POLL_SECONDS * 1_000L);
        double polling = ProcessFigures.cpuSeconds(poller);
        poller.destroyForcibly().waitFor();
        var idle = "idle with %d containers, agent and children (0.3)".formatted(size);
        figures.add(
                idle,
                100 * used / IDLE_SECONDS,
                "%",
                "podman ps every 0.5 s",
                100 * polling / POLL_SECONDS);
        figures.add(
                "agent memory (PSS), %d containers".formatted(size),
                memory,
                "MiB",
                "the same with none",
                idleMemory);
        if (size == SIZES.getLast()) {
            say("exits of " + size);
            exits(observer, size);
        }
    }

    /** Kills one container after the other. */
    private void exits(Observer observer, int size) throws IOException, InterruptedException {
        var millis = new ArrayList<Double>();
        for (int i = 0; i < size; i++) {
            var workload = "w" + i + ".";
            var main = mainProcess(workload);
            long start = System.nanoTime();
            main.destroyForcibly();
            observer.await(
                    "the exit of " + workload,
                    states ->
                            states.entrySet().stream()
                                    .anyMatch(state ->
                                            state.getKey().startsWith(workload)
                                                    && !state.getValue().equals("Running")));
            millis.add(1_000 * Run.secondsSince(start));
        }
        var waited = waitedByHand();
        figures.add(
                "exit until an observer is told, p50 of %d (30)".formatted(size),
                Run.quantile(millis, 0.50),
                "ms",
                "podman wait, p50 of 20",
                Run.quantile(waited, 0.50));
        figures.add(
                "exit until an observer is told, p99 of %d (150)".formatted(size),
                Run.quantile(millis, 0.99),
                "ms",
                "podman wait, worst of 20",
                Run.quantile(waited, 0.99));
    }

    private List<Double> waitedByHand() throws IOException, InterruptedException {
        var millis = new ArrayList<Double>();
        Run.timed(runByHand(20));
        for (int i = 1; i <= 20; i++) {
            var name = "hand" + i;
            var waiting = Run.start(List.of("podman", "wait", name), folder.resolve("wait.log"));
            Thread.sleep(500); // it waits by now
            var main = mainProcessOf(name);
            long start = System.nanoTime();
            main.destroyForcibly();
            waiting.waitFor();
            millis.add(1_000 * Run.secondsSince(start));
        }
        Run.timed(
                List.of("sh", "-c", "podman rm --force --time 0 $(seq -f 'hand%g' 20) >/dev/null"));
        return millis;
    }

    private static ProcessHandle mainProcess(String workload)
            throws IOException, InterruptedException {
        var names =
                Run.run(
                        List.of(
                                "podman",
                                "ps",
                                "--format",
                                "{{.Names}}",
                                "--filter",
                                "name=^" + workload.replace(".", "\\.")));
        return mainProcessOf(names.output().strip());
    }

    private static ProcessHandle mainProcessOf(String container)
            throws IOException, InterruptedException {
        var pid = Run.run(List.of("podman", "inspect", "--format", "{{.State.Pid}}", container));
        try {
            return ProcessHandle.of(Long.parseLong(pid.output().strip())).orElseThrow();
        } catch (NumberFormatException e) {
            throw new IOException("no process of " + container + ": " + pid.output(), e);
        }
    }

    private void update(Observer observer) throws IOException, InterruptedException {
        var requests = new ArrayList<Double>();
        var commands = new ArrayList<Double>();
        var byHand = new ArrayList<Double>();
        observer.apply(workloads(1, "0"));
        awaitRunning(observer, 1, "0");
        for (int i = 1; i <= REPEATS; i++) {
            long start = System.nanoTime();
            observer.apply(workloads(1, "1" + i));
            awaitRunning(observer, 1, "1" + i);
            requests.add(Run.secondsSince(start));
            var manifest = Files.writeString(folder.resolve("update.yaml"), manifestOf(1, "2" + i));
            commands.add(Run.timed(programs.muster("apply", manifest.toString())));
        }
        remove(observer);
        Run.timed(runByHand(1));
        for (int i = 0; i < REPEATS; i++) {
            byHand.add(
                    Run.timed(
                            List.of(
                                    "sh",
                                    "-c",
                                    "podman stop hand1 && podman rm hand1 && podman run --detach "
                                            + "%s --name hand1 %s sleep 1000000"
                                                    .formatted(FLAGS, image))));
        }
        Run.timed(removeByHand());
        figures.add(
                "update of 1 until Running, from the request",
                Run.median(requests),
                "s",
                "podman stop, rm, run",
                Run.median(byHand),
                1.1);
        figures.add(
                "update of 1 until Running, command",
                Run.median(commands),
                "s",
                "podman stop, rm, run",
                Run.median(byHand));
    }

    private static double remove(Observer observer) throws IOException, InterruptedException {
        long start = System.nanoTime();
        observer.apply(Map.of());
        observer.await("the end of all", Map::isEmpty);
        return Run.secondsSince(start);
    }

    private void awaitRunning(Observer observer, int size, String version)
            throws IOException, InterruptedException {
        var wanted = new ArrayList<String>();
        workloads(size, version)
                .forEach((name, workload) -> {
                    var instance = InstanceName.of(name, workload.runtimeConfig(), Programs.AGENT);
                    wanted.add(name.value() + "." + instance.id());
                });
        observer.await(
                "the start of " + size,
                states ->
                        states.size() == size
                                && wanted.stream()
                                        .allMatch(each -> "Running".equals(states.get(each))));
    }

    private Map<WorkloadName, Workload> workloads(int size, String version) {
        var workloads = new TreeMap<WorkloadName, Workload>();
        for (int i = 0; i < size; i++) {
            workloads.put(
                    new WorkloadName("w" + i),
                    Workload.of(Programs.AGENT, "podman", runtimeConfig(version)));
        }
        return workloads;
    }

    private String runtimeConfig(String version) {
        return """
        image: %s
        commandOptions: ["--init", "--stop-timeout=1", "--env=VERSION=%s"]
        commandArgs: ["sleep", "1000000"]
        """
                .formatted(image, version);
    }

    private Path manifest(int size) throws IOException {
        return Files.writeString(folder.resolve(size + ".yaml"), manifestOf(size, "command"));
    }

    private String manifestOf(int size, String version) {
        var text = new StringBuilder("apiVersion: v1\nworkloads:\n");
        for (int i = 0; i < size; i++) {
            text.append("  w%d:\n    agent: %s\n    runtime: podman\n".formatted(i, Programs.AGENT))
                    .append("    runtimeConfig: |\n")
                    .append(runtimeConfig(version).indent(6));
        }
        return text.toString();
    }

    private List<String> runByHand(int count) {
        return List.of(
                "sh",
                "-c",
                """
                for i in $(seq %d); do
                    podman run --detach %s --name hand$i %s sleep 1000000 || exit 1
                done
                """
                        .formatted(count, FLAGS, image));
    }

    private static List<String> removeByHand() {
        return List.of("podman", "rm", "--all", "--force");
    }

    private static void say(String what) {
        System.err.println("measuring: " + what);
    }
}
