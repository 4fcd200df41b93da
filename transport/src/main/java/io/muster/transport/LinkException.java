package io.muster.transport;

/** What was asked over a link did not happen, or nobody knows whether it did. */
public final class LinkException extends Exception {
    private static final long serialVersionUID = 1;

    private final Kind kind;

    /** Makes one; the message is for people. */
    public LinkException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** Makes one with the failure below it. */
    public LinkException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** Returns what kind of failure it is. */
    public Kind kind() {
        return kind;
    }

    /** The kinds of failures that callers treat differently. */
    public enum Kind {
        /** There was no connection to the broker; nothing was sent. */
        NOT_CONNECTED,
        /** The broker, or its limits, refused; asking again does not help. */
        REFUSED,
        /** The broker is there, a server is not; nothing was sent. */
        NO_SERVER,
        /** It was sent and not answered in time: it may have been carried out. */
        OUTCOME_UNKNOWN,
        /** Too much was asked at once; nothing was sent. */
        BUSY,
        /** The link was closed meanwhile. */
        CLOSED
    }
}
