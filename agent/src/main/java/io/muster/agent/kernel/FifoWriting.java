package io.muster.agent.kernel;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Writes what waits into one FIFO, as far as it is read. For the thread of {@link Fifos}.
 *
 * <p>The kernel signals edges: what was signalled is remembered until a call says that there is no
 * more of it.
 */
final class FifoWriting {
    /** How soon a message is tried again that nobody reads yet; the kernel tells no arrival. */
    private static final int RETRY = 50;

    /** How soon somebody is noticed who reads after messages were dropped, or given up. */
    private static final int LOOK = 500;

    /** How soon at the latest it is seen that a reader has gone on. */
    private static final int LONGEST_PACE = 32;

    static final int CHUNK = 64 * 1024;

    /** How long nobody reads of a message that takes room which others need. */
    private static final Duration STALL = Duration.ofSeconds(5);

    /** How long such a message may take in all. */
    private static final Duration LONGEST = Duration.ofSeconds(30);

    /** How long whoever reads can see the end, and at most how long one who opens it waits. */
    private static final Duration END_SHOWN = Duration.ofSeconds(2);

    /**
     * Whoever has read the beginning of a message cannot be told anything before its end. What is
     * given up ends with this: no field, and no text, has such a byte, so that nobody takes it for
     * a message.
     */
    private static final byte[] FILLING = filling();

    private final WriteEnd end;
    private final Unwritten waiting;
    private final Fifos.Listener listener;
    private final Duration patience;
    private final LongSupplier nanos;
    private boolean writable = true;
    private int written; // of the first message
    private long unreadSince;
    private boolean unread;
    private boolean deserted; // messages were dropped, and nobody has been seen to read since
    private int pace; // in milliseconds; 0 while the FIFO is empty
    private int missing; // of a message that was given up
    private boolean barred; // until whatever was told before is read
    private boolean lent; // the first message takes room of all
    private long lentAt;
    private long progressAt; // of that message
    private long endShownAt;
    private Opened opened = _ -> {};

    FifoWriting(
            WriteEnd end,
            Unwritten waiting,
            Fifos.Listener listener,
            Duration patience,
            LongSupplier nanos) {
        this.end = end;
        this.waiting = waiting;
        this.listener = listener;
        this.patience = patience;
        this.nanos = nanos;
    }

    private static byte[] filling() {
        var bytes = new byte[CHUNK];
        Arrays.fill(bytes, (byte) 0xff);
        return bytes;
    }

    /** Hears of a descriptor that is new. */
    interface Opened {
        void hear(int writeEnd) throws SystemCallException;
    }

    /** Says who hears that it was opened again. */
    void onOpened(Opened hears) {
        opened = hears;
    }

    /** Whoever reads comes to the end, as if this process had ended; but not before messages. */
    void showEnd() throws IOException {
        if (end.isOpen() && !hasMore()) {
            end.close();
            endShownAt = nanos.getAsLong();
        }
    }

    private void reopen() throws IOException {
        if (!waiting.isEmpty() || nanos.getAsLong() - endShownAt > END_SHOWN.toNanos()) {
            end.reopen();
            opened.hear(end.fd());
            writable = true;
        }
    }

    /** There is room for what is to be read. */
    void mayWrite() {
        writable = true;
    }

    /** Those who read have gone: what they left unread is not for the next. */
    void readersLeft() throws IOException {
        if (end.isOpen()) { // else it was closed since
            writable = true;
            abandon();
        }
    }

    /** Says whether there is something to do at once. */
    boolean isBusy() {
        if (!end.isOpen()) {
            return !waiting.isEmpty();
        }
        return writable && !unread && pace == 0 && hasMore();
    }

    private boolean hasMore() {
        return missing > 0 || !waiting.isEmpty();
    }

    /** Returns after how many milliseconds to try again what waits for a reader; -1 for never. */
    int retryMillis() {
        if (!waiting.isEmpty() && (pace > 0 || unread)) {
            return pace > 0 ? pace : RETRY;
        }
        return deserted || barred || !end.isOpen() ? LOOK : -1;
    }

    /** Does a bounded part of what there is to do, so that others have their turn. */
    void work() throws IOException {
        if (!end.isOpen()) {
            reopen();
        }
        if (!end.isOpen()) {
            return;
        }
        if (writable || unread) {
            write();
        }
        if (deserted) {
            lookForReader();
        }
        if (barred && missing == 0) {
            lookForEnd();
        }
        watchLoan();
    }

    private void watchLoan() {
        boolean now = waiting.isLent();
        if (now && !lent) {
            lentAt = nanos.getAsLong();
            progressAt = lentAt;
        }
        lent = now;
    }

    /** Gives up a long message that is not read, so that others have room for theirs. */
    void giveUpStalled() {
        long now = nanos.getAsLong();
        if (!lent || (now - progressAt <= STALL.toNanos() && now - lentAt <= LONGEST.toNanos())) {
            return;
        }
        var given = waiting.giveUp(); // also what may follow: it could make no sense without that
        missing = written > 0 ? given.getFirst().length - written : 0;
        written = 0;
        lent = false;
        barred = true;
        given.forEach(listener::gaveUp);
    }

    /** Who does not read what it was told gets nothing that others have to wait for. */
    private void lookForEnd() throws SystemCallException {
        if (!end.hasUnread()) {
            barred = false;
            waiting.admit();
        }
    }

    private void lookForReader() throws SystemCallException {
        if (end.hasReader()) {
            deserted = false;
            listener.readerCame();
        }
    }

    private void write() throws IOException {
        while (hasMore()) {
            if (missing == 0 && written == 0 && isUnread()) {
                return;
            }
            try {
                writeSome();
                unread = false;
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

    private void writeSome() throws SystemCallException {
        if (missing > 0) {
            missing -= end.write(FILLING, 0, Math.min(missing, CHUNK));
            return;
        }
        var message = waiting.first();
        written += end.write(message, written, Math.min(message.length - written, CHUNK));
        progressAt = nanos.getAsLong();
        if (written == message.length) {
            removeFirst();
        }
    }

    /**
     * One message at a time is in the FIFO: the published clients read it through a buffer, and
     * would not notice before the next message what is left in that. The kernel does not tell when
     * it is empty.
     */
    private boolean isUnread() throws SystemCallException {
        boolean some = end.hasUnread();
        pace = !some ? 0 : pace == 0 ? 1 : Math.min(2 * pace, LONGEST_PACE);
        return some;
    }

    private void nobodyReads() throws IOException {
        abandon();
        long now = nanos.getAsLong();
        if (waiting.isEmpty()) {
            unread = false; // the next message has all the time
        } else if (!unread) {
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
        boolean left = end.hasUnread();
        if (left) {
            end.drain();
        }
        boolean half = written > 0;
        if (half) {
            removeFirst();
        }
        boolean told = missing > 0;
        missing = 0;
        tellDropped(!told && (left || half) ? 1 : 0);
    }

    private void tellDropped(int messages) {
        if (messages > 0) {
            deserted = true;
            listener.dropped(messages);
        }
    }

    private void removeFirst() {
        waiting.removeFirst();
        written = 0;
        lent = false;
    }
}
