package io.muster.agent.runtime;

import io.muster.api.request.LogSelection;
import io.muster.api.runtime.LogReader;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.shell.Processes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a program such as podman or nerdctl prints with its command {@code logs}: a child process
 * for each reader, killed with it. When nobody reads, the pipe fills up and the child waits.
 */
public final class ProgramLogs implements LogReader {
    /** How long nothing comes from a program that has told everything. */
    private static final Duration QUIET = Duration.ofSeconds(1);

    /** The same for one that may not have begun yet. */
    private static final Duration BEGINNING = Duration.ofSeconds(5);

    /** So long may a program that is only to tell what there is say nothing before its end. */
    private static final Duration SILENCE = Duration.ofMinutes(1);

    private final Processes.Talking child;
    private final String program;
    private final Duration silence;
    private final boolean follows;
    private final Thread watch;
    private final Presence presence;
    private volatile boolean finished;
    private volatile boolean closed;
    private volatile boolean waiting;
    private volatile boolean hung;
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    /** Knows whether there is still something to read. */
    public interface Presence {
        /** Says whether the container is gone. */
        boolean isGone() throws RuntimeFailure;
    }

    private ProgramLogs(
            Processes.Talking child,
            String program,
            boolean follows,
            Presence presence,
            Duration silence) {
        this.child = child;
        this.program = program;
        this.follows = follows;
        this.presence = presence;
        this.silence = silence;
        this.watch = Thread.ofVirtual().name("silence-of-logs").unstarted(this::awaitSilence);
    }

    /**
     * Starts the child. One that does not follow, from which nothing comes for a minute although
     * there is somebody to read it, is killed, and reading fails.
     *
     * @param program with its general options
     * @param whose the container, after options of the command if there are any
     * @param environment added to that of the agent
     * @throws RuntimeFailure if there is no such container, or the child does not start
     */
    public static LogReader open(
            Processes processes,
            List<String> program,
            SortedMap<String, String> environment,
            List<String> whose,
            LogSelection selection,
            Presence presence)
            throws RuntimeFailure {
        return open(processes, program, environment, whose, selection, presence, SILENCE);
    }

    static LogReader open(
            Processes processes,
            List<String> program,
            SortedMap<String, String> environment,
            List<String> whose,
            LogSelection selection,
            Presence presence,
            Duration silence)
            throws RuntimeFailure {
        if (presence.isGone()) {
            throw new RuntimeFailure("its container is gone", false);
        }
        var words = new ArrayList<>(program);
        words.add("logs");
        words.addAll(options(selection));
        words.addAll(whose);
        try {
            var logs =
                    new ProgramLogs(
                            processes.start(
                                    new Processes.Command(
                                            words, environment, "", Duration.ofDays(1))),
                            program.getFirst(),
                            selection.follow(),
                            presence,
                            silence);
            if (!logs.follows) {
                logs.watch.start();
            }
            return logs;
        } catch (IOException e) {
            throw new RuntimeFailure(
                    "%s logs could not be started: %s"
                            .formatted(program.getFirst(), e.getMessage()),
                    true,
                    e);
        }
    }

    private static List<String> options(LogSelection selection) {
        var options = new ArrayList<String>();
        if (selection.follow()) {
            options.add("--follow");
        }
        selection.tail().ifPresent(lines -> options.addAll(List.of("--tail", "" + lines)));
        selection.since().ifPresent(time -> options.addAll(List.of("--since", time.toString())));
        selection.until().ifPresent(time -> options.addAll(List.of("--until", time.toString())));
        return options;
    }

    @Override
    public int read(byte[] buffer) throws RuntimeFailure {
        try {
            reads.incrementAndGet();
            waiting = true;
            int count = child.read(buffer);
            waiting = false;
            bytes.addAndGet(Math.max(0, count));
            if (count < 0) {
                watch.interrupt();
            }
            if (count < 0 && hung && !closed) {
                throw hung();
            }
            if (count < 0 && !closed && !finished) {
                end();
            }
            return count;
        } catch (IOException e) {
            if (hung && !closed) {
                throw hung();
            }
            throw new RuntimeFailure(
                    "%s logs cannot be read: %s".formatted(program, e.getMessage()), true, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeFailure("interrupted while logs were read", true, e);
        }
    }

    private RuntimeFailure hung() {
        return new RuntimeFailure(
                "%s logs neither wrote anything nor ended within %d s, and was killed"
                        .formatted(program, silence.toSeconds()),
                true);
    }

    /** A read that goes on for so long, while nobody has to make room, waits for what hangs. */
    private void awaitSilence() {
        try {
            while (!closed) {
                boolean waited = waiting;
                long before = reads.get();
                TimeUnit.NANOSECONDS.sleep(silence.toNanos());
                if (waited && waiting && before == reads.get() && !closed) {
                    hung = true;
                    child.close();
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Of a container that was removed meanwhile there is no more, whatever the program says. */
    private void end() throws RuntimeFailure, InterruptedException {
        int code = child.exitCode();
        if (code != 0 && !closed && !presence.isGone()) {
            throw new RuntimeFailure(
                    "%s logs ended with exit code %d; the last line may say why"
                            .formatted(program, code),
                    true);
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>Normally the program sees that the container has ended. Podman without a backend for
     * events does not: then the end is where nothing came for a while.
     */
    @Override
    public void finish() {
        if (!finished) {
            finished = true;
            Thread.ofVirtual().name("end-of-logs").start(this::awaitQuiet);
        }
    }

    private void awaitQuiet() {
        try {
            long before = -1;
            while (!closed && (!waiting || before != bytes.get())) {
                before = bytes.get();
                TimeUnit.NANOSECONDS.sleep((before == 0 ? BEGINNING : QUIET).toNanos());
            }
            child.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        watch.interrupt();
        child.close();
    }
}
