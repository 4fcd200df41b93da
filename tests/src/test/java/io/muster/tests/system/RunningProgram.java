package io.muster.tests.system;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One of the real programs, as a process of its own. Its log goes to a file. */
final class RunningProgram implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String name;
    private final Process process;
    private final Path log;
    private final int logBegin;

    private RunningProgram(String name, Process process, Path log, int logBegin) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.logBegin = logBegin;
    }

    static RunningProgram start(
            String name, List<String> words, Map<String, String> environment, Path log)
            throws IOException {
        var nothing = ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile());
        return start(name, words, environment, log, nothing);
    }

    /** The same with a standard input that {@link #type} writes to. */
    static RunningProgram startTyping(
            String name, List<String> words, Map<String, String> environment, Path log)
            throws IOException {
        return start(name, words, environment, log, ProcessBuilder.Redirect.PIPE);
    }

    private static RunningProgram start(
            String name,
            List<String> words,
            Map<String, String> environment,
            Path log,
            ProcessBuilder.Redirect input)
            throws IOException {
        var builder = new ProcessBuilder(asFromTerminal(words));
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.redirectInput(input);
        int logBegin = Files.exists(log) ? Math.toIntExact(Files.size(log)) : 0;
        return new RunningProgram(name, builder.start(), log, logBegin);
    }

    /**
     * A shell without a terminal lets what it starts in the background ignore SIGINT, and so do all
     * their children, as nohup does with SIGHUP: without this, Ctrl-C would mean nothing when the
     * tests run in the background.
     */
    private static List<String> asFromTerminal(List<String> words) {
        return Stream.concat(Stream.of("env", "--default-signal=INT,HUP,QUIT"), words.stream())
                .toList();
    }

    /** Writes to its standard input. */
    void type(String text) throws IOException {
        var input = process.getOutputStream();
        input.write(text.getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Returns what it has logged itself; what one before it wrote to the same file is left out. */
    String log() {
        try {
            var bytes = Files.readAllBytes(log);
            return new String(bytes, logBegin, bytes.length - logBegin, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the log has this text; a program that ends before has failed. */
    void awaitLog(String text) {
        await(name + " logs \"" + text + "\"")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .failFast(() -> {
                    if (!isAlive() && !log().contains(text)) {
                        throw new AssertionError(name + " ended early:\n" + log());
                    }
                })
                .until(() -> log().contains(text));
    }

    int awaitEnd(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError(name + " did not end within " + limit + ":\n" + log());
        }
        return process.exitValue();
    }

    /** SIGINT, as of Ctrl-C. */
    void interrupt() throws IOException, InterruptedException {
        var kill = new ProcessBuilder("kill", "-INT", Long.toString(pid())).start();
        if (kill.waitFor() != 0) {
            throw new IOException("no SIGINT for " + name);
        }
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        awaitEnd(PATIENCE);
    }

    /** SIGTERM, and the exit code. */
    int stop() throws InterruptedException {
        process.destroy();
        return awaitEnd(PATIENCE);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
