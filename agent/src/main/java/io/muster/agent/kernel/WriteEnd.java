package io.muster.agent.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** The end of a FIFO that is written to; it may be closed for a while. Not safe for threads. */
final class WriteEnd {
    private static final int READ_ONLY = 0;
    private static final int WRITE_ONLY = 1;
    private static final int READ_AND_WRITE = 2;

    /** How much the one before can have left unread: as much as the kernel gives a pipe. */
    private static final int MOST_LEFT = 1 << 20;

    private static final int CLOSED = -1;

    private final Path path;
    private int fd;

    private WriteEnd(Path path, int fd) {
        this.path = path;
        this.fd = fd;
    }

    static WriteEnd open(Path path) throws IOException {
        return new WriteEnd(path, openNow(path));
    }

    /** Without a reader it cannot be opened (ENXIO): for a moment we are one. */
    private static int openNow(Path path) throws IOException {
        int both = FifoPair.open(path, READ_AND_WRITE);
        try {
            return FifoPair.open(path, WRITE_ONLY);
        } finally {
            SystemCalls.close(both);
        }
    }

    Path path() {
        return path;
    }

    int fd() {
        return fd;
    }

    boolean isOpen() {
        return fd != CLOSED;
    }

    /** Opens it again. */
    void reopen() throws IOException {
        fd = openNow(path);
    }

    /** Whoever reads comes to the end; also if it is closed already. */
    void close() throws SystemCallException {
        if (isOpen()) {
            int closing = fd;
            fd = CLOSED;
            SystemCalls.close(closing);
        }
    }

    /** Writes what there is room for of a part of a message, and says how much. */
    int write(byte[] message, int from, int count) throws SystemCallException {
        try (var arena = Arena.ofConfined()) {
            var next =
                    arena.allocate(count)
                            .copyFrom(MemorySegment.ofArray(message).asSlice(from, count));
            return SystemCalls.write(fd, next);
        }
    }

    /** Says whether something is in it that nobody has read. */
    boolean hasUnread() throws SystemCallException {
        return SystemCalls.unread(fd) > 0;
    }

    /** Says whether anybody has it open to read. */
    boolean hasReader() throws SystemCallException {
        return SystemCalls.hasReader(fd);
    }

    /** Takes out what nobody has read. */
    void drain() throws IOException {
        int reader = FifoFiles.openAgain(fd, READ_ONLY | FifoPair.NONBLOCK | FifoPair.CLOEXEC);
        try (var arena = Arena.ofConfined()) {
            var buffer = arena.allocate(FifoWriting.CHUNK);
            int count = 1;
            for (int taken = 0; taken < MOST_LEFT && count > 0; taken += count) {
                count = SystemCalls.read(reader, buffer); // others may write meanwhile
            }
        } catch (SystemCallException e) {
            if (e.errno() != Errno.EAGAIN) {
                throw e;
            }
        } finally {
            SystemCalls.close(reader);
        }
    }
}
