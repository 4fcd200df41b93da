package io.muster.api.store;

import org.jspecify.annotations.Nullable;

/** The store could not be read or written. The message says what to do. */
public final class StoreException extends Exception {
    private static final long serialVersionUID = 1;

    private final Kind kind;

    /** What can be done about it. */
    private enum Kind {
        REFUSED,
        FULL,
        UNKNOWN,
        FOREIGN
    }

    /** Makes one. */
    public StoreException(String message) {
        super(message);
        this.kind = Kind.REFUSED;
    }

    /** Makes one with the failure below it. */
    public StoreException(String message, Throwable cause) {
        this(message, cause, Kind.REFUSED);
    }

    private StoreException(String message, @Nullable Throwable cause, Kind kind) {
        super(message, cause);
        this.kind = kind;
    }

    /** Makes one that says that the disk is full. */
    public static StoreException full(String message, Throwable cause) {
        return new StoreException(message, cause, Kind.FULL);
    }

    /** Makes one that says that what was to be written may be there or not. */
    public static StoreException unknown(String message, Throwable cause) {
        return new StoreException(message, cause, Kind.UNKNOWN);
    }

    /** Makes one that says that somebody else has changed what is stored. */
    public static StoreException foreign(String message) {
        return new StoreException(message, null, Kind.FOREIGN);
    }

    /** Says whether the disk is full: the same can go well as soon as there is room. */
    public boolean isFull() {
        return kind == Kind.FULL;
    }

    /**
     * Says whether it is not known if the write happened, nor can be found out now. The very same
     * call, repeated before any other, does what is missing, if anything is.
     */
    public boolean isUnknown() {
        return kind == Kind.UNKNOWN;
    }

    /**
     * Says whether what is stored is not what was written here: who knows it has to read it anew.
     */
    public boolean isForeign() {
        return kind == Kind.FOREIGN;
    }
}
