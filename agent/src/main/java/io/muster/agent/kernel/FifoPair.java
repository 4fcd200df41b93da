package io.muster.agent.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two ends of a pair of FIFOs that this process holds, for the thread of {@link Fifos}; other
 * threads only {@link #offer}, {@link #pause}, {@link #resume} and {@link #silence}.
 */
final class FifoPair {
    private static final Logger log = LoggerFactory.getLogger(FifoPair.class);

    private static final int READ_ONLY = 0;
    static final int CLOEXEC = 0x80000;
    static final int NONBLOCK = 0x800;

    private final int readEnd;
    private final WriteEnd writeEnd;
    private final FifoWriting writing;
    private final Muffled listener;
    private final Unwritten waiting;
    private volatile boolean paused;
    private volatile boolean held; // by the listener
    private boolean readable = true; // as far as is known: edges are signalled
    private boolean leftTold;
    private boolean closed;

    private FifoPair(
            int readEnd,
            WriteEnd writeEnd,
            FifoWriting writing,
            Unwritten waiting,
            Muffled listener) {
        this.readEnd = readEnd;
        this.writeEnd = writeEnd;
        this.writing = writing;
        this.waiting = waiting;
        this.listener = listener;
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
            var muffled = new Muffled(listener);
            var writeEnd = WriteEnd.open(toWrite);
            var writing = new FifoWriting(writeEnd, waiting, muffled, patience, nanos);
            return new FifoPair(readEnd, writeEnd, writing, waiting, muffled);
        } catch (IOException e) {
            SystemCalls.close(readEnd);
            throw e;
        }
    }

    static int open(Path path, int access) throws IOException {
        try {
            return FifoFiles.open(path, access | NONBLOCK | CLOEXEC);
        } catch (SystemCallException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
    }

    int readEnd() {
        return readEnd;
    }

    WriteEnd writeEnd() {
        return writeEnd;
    }

    /** Says who hears that the end to write was opened again. */
    void onOpened(FifoWriting.Opened hears) {
        writing.onOpened(hears);
    }

    /** Whoever reads comes to the end of what it is told, for a while. */
    void showEnd() {
        guarded(writing::showEnd);
    }

    boolean offer(byte[] message) {
        if (message.length == 0) {
            throw new IllegalArgumentException("an empty message");
        }
        return !listener.isSilent() && waiting.offer(message);
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
        listener.silence();
    }

    /** Something can be read, or those who write have gone. */
    void mayRead() {
        readable = true;
    }

    /** There is room for what is to be read. */
    void mayWrite() {
        writing.mayWrite();
    }

    /** Those who read have gone: what they left unread is not for the next. */
    void readersLeft() {
        guarded(writing::readersLeft);
    }

    /** Says whether there is something to do at once. */
    boolean isBusy() {
        return !closed && (mayReadNow() || writing.isBusy());
    }

    /** Returns after how many milliseconds to try again what waits for a reader; -1 for never. */
    int retryMillis() {
        return closed ? -1 : writing.retryMillis();
    }

    /** Does a bounded part of what there is to do, so that others have their turn. */
    void work() {
        if (mayReadNow()) {
            guarded(this::read);
        }
        guarded(writing::work);
    }

    /** Gives up a long message that is not read, so that others have room for theirs. */
    void giveUpStalled() {
        guarded(writing::giveUpStalled);
    }

    /** It may be its turn to have room for a long message. */
    void lookForRoom() {
        guarded(() -> {}); // tells it
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
            if (waiting.takeRelief()) {
                listener.roomy();
            }
        } catch (IOException e) {
            fail(e);
        } catch (RuntimeException e) { // a bug there must not keep the others from being served
            log.atError().setCause(e).log("a listener of a control interface failed");
        }
    }

    /** Closes it, and says so. */
    void fail(IOException why) {
        boolean told = !listener.isSilent(); // else its folder may be gone already
        release();
        if (told) {
            log.atError()
                    .setCause(why)
                    .addKeyValue("fifo", writeEnd.path())
                    .log("a control interface failed");
            listener.failed();
            listener.silence();
        }
    }

    private void read() throws SystemCallException {
        try (var arena = Arena.ofConfined()) {
            var buffer = arena.allocate(FifoWriting.CHUNK);
            int count = SystemCalls.read(readEnd, buffer);
            if (count > 0) {
                leftTold = false;
                held = true; // before it is told, or a resume that comes at once would be lost
                if (listener.read(buffer.asSlice(0, count).toArray(JAVA_BYTE))) {
                    held = false;
                }
                return;
            }
            readable = false; // nobody has it open to write
            if (!leftTold) {
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

    /** Says whether it was closed; its descriptors may be others' by now. */
    boolean isClosed() {
        return closed;
    }

    /** Closes both ends. */
    void close() {
        listener.silence();
        release();
    }

    private void release() {
        if (closed) {
            return;
        }
        closed = true;
        waiting.close();
        close(() -> SystemCalls.close(readEnd));
        close(writeEnd::close);
    }

    private interface Closing {
        void run() throws SystemCallException;
    }

    private static void close(Closing closing) {
        try {
            closing.run();
        } catch (SystemCallException e) {
            log.atWarn().setCause(e).log("cannot close a FIFO");
        }
    }
}
