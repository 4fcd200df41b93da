package io.muster.agent.kernel;

import java.util.ArrayDeque;
import java.util.List;
import java.util.function.IntSupplier;

/** The messages that wait to be written to one FIFO: bounded in bytes. Any thread. */
final class Unwritten {
    /** What is charged for a message besides its bytes: small ones are to be bounded as well. */
    private static final int OVERHEAD = 64;

    private final IntSupplier room;
    private final LongRoom.Borrower loan; // for the first
    private final ArrayDeque<byte[]> messages = new ArrayDeque<>();
    private long bytes;
    private boolean crowded;
    private boolean relieved;
    private boolean barred;
    private boolean closed;

    /**
     * None yet.
     *
     * @param room in bytes; it may change
     * @param longRoom for a single message that is longer than that
     */
    Unwritten(IntSupplier room, LongRoom longRoom) {
        this.room = room;
        this.loan = longRoom.borrower();
    }

    /** Says whether there was room for it. */
    synchronized boolean offer(byte[] message) {
        if (closed) {
            return false;
        }
        long charge = charge(message);
        if (barred || (bytes + charge > room.getAsInt() && !borrow(charge))) {
            crowded = true;
            return false;
        }
        messages.add(message);
        bytes += charge;
        crowded |= bytes > room.getAsInt() / 2;
        return true;
    }

    /** A single message may be longer than the room, as long as there are not many such ones. */
    private boolean borrow(long charge) {
        return messages.isEmpty() && loan.lend(charge);
    }

    private static int charge(byte[] message) {
        return message.length + OVERHEAD;
    }

    /** Says whether it is better to wait with more. */
    synchronized boolean isCrowded() {
        return crowded;
    }

    synchronized boolean isEmpty() {
        return messages.isEmpty();
    }

    /** Says whether the first message takes room of all. */
    boolean isLent() {
        return loan.isLent();
    }

    /** Returns what is to be written next; an empty message if there is none. */
    synchronized byte[] first() {
        return messages.isEmpty() ? new byte[0] : messages.getFirst();
    }

    synchronized void removeFirst() {
        bytes -= charge(messages.removeFirst());
        loan.giveBack();
        noticeRoom();
    }

    /** Gives up all messages, in order; takes no more until {@link #admit}. */
    synchronized List<byte[]> giveUp() {
        barred = true;
        crowded = true;
        var given = List.copyOf(messages);
        clear();
        return given;
    }

    /** Takes messages again. */
    synchronized void admit() {
        barred = false;
        noticeRoom();
    }

    /** Drops all, and says how many. */
    synchronized int clear() {
        int dropped = messages.size();
        messages.clear();
        bytes = 0;
        loan.giveBack();
        noticeRoom();
        return dropped;
    }

    /** Nothing is taken any more. */
    synchronized void close() {
        closed = true;
        clear();
        loan.leave();
    }

    private void noticeRoom() {
        if (crowded && !barred && (bytes <= room.getAsInt() / 4 || messages.isEmpty())) {
            relieve();
        }
    }

    private void relieve() {
        crowded = false;
        relieved = true;
    }

    /** Says whether room has come since the last call, be it that others gave back theirs. */
    synchronized boolean takeRelief() {
        if (loan.takeCall() && !barred) {
            relieve();
        }
        boolean taken = relieved;
        relieved = false;
        return taken;
    }
}
