package io.muster.agent.kernel;

import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.function.LongSupplier;

/**
 * Lent for single messages that are longer than the room of their pair. Who finds none stands in
 * line, and nobody is served before those who stand before it: whoever wants much gets it, and only
 * those are called for whom there is room. Any thread.
 */
final class LongRoom {
    /** How long room is kept for somebody who was called; who does not come wants it no more. */
    private static final long KEPT = 5_000_000_000L;

    private final long most;
    private final LongSupplier nanos;
    private final SequencedSet<Borrower> line = new LinkedHashSet<>();
    private long lent;

    LongRoom(long most, LongSupplier nanos) {
        this.most = most;
        this.nanos = nanos;
    }

    /** Makes somebody who can have room for one message at a time. */
    Borrower borrower() {
        return new Borrower();
    }

    /** Calls those whose turn it is. */
    synchronized void call() {
        long now = nanos.getAsLong();
        line.removeIf(each -> each.called && now - each.calledAt > KEPT);
        long ahead = 0;
        for (var each : line) {
            if (!hasRoomFor(each.wanted, ahead)) {
                return;
            }
            each.call(now);
            ahead += each.wanted;
        }
    }

    /** Says whether somebody stands in line. */
    synchronized boolean isWanted() {
        return !line.isEmpty();
    }

    /** Says whether somebody stands in line for whom there was no room when they were called. */
    synchronized boolean isScarce() {
        return !line.isEmpty() && !line.getLast().called;
    }

    /** The longest message has room as long as no other one has any. */
    private boolean hasRoomFor(long bytes, long ahead) {
        long taken = lent + ahead;
        return taken == 0 || taken + bytes <= most;
    }

    /** Somebody with one message at a time. */
    final class Borrower {
        private long wanted;
        private long its;
        private boolean called;
        private boolean told;
        private long calledAt;

        private Borrower() {}

        private void call(long now) {
            if (!called) {
                called = true;
                told = false;
                calledAt = now;
            }
        }

        /** Says whether it is lent; if not, it stands in line for it. */
        boolean lend(long bytes) {
            synchronized (LongRoom.this) {
                if (!hasRoomFor(bytes, ahead())) {
                    wanted = bytes;
                    called = false;
                    line.add(this); // who is in there keeps its place
                    return false;
                }
                line.remove(this);
                its = bytes;
                lent += bytes;
                return true;
            }
        }

        private long ahead() {
            long ahead = 0;
            for (var each : line) {
                if (each.equals(this)) {
                    break;
                }
                ahead += each.wanted;
            }
            return ahead;
        }

        /** Says, once, that it was called. */
        boolean takeCall() {
            synchronized (LongRoom.this) {
                boolean news = called && !told;
                told |= news;
                return news;
            }
        }

        boolean isLent() {
            synchronized (LongRoom.this) {
                return its > 0;
            }
        }

        void giveBack() {
            synchronized (LongRoom.this) {
                lent -= its;
                its = 0;
            }
        }

        /** It wants nothing any more. */
        void leave() {
            synchronized (LongRoom.this) {
                giveBack();
                line.remove(this);
            }
        }
    }
}
