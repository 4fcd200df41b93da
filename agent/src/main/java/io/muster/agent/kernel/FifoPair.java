package io.muster.agent.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two ends of a pair of FIFOs that this process holds, for the thread of {@link Fifos}; other
 * threads only {@link #offer}, {@link #pause}, {@link #resume} and {@link #silence}.
 *
 * <p>The kernel signals edges: what was signalled is remembered until a call says that there is no
 * more of it.
 */
final class FifoPair {
    private static final Logger log = LoggerFactory.getLogger(FifoPair.class);

    private static final int READ_ONLY = 0;
    private static final int WRITE_ONLY = 1;
    private static final int READ_AND_WRITE = 2;
    private static final int CLOEXEC = 0x80000;
    private static final int NONBLOCK = 0x800;

    /** How much the one before can have left unread: as much as the kernel gives a pipe. */
    private static final int MOST_LEFT = 1 << 20;

    /** How soon a message is tried again that nobody reads yet; the kernel tells no arrival. */
    private static final int RETRY = 50;

    /** How soon somebody is noticed who reads after messages were dropped. */
    private static final int LOOK = 500;

    /** How soon at the latest it is seen that a reader has gone on. */
    private static final int LONGEST_PACE = 32;

    private static final int CHUNK = 64 * 1024;

    private final Path toWrite;
    private final int readEnd;
    private final int writeEnd;
    private final Duration patience;
    private final LongSupplier nanos;
    private final Fifos.Listener listener;
    private final Unwritten waiting;
    private volatile boolean paused;
    private volatile boolean held; // by the listener
    private volatile boolean silent;
    private boolean readable = true;
    private boolean leftTold;
    private boolean writable = true;
    private boolean closed;
    private int written; // of the first message
    private long unreadSince;
    private boolean unread;
    private boolean deserted; // messages were dropped, and nobody has been seen to read since
    private int pace; // in milliseconds; 0 while the FIFO is empty

    private FifoPair(
            Path toWrite,
            int readEnd,
            int writeEnd,
            Unwritten waiting,
            Fifos.Listener listener,
            Duration patience,
            LongSupplier nanos) {
        this.toWrite = toWrite;
        this.readEnd = readEnd;
        this.writeEnd = writeEnd;
        this.waiting = waiting;
        this.listener = listener;
        this.patience = patience;
        this.nanos = nanos;
    }

    static FifoPair open(
            Path toRead,
            Path toWrite,
            Unwritten waiting,
            Fifos.Listener listener,
            Duration patience,
            LongSupplier nanos)
            throws IOException {
        int readEnd = open(toRead, READ_ONLY);
        try {
            return new FifoPair(
                    toWrite, readEnd, openToWrite(toWrite), waiting, listener, patience, nanos);
        } catch (IOException e) {
            SystemCalls.close(readEnd);
            throw e;
        }
    }

    /** Without a reader the end to write cannot be opened (ENXIO): for a moment we are one. */
    private static int openToWrite(Path path) throws IOException {
        int both = open(path, READ_AND_WRITE);
        try {
            return open(path, WRITE_ONLY);
        } finally {
            SystemCalls.close(both);
        }
    }

    private static int open(Path path, int access) throws IOException {
        try {
            return FifoFiles.open(path, access | NONBLOCK | CLOEXEC);
        } catch (SystemCallException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
    }

    int readEnd() {
        return readEnd;
    }

    int writeEnd() {
        return writeEnd;
    }

    boolean offer(byte[] message) {
        if (message.length == 0) {
            throw new IllegalArgumentException("an empty message");
        }
        return !silent && waiting.offer(message);
    }

    boolean isCrowded() {
        return waiting.isCrowded();
    }

    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
        held = false;
    }

    private boolean mayReadNow() {
        return readable && !paused && !held;
    }

    /** The listener hears nothing from now on. */
    void silence() {
        silent = true;
    }

    /** Something can be read, or those who write have gone. */
    void mayRead() {
        readable = true;
    }

    /** There is room for what is to be read. */
    void mayWrite() {
        writable = true;
    }

    /** Those who read have gone: what they left unread is not for the next. */
    void readersLeft() {
        writable = true;
        guarded(this::abandon);
    }

    /** Says whether there is something to do at once. */
    boolean isBusy() {
        return !closed
                && (mayReadNow() || (writable && !unread && pace == 0 && !waiting.isEmpty()));
    }

    /** Returns after how many milliseconds to try again what waits for a reader; -1 for never. */
    int retryMillis() {
        if (closed) {
            return -1;
        }
        if (!waiting.isEmpty() && (pace > 0 || unread)) {
            return pace > 0 ? pace : RETRY;
        }
        return deserted ? LOOK : -1;
    }

    /** Does a bounded part of what there is to do, so that others have their turn. */
    void work() {
        if (mayReadNow()) {
            guarded(this::read);
        }
        if (writable || unread) {
            guarded(this::write);
        }
        if (deserted) {
            guarded(this::lookForReader);
        }
    }

    /** Others may have given back what a long message was refused for. */
    void lookForRoom() {
        guarded(() -> {}); // tells it
    }

    private void lookForReader() throws SystemCallException {
        if (SystemCalls.hasReader(writeEnd)) {
            deserted = false;
            if (!silent) {
                listener.readerCame();
            }
        }
    }

    private interface Part {
        void run() throws IOException;
    }

    private void guarded(Part part) {
        if (closed) {
            return;
        }
        try {
            part.run();
            tellRoom();
        } catch (IOException e) {
            fail(e);
        } catch (RuntimeException e) { // a bug there must not keep the others from being served
            log.atError().setCause(e).log("a listener of a control interface failed");
        }
    }

    /** Closes it, and says so. */
    void fail(IOException why) {
        boolean told = !silent; // else its folder may be gone already
        close();
        if (told) {
            log.atError()
                    .setCause(why)
                    .addKeyValue("fifo", toWrite)
                    .log("a control interface failed");
            listener.failed();
        }
    }

    private void read() throws SystemCallException {
        try (var arena = Arena.ofConfined()) {
            var buffer = arena.allocate(CHUNK);
            int count = SystemCalls.read(readEnd, buffer);
            if (count > 0) {
                leftTold = false;
                if (!silent) {
                    held = true; // before it is told, or a resume that comes at once would be lost
                    if (listener.read(buffer.asSlice(0, count).toArray(JAVA_BYTE))) {
                        held = false;
                    }
                }
                return;
            }
            readable = false; // nobody has it open to write
            if (!leftTold && !silent) {
                leftTold = true;
                listener.writersLeft();
            }
        } catch (SystemCallException e) {
            switch (e.errno()) {
                case Errno.EAGAIN -> readable = false;
                case Errno.EINTR -> {}
                default -> throw e;
            }
        }
    }

    private void write() throws IOException {
        for (var message = waiting.first(); message.length > 0; message = waiting.first()) {
            if (written == 0 && isUnread()) {
                return;
            }
            try (var arena = Arena.ofConfined()) {
                int size = Math.min(message.length - written, CHUNK); // what a FIFO can hold
                var next =
                        arena.allocate(size)
                                .copyFrom(MemorySegment.ofArray(message).asSlice(written, size));
                written += SystemCalls.write(writeEnd, next);
                unread = false;
                if (written == message.length) {
                    removeFirst();
                }
            } catch (SystemCallException e) {
                switch (e.errno()) {
                    case Errno.EAGAIN -> {
                        unread = false;
                        writable = false;
                        return;
                    }
                    case Errno.EINTR -> {}
                    case Errno.EPIPE -> {
                        nobodyReads();
                        return;
                    }
                    default -> throw e;
                }
            }
        }
    }

    /**
     * One message at a time is in the FIFO: the published clients read it through a buffer, and
     * would not notice before the next message what is left in that. The kernel does not tell when
     * it is empty.
     */
    private boolean isUnread() throws SystemCallException {
        boolean some = SystemCalls.unread(writeEnd) > 0;
        pace = !some ? 0 : pace == 0 ? 1 : Math.min(2 * pace, LONGEST_PACE);
        return some;
    }

    private void nobodyReads() throws IOException {
        abandon();
        long now = nanos.getAsLong();
        if (!unread) {
            unread = true;
            unreadSince = now;
        } else if (now - unreadSince > patience.toNanos()) {
            unread = false;
            tellDropped(waiting.clear());
        }
    }

    /**
     * What the one before has left is not for the next: half a message would spoil its reading.
     * Only where there is something: who opens the FIFO to empty it, and closes it, is one more
     * reader that leaves.
     */
    private void abandon() throws IOException {
        boolean left = SystemCalls.unread(writeEnd) > 0;
        if (left) {
            drain();
        }
        boolean half = written > 0;
        if (half) {
            removeFirst();
        }
        tellDropped(left || half ? 1 : 0);
    }

    private void tellDropped(int messages) {
        if (messages > 0 && !silent) {
            deserted = true;
            listener.dropped(messages);
        }
    }

    /** Takes out what the one before has not read. */
    private void drain() throws IOException {
        int reader = FifoFiles.openAgain(writeEnd, READ_ONLY | NONBLOCK | CLOEXEC);
        try (var arena = Arena.ofConfined()) {
            var buffer = arena.allocate(CHUNK);
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

    private void removeFirst() {
        waiting.removeFirst();
        written = 0;
    }

    private void tellRoom() {
        if (waiting.takeRelief() && !silent) {
            listener.roomy();
        }
    }

    /** Says whether it was closed; its descriptors may be others' by now. */
    boolean isClosed() {
        return closed;
    }

    /** Closes both ends. */
    void close() {
        if (!closed) {
            closed = true;
            silent = true;
            waiting.close();
            for (int fd : new int[] {readEnd, writeEnd}) {
                try {
                    SystemCalls.close(fd);
                } catch (SystemCallException e) {
                    log.atWarn().setCause(e).log("cannot close a FIFO");
                }
            }
        }
    }
}
