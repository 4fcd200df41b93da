package io.muster.sdk;

/** Something did not come about. The message says what, and what to do about it. */
public final class MusterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** What to do about it. */
    public enum Kind {
        /** There is no control interface here: correct the manifest or the folder. */
        NO_INTERFACE,
        /**
         * The request was refused and changed nothing: correct it, or the rules of the workload.
         */
        REFUSED,
        /**
         * The server or the agent has too much to do, or there is no server; nothing was changed:
         * ask again later.
         */
        BUSY,
        /**
         * The update was based on another revision; nothing was changed: look again, then ask
         * again.
         */
        STALE,
        /** No answer in time. Whether an update that was sent is stored is not known. */
        DEADLINE,
        /** The agent ended, or news came faster than they were taken: ask again. */
        LOST,
        /** The connection was closed, by this program or for good by the agent. */
        CLOSED,
        /** The waiting thread was interrupted, and still is. */
        INTERRUPTED
    }

    MusterException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** The same once more, for the thread that hears of it. */
    MusterException(MusterException cause) {
        super(cause.getMessage(), cause);
        this.kind = cause.kind;
    }

    MusterException(InterruptedException cause) {
        super(
                "interrupted while waiting for the control interface; the thread is asked to end",
                cause);
        this.kind = Kind.INTERRUPTED;
    }

    /** What to do about it. */
    public Kind kind() {
        return kind;
    }
}
