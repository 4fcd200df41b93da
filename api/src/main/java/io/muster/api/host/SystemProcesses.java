package io.muster.api.host;

import io.muster.api.shell.Processes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Runs programs of this machine. */
public final class SystemProcesses implements Processes {
    /**
     * How long output is awaited after the program's end: a descendant that lives on may hold the
     * pipe open for ever.
     */
    private static final Duration STRAGGLERS = Duration.ofSeconds(2);

    @Override
    public Finished run(Command command) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command.words());
        builder.environment().putAll(command.environment());
        var process = builder.start();
        try (var output = new OutputCollector(process.getInputStream());
                var errors = new OutputCollector(process.getErrorStream())) {
            feed(process.getOutputStream(), command.input());
            if (!process.waitFor(command.timeout().toNanos(), TimeUnit.NANOSECONDS)) {
                throw new IOException(
                        "%s: no end within %d s; killed"
                                .formatted(
                                        String.join(" ", command.words()),
                                        command.timeout().toSeconds()));
            }
            return new Finished(
                    process.exitValue(), output.text(STRAGGLERS), errors.text(STRAGGLERS));
        } finally {
            if (process.isAlive()) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
    }

    /**
     * Gives the program its input; one that closes its end early did not want it, and its exit code
     * says the rest.
     */
    @SuppressWarnings("EmptyCatch") // the comment above is the reason
    private static void feed(OutputStream sink, String input) throws IOException {
        if (input.isEmpty()) {
            sink.close();
            return;
        }
        Thread.startVirtualThread(() -> {
            try (sink) {
                sink.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException notWanted) {
            }
        });
    }
}
