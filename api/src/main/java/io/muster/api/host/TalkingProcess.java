package io.muster.api.host;

import io.muster.api.shell.Processes;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A child whose output waits in a small buffer until somebody takes it. When that is full the pipe
 * fills up, and then the child waits.
 *
 * <p>A thread of its own reads the pipe: a virtual one would hold on to one of the few threads that
 * all others share, for as long as nothing comes.
 */
final class TalkingProcess implements Processes.Talking {
    private static final int BUFFER = 32 << 10;
    private static final int STACK = 64 << 10;

    /** How long the end of a child may take that has closed its output, or was killed. */
    private static final Duration END = Duration.ofSeconds(5);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Process process;
    private byte[] waiting = new byte[0];
    private boolean ended;
    private boolean closed;
    private @Nullable IOException failure;

    TalkingProcess(Process process) {
        this.process = process;
        new Thread(null, this::pump, "output-of-" + process.pid(), STACK, false).start();
    }

    private void pump() {
        var buffer = new byte[BUFFER];
        try (var output = process.getInputStream()) {
            while (take(output, buffer)) {}
        } catch (IOException e) {
            end(e);
        }
    }

    private boolean take(InputStream output, byte[] buffer) throws IOException {
        int read = output.read(buffer);
        if (read < 0) {
            end(null);
            return false;
        }
        lock.lock();
        try {
            while (waiting.length > 0 && !closed) {
                changed.awaitUninterruptibly();
            }
            if (closed) {
                return false;
            }
            waiting = new byte[read];
            System.arraycopy(buffer, 0, waiting, 0, read);
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void end(@Nullable IOException why) {
        lock.lock();
        try {
            ended = true;
            failure = why;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read(byte[] buffer) throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting.length == 0 && !ended && !closed) {
                changed.await();
            }
            if (closed) {
                return -1;
            }
            if (waiting.length == 0) {
                if (failure != null) {
                    throw failure;
                }
                return -1;
            }
            int count = Math.min(buffer.length, waiting.length);
            System.arraycopy(waiting, 0, buffer, 0, count);
            var rest = new byte[waiting.length - count];
            System.arraycopy(waiting, count, rest, 0, rest.length);
            waiting = rest;
            changed.signalAll();
            return count;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int exitCode() throws InterruptedException {
        if (!process.waitFor(END.toNanos(), TimeUnit.NANOSECONDS)) {
            close(); // it has closed its output, and goes on: nobody knows what for
            process.waitFor(END.toNanos(), TimeUnit.NANOSECONDS);
        }
        return process.isAlive() ? -1 : process.exitValue();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
