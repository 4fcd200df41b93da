package io.muster.agent.control;

/**
 * How much memory the control interfaces of an agent take for what is not dealt with yet: halves of
 * messages, requests that wait for the server, what subscriptions ask for, and answers that a
 * workload does not read.
 *
 * <p>Each interface has its share for certain, and more as long as all together do not need it. So
 * a workload that takes much refuses nothing to one that takes little. All calls from the serial.
 */
final class Room {
    /** What is divided into shares; as much again may be lent. */
    static final long OF_ALL = 16 << 20;

    /** The most of one interface, however few there are. */
    static final long OF_ONE = 4 << 20;

    private int shares;
    private long kept;

    /** Makes the part of an interface, which counts from {@link Share#open} on; any thread. */
    Share share() {
        return new Share();
    }

    /** The part of one interface. */
    final class Share {
        private long its;
        private boolean closed;

        private Share() {}

        void open() {
            shares++;
        }

        /** So much more is kept, whether there is room for it or not. */
        void add(long bytes) {
            if (!closed) {
                its += bytes;
                kept += bytes;
            }
        }

        void remove(long bytes) {
            add(-bytes);
        }

        /** Says whether so much more may be kept. */
        boolean hasRoomFor(long bytes) {
            long next = its + bytes;
            return next <= OF_ONE
                    && (next <= OF_ALL / Math.max(1, shares) || kept + bytes <= OF_ALL);
        }

        /** Nothing is kept here any more. */
        void close() {
            if (!closed) {
                remove(its);
                closed = true;
                shares--;
            }
        }
    }
}
