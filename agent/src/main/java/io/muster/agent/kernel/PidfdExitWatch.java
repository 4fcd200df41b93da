package io.muster.agent.kernel;

import io.muster.api.shell.ExitWatch;
import io.muster.api.shell.ProcessRef;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches processes through pid file descriptors, on one daemon thread for all: the kernel tells
 * when one ends, whoever its parent is.
 *
 * <p>Needs Linux 5.3 and one file descriptor per watched process. Any thread. After {@link #close}
 * nobody is told anything.
 */
public final class PidfdExitWatch implements ExitWatch {
    private static final Logger log = LoggerFactory.getLogger(PidfdExitWatch.class);

    private final ConcurrentHashMap<Long, Interest> interests = new ConcurrentHashMap<>();
    private final AtomicLong lastToken = new AtomicLong();
    private final Epoll epoll;
    private final Thread thread;
    private volatile boolean closed;

    private record Interest(int pidfd, Runnable ended) {}

    /**
     * Opens a watch and starts its thread.
     *
     * @throws IOException if this kernel has no pid file descriptors, or there are no more file
     *     descriptors, saying what to do
     */
    public static PidfdExitWatch open() throws IOException {
        try {
            SystemCalls.close(SystemCalls.openPidfd(ProcessHandle.current().pid()));
            var watch = new PidfdExitWatch(new Epoll());
            watch.thread.start();
            return watch;
        } catch (SystemCallException e) {
            throw switch (e.errno()) {
                case Errno.ENOSYS, Errno.EPERM ->
                        new IOException(
                                "this kernel offers no pid file descriptors ("
                                        + e.getMessage()
                                        + "); use Linux 5.3 or later, and allow pidfd_open where a"
                                        + " seccomp filter forbids it",
                                e);
                default -> remedied(e);
            };
        }
    }

    private PidfdExitWatch(Epoll epoll) {
        this.epoll = epoll;
        this.thread = Thread.ofPlatform().name("exit-watch").daemon(true).unstarted(this::work);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Where there are no more file descriptors, the end is not told, and the log says what to
     * do: the agent's slow look at its runtimes sees it later.
     */
    @Override
    public Watch watch(ProcessRef process, Runnable ended) {
        if (closed) {
            return () -> {};
        }
        try {
            // First the descriptor, then the look: what is seen there now has been there since, so
            // the descriptor cannot belong to a later process of the same pid.
            int pidfd = SystemCalls.openPidfd(process.pid());
            if (!isThere(process, pidfd)) {
                SystemCalls.close(pidfd);
                ended.run();
                return () -> {};
            }
            return add(new Interest(pidfd, ended));
        } catch (SystemCallException e) {
            if (e.errno() == Errno.ESRCH
                    || e.errno() == Errno.EINVAL) { // EINVAL: now a thread's id
                ended.run();
                return () -> {};
            }
            return unwatched(process, remedied(e));
        } catch (IOException e) {
            return unwatched(process, e);
        }
    }

    private static boolean isThere(ProcessRef process, int pidfd) throws IOException {
        try {
            return ProcStat.exists(process);
        } catch (IOException e) {
            SystemCalls.close(pidfd);
            throw e;
        }
    }

    private static Watch unwatched(ProcessRef process, IOException why) {
        log.atError()
                .setCause(why)
                .addKeyValue("pid", process.pid())
                .log("cannot watch a process; its end will be seen late");
        return () -> {};
    }

    /** Not while closing begins: then its descriptor number may be another file's already. */
    private synchronized Watch add(Interest interest) throws SystemCallException {
        if (closed) {
            SystemCalls.close(interest.pidfd);
            return () -> {};
        }
        long token = lastToken.incrementAndGet();
        interests.put(token, interest); // first, since the thread may see the end before us
        try {
            epoll.add(interest.pidfd, token);
        } catch (SystemCallException e) {
            interests.remove(token);
            SystemCalls.close(interest.pidfd);
            throw e;
        }
        return () -> cancel(token);
    }

    private void cancel(long token) {
        var interest = interests.remove(token);
        if (interest != null) {
            release(interest);
        }
    }

    private void work() {
        try {
            while (!closed) {
                for (var signal : epoll.await(-1)) {
                    var interest = interests.remove(signal.token());
                    if (interest != null) { // else it was cancelled just now
                        release(interest);
                        tell(interest);
                    }
                }
            }
        } catch (SystemCallException e) {
            // The slow look at the runtimes still sees exits; nobody could do more about it.
            log.atError().setCause(e).log("exits of processes are not seen at once any more");
        }
    }

    private static void tell(Interest interest) {
        try {
            interest.ended.run();
        } catch (RuntimeException e) { // a bug there must not keep the others from being told
            log.atError().setCause(e).log("an exit was seen, but its listener failed");
        }
    }

    /** Only one thread gets here with an interest: the one that took it out of the map. */
    private void release(Interest interest) {
        try {
            // explicitly: a child that is being forked may hold the descriptor for a moment
            epoll.remove(interest.pidfd);
        } catch (SystemCallException e) {
            log.atWarn().setCause(e).log("cannot give up a pid file descriptor");
        }
        try {
            SystemCalls.close(interest.pidfd);
        } catch (SystemCallException e) {
            log.atWarn().setCause(e).log("cannot close a pid file descriptor");
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
            if (!Thread.currentThread().equals(thread)) { // it may be a listener that closes
                thread.join();
            }
            interests.keySet().forEach(this::cancel);
            epoll.close();
        } catch (SystemCallException e) {
            log.atWarn().setCause(e).log("cannot close the exit watch");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the thread ends by itself; its descriptors stay
        }
    }

    private static IOException remedied(SystemCallException e) {
        return switch (e.errno()) {
            case Errno.EMFILE ->
                    new IOException(
                            e.getMessage()
                                    + "; raise the limit of open files of the agent (LimitNOFILE"
                                    + " in its unit, or ulimit -n)",
                            e);
            case Errno.ENFILE ->
                    new IOException(e.getMessage() + "; raise the sysctl fs.file-max", e);
            default -> e;
        };
    }
}
