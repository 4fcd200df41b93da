package io.muster.agent.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says when files have been written to, at most once per interval however much is written: after
 * each round its one daemon thread does not listen until the interval has passed, and the kernel
 * merges what happens meanwhile.
 *
 * <p>Not {@link java.nio.file.WatchService}: that wakes up for every single write, so a chatty
 * program would cost the agent as much time as itself. Any thread.
 */
public final class GrowthWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(GrowthWatch.class);

    private static final int CLOEXEC = 0x80000;
    private static final int NONBLOCK = 0x800;
    private static final int MODIFIED = 0x2; // IN_MODIFY
    private static final int OVERFLOW = 0x4000; // IN_Q_OVERFLOW
    private static final int HEADER = 16; // struct inotify_event without a name
    private static final int BUFFER = 64 * 1024;
    private static final long TOKEN = 1;

    /** An interest in one file. */
    public interface Interest {
        /** Ends the interest; a call that is under way may still come. */
        void cancel();
    }

    private final ConcurrentHashMap<Integer, Runnable> listeners = new ConcurrentHashMap<>();
    private final Duration interval;
    private final Epoll epoll;
    private final int inotify;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * Opens a watch and starts its thread.
     *
     * @throws IOException if there are no more descriptors or inotify instances, saying what to do
     */
    public static GrowthWatch open(Duration interval) throws IOException {
        Epoll epoll = new Epoll();
        try {
            var watch =
                    new GrowthWatch(interval, epoll, SystemCalls.createInotify(CLOEXEC | NONBLOCK));
            watch.thread.start();
            return watch;
        } catch (SystemCallException e) {
            epoll.close();
            throw new IOException(
                    e.getMessage()
                            + "; raise the limit of open files of the agent, or the sysctl"
                            + " fs.inotify.max_user_instances",
                    e);
        }
    }

    private GrowthWatch(Duration interval, Epoll epoll, int inotify) throws SystemCallException {
        this.interval = interval;
        this.epoll = epoll;
        this.inotify = inotify;
        this.thread = Thread.ofPlatform().name("growth-watch").daemon(true).unstarted(this::work);
        epoll.addOnce(inotify, TOKEN);
    }

    /**
     * Calls {@code written} on the thread of this watch when the file has been written to from now
     * on. It may block shortly.
     *
     * @return what ends the interest
     * @throws IOException if the file cannot be watched
     */
    public Interest watch(Path file, Runnable written) throws IOException {
        int watch;
        try {
            watch = SystemCalls.addToInotify(inotify, file.toString(), MODIFIED);
        } catch (SystemCallException e) {
            throw new IOException(
                    file
                            + ": "
                            + e.getMessage()
                            + (e.errno() == Errno.ENOSPC
                                    ? "; raise the sysctl fs.inotify.max_user_watches"
                                    : ""),
                    e);
        }
        listeners.put(watch, written);
        return () -> cancel(watch);
    }

    private void cancel(int watch) {
        if (listeners.remove(watch) != null) {
            try {
                SystemCalls.removeFromInotify(inotify, watch);
            } catch (SystemCallException e) {
                log.atDebug().setCause(e).log("the file was deleted, and its watch with it");
            }
        }
    }

    private void work() {
        try (var arena = Arena.ofConfined()) {
            var buffer = arena.allocate(BUFFER, 8);
            while (!closed) {
                if (!epoll.await(-1).isEmpty()) {
                    changed(buffer).forEach(GrowthWatch::tell);
                    epoll.await((int) interval.toMillis()); // only closing can end this early
                    epoll.armAgain(inotify, TOKEN);
                }
            }
        } catch (SystemCallException e) {
            log.atError().setCause(e).log("files that grow are not seen any more");
        }
    }

    /** Takes all that is waiting in the kernel, each file once. */
    private Set<Runnable> changed(MemorySegment buffer) throws SystemCallException {
        var changed = new LinkedHashSet<Runnable>();
        for (int size = read(buffer); size > 0; size = read(buffer)) {
            for (long at = 0; at + HEADER <= size; ) {
                if ((buffer.get(JAVA_INT_UNALIGNED, at + 4) & OVERFLOW) != 0) {
                    changed.addAll(listeners.values());
                }
                var listener = listeners.get(buffer.get(JAVA_INT_UNALIGNED, at));
                if (listener != null) {
                    changed.add(listener);
                }
                at += HEADER + buffer.get(JAVA_INT_UNALIGNED, at + 12); // its name, if any
            }
        }
        return changed;
    }

    private int read(MemorySegment buffer) throws SystemCallException {
        try {
            return SystemCalls.read(inotify, buffer);
        } catch (SystemCallException e) {
            if (e.errno() == Errno.EAGAIN || e.errno() == Errno.EINTR) {
                return 0;
            }
            throw e;
        }
    }

    private static void tell(Runnable listener) {
        try {
            listener.run();
        } catch (RuntimeException e) { // a bug there must not keep the others from being told
            log.atError().setCause(e).log("a file has grown, but its listener failed");
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        try {
            epoll.wake();
            thread.join();
            listeners.clear();
            SystemCalls.close(inotify);
            epoll.close();
        } catch (SystemCallException e) {
            log.atWarn().setCause(e).log("cannot close the watch of files");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the thread ends by itself; its descriptors stay
        }
    }
}
