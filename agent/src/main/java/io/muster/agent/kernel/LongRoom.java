package io.muster.agent.kernel;

/** Lent for single messages that are longer than the room of their pair. Any thread. */
final class LongRoom {
    private final long most;
    private long lent;

    LongRoom(long most) {
        this.most = most;
    }

    /** Says whether it is lent; the longest message is, as long as no other one has any. */
    synchronized boolean lend(long bytes) {
        if (!hasRoomFor(bytes)) {
            return false;
        }
        lent += bytes;
        return true;
    }

    synchronized void giveBack(long bytes) {
        lent -= bytes;
    }

    synchronized boolean hasRoomFor(long bytes) {
        return lent == 0 || lent + bytes <= most;
    }
}
