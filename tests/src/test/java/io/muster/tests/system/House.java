package io.muster.tests.system;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.api.name.ClusterName;
import io.muster.testkit.podman.PodmanHome;
import io.muster.testkit.topics.TopicTable;
import io.muster.testkit.topics.TopicTable.Seen;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of real programs on this machine, in a folder of its own: starts them, asks them by the
 * command line, and leaves nothing behind.
 */
final class House {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Path REPOSITORY = repository();

    private final Path folder;
    private final int port;
    private final Map<String, String> environment = new TreeMap<>();
    private final List<RunningProgram> programs = new ArrayList<>();
    private final List<Path> stateFolders = new ArrayList<>();
    private @Nullable PodmanHome podman;

    House(Path folder) throws IOException {
        this(folder, freePort());
    }

    /** A house whose broker is, or will be, at this port. */
    House(Path folder, int port) {
        this.folder = folder;
        this.port = port;
    }

    /**
     * Lets agents of this house use podman, with a store of its own, and every call of it counted.
     */
    House withPodman(PodmanHome home) throws IOException {
        podman = home;
        environment.putAll(home.environment());
        var bin = Files.createDirectories(folder.resolve("counting"));
        script(
                bin.resolve("podman"),
                """
                #!/bin/sh
                printf '%%s\\n' "$*" >>'%s'
                [ ! -e '%s' ] || case " $* " in *" run "*) sleep 5 ;; esac
                [ ! -e '%s' ] || case " $* " in *" run "*"$(cat '%s')"*) exec sleep 1000 ;; esac
                exec %s "$@"
                """
                        .formatted(
                                podmanCalls(),
                                slowMarker(),
                                hangMarker(),
                                hangMarker(),
                                realPodman()));
        environment.put("PATH", bin + ":" + System.getenv("PATH"));
        return this;
    }

    /** Lets agents that are started from now on find more programs. */
    void withPath(Path bin) {
        var path = environment.getOrDefault("PATH", System.getenv("PATH"));
        environment.put("PATH", bin + ":" + path);
    }

    int port() {
        return port;
    }

    Path folder() {
        return folder;
    }

    Path trace() {
        return folder.resolve("trace");
    }

    PodmanHome podman() {
        var home = podman;
        if (home == null) {
            throw new IllegalStateException("this house has no podman");
        }
        return home;
    }

    /** Makes every creation of a container take five seconds longer. */
    void slowDownPodman() throws IOException {
        Files.createFile(slowMarker());
    }

    /** Makes every creation of a container hang whose command line contains this. */
    void hangPodman(String part) throws IOException {
        Files.writeString(hangMarker(), part);
    }

    /** The calls of podman so far that create or start something. */
    List<String> podmanStarts() throws IOException {
        if (!Files.exists(podmanCalls())) {
            return List.of();
        }
        return Files.readAllLines(podmanCalls()).stream()
                .filter(call -> (" " + call + " ").matches(".* (run|start|create|restart) .*"))
                .toList();
    }

    RunningProgram server(String... more) throws IOException {
        var words =
                words(
                        "muster-server",
                        "--insecure",
                        "--address",
                        "127.0.0.1:" + port,
                        "--state-dir",
                        folder.resolve("server").toString(),
                        "--trace",
                        trace().toString());
        words.addAll(List.of(more));
        var server = start("server", words);
        server.awaitLog("ready");
        return server;
    }

    /** Starts a server that uses a broker which is there already, at this house's port. */
    RunningProgram serverAtBroker() throws IOException {
        return serverAt("mqtt://127.0.0.1:" + port, List.of("--insecure"));
    }

    /** Starts a server that uses the broker at this URL. */
    RunningProgram serverAt(String url, List<String> more) throws IOException {
        var server = serverAt(url, "server", more);
        server.awaitLog("ready");
        return server;
    }

    /** Starts a server with a store of its own, which may not become ready. */
    RunningProgram serverAt(String url, String store, List<String> more) throws IOException {
        var words =
                words(
                        "muster-server",
                        "--broker",
                        url,
                        "--state-dir",
                        folder.resolve(store).toString());
        words.addAll(more);
        return start(store, words);
    }

