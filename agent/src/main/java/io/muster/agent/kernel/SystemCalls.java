package io.muster.agent.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/** The system calls used here, each checked: a failure is an exception with the error number. */
final class SystemCalls {
    /** The same number on every architecture; the C library has had a function only since 2.36. */
    private static final long PIDFD_OPEN = 434;

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SYSCALL =
            function("syscall", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT));
    private static final MethodHandle KILL =
            function("kill", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle EPOLL_CREATE =
            function("epoll_create1", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle EPOLL_CONTROL =
            function(
                    "epoll_ctl",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle EPOLL_WAIT =
            function(
                    "epoll_wait",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
    private static final MethodHandle EVENT_FD =
            function("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle INOTIFY_INIT =
            function("inotify_init1", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle INOTIFY_ADD =
            function(
                    "inotify_add_watch",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle INOTIFY_REMOVE =
            function("inotify_rm_watch", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle READ =
            function("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle WRITE =
            function("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle OPEN =
            function("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle MKFIFO =
            function("mkfifo", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SYSCONF =
            function("sysconf", FunctionDescriptor.of(JAVA_LONG, JAVA_INT));
    private static final MethodHandle IOCTL =
            function(
                    "ioctl",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle POLL =
            function("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle CLOSE =
            function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    /** How many bytes can be read; the same number on x86-64 and aarch64. */
    private static final long FIONREAD = 0x541B;

    /** Of struct pollfd: the descriptor, what is waited for, and what there is. */
    private static final long POLLFD_SIZE = 8;

    private static final long POLLFD_FOUND = 6;

    /** Of the end to write of a pipe: nobody has the other one open. */
    private static final int POLLERR = 8;

    private SystemCalls() {}

    static int openPidfd(long pid) throws SystemCallException {
        return (int)
                call("pidfd_open", s -> (long) SYSCALL.invokeExact(s, PIDFD_OPEN, (int) pid, 0));
    }

    static void kill(int pid, int signal) throws SystemCallException {
        call("kill", s -> (int) KILL.invokeExact(s, pid, signal));
    }

    static int createEpoll(int flags) throws SystemCallException {
        return (int) call("epoll_create1", s -> (int) EPOLL_CREATE.invokeExact(s, flags));
    }

    static void controlEpoll(int epoll, int operation, int fd, MemorySegment event)
            throws SystemCallException {
        call("epoll_ctl", s -> (int) EPOLL_CONTROL.invokeExact(s, epoll, operation, fd, event));
    }

    static int waitEpoll(int epoll, MemorySegment events, int max, int timeoutMillis)
            throws SystemCallException {
        return (int)
                call(
                        "epoll_wait",
                        s -> (int) EPOLL_WAIT.invokeExact(s, epoll, events, max, timeoutMillis));
    }

    static int createEventFd(int flags) throws SystemCallException {
        return (int) call("eventfd", s -> (int) EVENT_FD.invokeExact(s, 0, flags));
    }

    static int createInotify(int flags) throws SystemCallException {
        return (int) call("inotify_init1", s -> (int) INOTIFY_INIT.invokeExact(s, flags));
    }

    static int addToInotify(int inotify, String path, int mask) throws SystemCallException {
        try (var arena = Arena.ofConfined()) {
            var text = arena.allocateFrom(path);
            return (int)
                    call(
                            "inotify_add_watch",
                            s -> (int) INOTIFY_ADD.invokeExact(s, inotify, text, mask));
        }
    }

    static void removeFromInotify(int inotify, int watch) throws SystemCallException {
        call("inotify_rm_watch", s -> (int) INOTIFY_REMOVE.invokeExact(s, inotify, watch));
    }

    static int read(int fd, MemorySegment buffer) throws SystemCallException {
        return (int) call("read", s -> (long) READ.invokeExact(s, fd, buffer, buffer.byteSize()));
    }

    /** Returns how many bytes were written, which may be fewer than there are. */
    static int write(int fd, MemorySegment buffer) throws SystemCallException {
        return (int) call("write", s -> (long) WRITE.invokeExact(s, fd, buffer, buffer.byteSize()));
    }

    /** Opens what is there; creates nothing. */
    static int open(String path, int flags) throws SystemCallException {
        try (var arena = Arena.ofConfined()) {
            var text = arena.allocateFrom(path);
            return (int) call("open", s -> (int) OPEN.invokeExact(s, text, flags));
        }
    }

    static void makeFifo(String path, int mode) throws SystemCallException {
        try (var arena = Arena.ofConfined()) {
            var text = arena.allocateFrom(path);
            call("mkfifo", s -> (int) MKFIFO.invokeExact(s, text, mode));
        }
    }

    static long configured(int name) throws SystemCallException {
        return call("sysconf", s -> (long) SYSCONF.invokeExact(s, name));
    }

    /** Returns how many bytes are in a pipe that nobody has read yet; either end may be asked. */
    static int unread(int pipe) throws SystemCallException {
        try (var arena = Arena.ofConfined()) {
            var count = arena.allocate(JAVA_INT);
            call("ioctl", s -> (int) IOCTL.invokeExact(s, pipe, FIONREAD, count));
            return count.get(JAVA_INT, 0);
        }
    }

    /** Says whether anybody has the end to read of a pipe open. */
    static boolean hasReader(int writeEnd) throws SystemCallException {
        try (var arena = Arena.ofConfined()) {
            var asked = arena.allocate(POLLFD_SIZE, JAVA_INT.byteAlignment());
            asked.set(JAVA_INT, 0, writeEnd);
            call("poll", s -> (int) POLL.invokeExact(s, asked, 1L, 0));
            return (asked.get(JAVA_SHORT, POLLFD_FOUND) & POLLERR) == 0;
        }
    }

    static void close(int fd) throws SystemCallException {
        call("close", s -> (int) CLOSE.invokeExact(s, fd));
    }

    /** One call; its argument is where the error number goes. */
    @FunctionalInterface
    private interface Call {
        long make(MemorySegment state) throws Throwable;
    }

    private static long call(String name, Call call) throws SystemCallException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            long result = call.make(state);
            if (result < 0) {
                throw new SystemCallException(name, (int) ERRNO.get(state, 0L));
            }
            return result;
        } catch (SystemCallException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a call of C throws nothing else: " + name, e);
        }
    }

    @SuppressWarnings("restricted") // the programs are started with native access
    private static MethodHandle function(
            String name, FunctionDescriptor shape, Linker.Option... more) {
        var linker = Linker.nativeLinker();
        var options = Arrays.copyOf(more, more.length + 1);
        options[more.length] = Linker.Option.captureCallState("errno");
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), shape, options);
    }
}
