package io.muster.agent.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A set of file descriptors, each with a token, of which one thread awaits any to become readable,
 * or writable.
 *
 * <p>Only {@link #await} belongs to that thread. {@link #close} may be called once it has ended.
 */
final class Epoll implements AutoCloseable {
    private static final int CLOEXEC = 0x80000;
    private static final int NONBLOCK = 0x800;
    private static final int READABLE = 0x001; // EPOLLIN
    private static final int WRITABLE = 0x004; // EPOLLOUT
    private static final int ONE_SHOT = 1 << 30; // EPOLLONESHOT
    private static final int EDGE = 1 << 31; // EPOLLET
    private static final int ADD = 1;
    private static final int DELETE = 2;
    private static final int MODIFY = 3;
    private static final int MAX_EVENTS = 64;

    private static final int HUNG_UP = 0x008 | 0x010; // EPOLLERR, EPOLLHUP: told without asking

    /** The token of the own event, which is of no use to others. */
    private static final long WAKE = 0;

    /** struct epoll_event is packed on x86-64 only. */
    private static final boolean PACKED = System.getProperty("os.arch", "").equals("amd64");

    private static final long EVENT_SIZE = PACKED ? 12 : 16;
    private static final long TOKEN_OFFSET = PACKED ? 4 : 8;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment events = arena.allocate(EVENT_SIZE * MAX_EVENTS, 8);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final int epoll;
    private final int wake;

    /**
     * A descriptor that counts.
     *
     * @param hungUp whether its other end is closed, or its process has ended
     */
    record Signal(long token, boolean hungUp) {}

    Epoll() throws SystemCallException {
        epoll = SystemCalls.createEpoll(CLOEXEC);
        try {
            wake = SystemCalls.createEventFd(CLOEXEC | NONBLOCK);
        } catch (SystemCallException e) {
            SystemCalls.close(epoll);
            throw e;
        }
        control(ADD, wake, READABLE, WAKE);
    }

    /** Adds a descriptor, for every time it is readable. The token is not 0. */
    void add(int fd, long token) throws SystemCallException {
        control(ADD, fd, READABLE, token);
    }

    /** Adds a descriptor that counts only once, until it is armed again. The token is not 0. */
    void addOnce(int fd, long token) throws SystemCallException {
        control(ADD, fd, READABLE | ONE_SHOT, token);
    }

    /** Lets a descriptor count once more. */
    void armAgain(int fd, long token) throws SystemCallException {
        control(MODIFY, fd, READABLE | ONE_SHOT, token);
    }

    /**
     * Adds a descriptor that counts each time something has come to be read, or its other end was
     * closed, since it was last seen. The token is not 0.
     */
    void addReadEdge(int fd, long token) throws SystemCallException {
        control(ADD, fd, READABLE | EDGE, token);
    }

    /**
     * Adds a descriptor that counts each time there is room for writing again, or its other end was
     * closed, since it was last seen. The token is not 0.
     */
    void addWriteEdge(int fd, long token) throws SystemCallException {
        control(ADD, fd, WRITABLE | EDGE, token);
    }

    void remove(int fd) throws SystemCallException {
        control(DELETE, fd, 0, WAKE);
    }

    /**
     * Waits until something counts, somebody calls {@link #wake}, or time has passed.
     *
     * @param timeoutMillis -1 for ever
     * @return what counts, without waking
     */
    List<Signal> await(int timeoutMillis) throws SystemCallException {
        int count;
        try {
            count = SystemCalls.waitEpoll(epoll, events, MAX_EVENTS, timeoutMillis);
        } catch (SystemCallException e) {
            if (e.errno() == Errno.EINTR) {
                return List.of(); // a signal; who waits looks again anyway
            }
            throw e;
        }
        var signals = new ArrayList<Signal>(count);
        for (int i = 0; i < count; i++) {
            int what = events.get(JAVA_INT_UNALIGNED, i * EVENT_SIZE);
            long token = events.get(JAVA_LONG_UNALIGNED, i * EVENT_SIZE + TOKEN_OFFSET);
            if (token == WAKE) {
                drain();
            } else {
                signals.add(new Signal(token, (what & HUNG_UP) != 0));
            }
        }
        return signals;
    }

    /** Makes the thread that waits look around. */
    void wake() throws SystemCallException {
        try (var local = Arena.ofConfined()) {
            SystemCalls.write(wake, local.allocateFrom(JAVA_LONG, 1L));
        }
    }

    private void drain() throws SystemCallException {
        try (var local = Arena.ofConfined()) {
            SystemCalls.read(wake, local.allocate(JAVA_LONG));
        }
    }

    @Override
    public void close() throws SystemCallException {
        if (closed.compareAndSet(false, true)) {
            arena.close();
            SystemCalls.close(wake);
            SystemCalls.close(epoll);
        }
    }

    private void control(int operation, int fd, int interest, long token)
            throws SystemCallException {
        try (var local = Arena.ofConfined()) {
            var event = local.allocate(EVENT_SIZE, 8);
            event.set(JAVA_INT_UNALIGNED, 0, interest);
            event.set(JAVA_LONG_UNALIGNED, TOKEN_OFFSET, token);
            SystemCalls.controlEpoll(epoll, operation, fd, event);
        }
    }
}