    /** A server to which a command leads. */
    RunningProgram serverBehind(List<String> way, List<String> more) throws IOException {
        var words = new ArrayList<>(way);
        words.addAll(words("muster-server", "--state-dir", folder.resolve("server").toString()));
        words.addAll(more);
        var server = start("server", words);
        server.awaitLog("ready");
        return server;
    }

    /** Returns the URL of the broker of this house. */
    String brokerUrl() {
        return "mqtt://127.0.0.1:" + port;
    }

    RunningProgram agent(String name, String... more) throws IOException {
        return agentAt(name, port, more);
    }

    RunningProgram agentAt(String name, int brokerPort, String... more) throws IOException {
        return agentIn(
                folder.resolve("agent-" + name), folder.resolve("run"), name, brokerPort, more);
    }

    /** Another agent with a name that is taken, on another node as it were. */
    RunningProgram namesake(String name) throws IOException {
        return agentIn(folder.resolve("namesake-" + name), folder.resolve("run2"), name, port);
    }

    /** An agent on another node, to which a command such as {@code ip netns exec} leads. */
    RunningProgram agentBehind(List<String> way, String brokerUrl, String name, String... more)
            throws IOException {
        var state = folder.resolve("agent-" + name);
        stateFolders.add(state);
        var words = new ArrayList<>(way);
        words.addAll(agentWords(state, folder.resolve("run"), name, brokerUrl, more));
        return start(state.getFileName().toString(), words);
    }

    private RunningProgram agentIn(
            Path state, Path run, String name, int brokerPort, String... more) throws IOException {
        stateFolders.add(state);
        var words = agentWords(state, run, name, "mqtt://127.0.0.1:" + brokerPort, more);
        return start(state.getFileName().toString(), words);
    }

    private static List<String> agentWords(
            Path state, Path run, String name, String brokerUrl, String... more)
            throws IOException {
        var words =
                words(
                        "muster-agent",
                        "--insecure",
                        "--name",
                        name,
                        "--server-url",
                        brokerUrl,
                        "--state-dir",
                        state.toString(),
                        "--run-folder",
                        Files.createDirectories(run).toString());
        words.addAll(List.of(more));
        return words;
    }

    /** Starts any of the programs with exactly these arguments. */
    RunningProgram program(String name, String... arguments) throws IOException {
        var words = words(name);
        words.addAll(List.of(arguments));
        return start(name, words);
    }

    /** Starts the command line, to be looked at while it runs. */
    RunningProgram watching(String... arguments) throws IOException {
        return start("muster", client(arguments));
    }

    /** Starts the command line on a terminal of its own, which a person could type at. */
    RunningProgram onTerminal(String... arguments) throws IOException {
        var line = client(arguments).stream().map(word -> "'" + word + "'").collect(joining(" "));
        var log = folder.resolve("muster-terminal.log");
        var started =
                RunningProgram.startTyping(
                        "muster",
                        List.of("script", "-qefc", "exec " + line, "/dev/null"),
                        environment,
                        log);
        programs.add(started);
        return started;
    }

    /** Runs the command line to its end. */
    Result muster(String... arguments) throws IOException, InterruptedException {
        return run(client(arguments));
    }

    /** Starts the command line; what it prints waits in a pipe until somebody reads it. */
    Process reader(String... arguments) throws IOException {
        var builder = new ProcessBuilder(client(arguments));
        builder.environment().putAll(environment);
        builder.redirectInput(Path.of("/dev/null").toFile());
        return builder.start();
    }

    /** Runs one of the programs to its end with exactly these arguments. */
    Result run(String program, String... arguments) throws IOException, InterruptedException {
        var words = words(program);
        words.addAll(List.of(arguments));
        return run(words);
    }

