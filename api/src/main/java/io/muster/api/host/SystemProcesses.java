package io.muster.api.host;

import io.muster.api.shell.Processes;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Runs programs of this machine. */
public final class SystemProcesses implements Processes {
    /**
     * How long output is awaited after the program's end, within its time: a descendant that lives
     * on may hold the pipe open for ever.
     */
    private static final Duration STRAGGLERS = Duration.ofSeconds(2);

    @Override
    public Finished run(Command command) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command.words());
        builder.environment().putAll(command.environment());
        var leftovers = new Leftovers();
        if (command.alone()) {
            builder.environment().put(Leftovers.VARIABLE, leftovers.mark());
        }
        long start = System.nanoTime();
        var process = builder.start();
        try (var output = new OutputCollector(process.getInputStream(), () -> kill(process));
                var errors = new OutputCollector(process.getErrorStream(), () -> kill(process))) {
            feed(process.getOutputStream(), command.input());
            if (!process.waitFor(command.timeout().toNanos(), TimeUnit.NANOSECONDS)) {
                throw killed(command, "no end within " + text(command.timeout()));
            }
            if (command.alone()) {
                leftovers.kill(); // they may hold the pipes open, and nobody waits for them
            }
            var text = output.text(patience(command, start));
            var finished =
                    new Finished(process.exitValue(), text, errors.text(patience(command, start)));
            if (output.isFlooded() || errors.isFlooded()) {
                throw killed(
                        command,
                        "more than 4 MiB on its standard "
                                + (output.isFlooded() ? "output" : "error"));
            }
            return finished;
        } finally {
            kill(process);
            if (command.alone()) {
                leftovers.kill();
            }
        }
    }

    private static Duration patience(Command command, long start) {
        var left = command.timeout().minusNanos(System.nanoTime() - start);
        return left.compareTo(STRAGGLERS) < 0 ? left : STRAGGLERS;
    }

    private static IOException killed(Command command, String why) {
        return new KilledException(command, why + "; killed");
    }

    private static String text(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }

    private static void kill(Process process) {
        if (process.isAlive()) {
            var below = process.descendants().toList();
            process.destroyForcibly(); // first: a shell goes on when what it waits for has ended
            below.forEach(ProcessHandle::destroyForcibly);
        }
    }

    @Override
    public Talking start(Command command) throws IOException {
        var builder = new ProcessBuilder(command.words()).redirectErrorStream(true);
        builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.environment().putAll(command.environment());
        return new TalkingProcess(builder.start());
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