    /** Writes a manifest and applies it; it must succeed. */
    Result apply(String manifest) throws IOException, InterruptedException {
        var result = muster("apply", file("manifest.yaml", manifest).toString());
        assertThat(result.exit()).as(result.toString()).isZero();
        return result;
    }

    Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    /** Waits until the table of workloads has a line with all these words. */
    void awaitWorkload(String... words) {
        await("a workload with " + List.of(words))
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() ->
                        assertThat(muster("get", "workloads").out().lines())
                                .anyMatch(
                                        line -> List.of(words).stream().allMatch(line::contains)));
    }

    /** Waits until the agent is in the table of agents. */
    void awaitAgent(String name) {
        await("agent " + name)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() ->
                        assertThat(muster("get", "agents").out().lines())
                                .anyMatch(line -> line.startsWith(name)));
    }

    /** The pid that a native workload of this manifest wrote to a file of this house. */
    long pidIn(String file) {
        var path = folder.resolve(file);
        await(file)
                .atMost(PATIENCE)
                .until(() -> Files.exists(path) && !Files.readString(path).isBlank());
        try {
            return Long.parseLong(Files.readString(path).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of the repository. */
    static Path repositoryFile(String name) {
        return REPOSITORY.resolve(name);
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Stops all programs, then whatever the workloads left: native ones by their recorded pids. */
    void tearDown() throws IOException, InterruptedException {
        for (var program : programs) {
            if (program.isAlive()) {
                program.kill();
            }
        }
        for (var state : stateFolders) {
            NativeLeftovers.kill(state);
        }
        if (podman != null) {
            podman.clear();
        }
        checkTrace();
    }

    /** Holds every message that a server's own broker saw against {@code topics.md}. */
    private void checkTrace() throws IOException {
        if (!Files.exists(trace())) {
            return;
        }
        var table = TopicTable.read(new ClusterName("default"));
        var lines = Files.readAllLines(trace());
        var seen = lines.stream().flatMap(line -> Seen.traced(line).stream()).toList();
        assertThat(seen).isNotEmpty();
        assertThat(lines.size() - seen.size())
                .as("lines of the trace that killed servers left unfinished")
                .isLessThanOrEqualTo(programs.size());
        assertThat(seen.stream().flatMap(each -> table.complaint(each).stream()).distinct())
                .isEmpty();
    }

    private RunningProgram start(String name, List<String> words) throws IOException {
        var program = RunningProgram.start(name, words, environment, folder.resolve(name + ".log"));
        programs.add(program);
        return program;
    }

    private Result run(List<String> words) throws IOException, InterruptedException {
        var out = Files.createTempFile(folder, "out", "");
        var err = Files.createTempFile(folder, "err", "");
        var builder = new ProcessBuilder(words);
        builder.environment().putAll(environment);
        builder.redirectInput(Path.of("/dev/null").toFile());
        builder.redirectOutput(out.toFile());
        builder.redirectError(err.toFile());
        long start = System.nanoTime();
        var process = builder.start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(words + " did not end within 60 s:\n" + Files.readString(err));
        }
        var took = Duration.ofNanos(System.nanoTime() - start);
        return new Result(process.exitValue(), Files.readString(out), Files.readString(err), took);
    }

    private List<String> client(String... arguments) {
        var words = words("muster", "--insecure", "--server-url", "mqtt://127.0.0.1:" + port);
        words.addAll(List.of(arguments));
        return words;
    }

    private static List<String> words(String program, String... arguments) {
        var words = new ArrayList<String>();
        words.add(REPOSITORY.resolve("bin").resolve(program).toString());
        words.addAll(List.of(arguments));
        return words;
    }

    private Path podmanCalls() {
        return folder.resolve("podman-calls");
    }

    private Path slowMarker() {
        return folder.resolve("slow-podman");
    }

    private Path hangMarker() {
        return folder.resolve("hanging-podman");
    }

    private static void script(Path path, String text) throws IOException {
        Files.write(path, text.getBytes(StandardCharsets.UTF_8));
        if (!path.toFile().setExecutable(true)) {
            throw new IOException(path + " cannot be made executable");
        }
    }

    private static String realPodman() {
        for (var folder : System.getenv("PATH").split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, "podman"))) {
                return folder + "/podman";
            }
        }
        throw new IllegalStateException("no podman on PATH; install it, or run bin/test --quick");
    }

    private static Path repository() {
        for (var at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve("bin/muster-server"))) {
                return at;
            }
        }
        throw new IllegalStateException(
                "not within the repository: no bin/muster-server above the working folder");
    }

    /** What a command printed, and how it ended. */
    record Result(int exit, String out, String err, Duration took) {}
}
