package io.muster.api.store;

/** The store could not be read or written. The message says what to do. */
public final class StoreException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean full;

    /** Makes one. */
    public StoreException(String message) {
        super(message);
        this.full = false;
    }

    /** Makes one with the failure below it. */
    public StoreException(String message, Throwable cause) {
        this(message, cause, false);
    }

    private StoreException(String message, Throwable cause, boolean full) {
        super(message, cause);
        this.full = full;
    }

    /** Makes one that says that the disk is full. */
    public static StoreException full(String message, Throwable cause) {
        return new StoreException(message, cause, true);
    }

    /** Says whether the disk is full: the same can go well as soon as there is room. */
    public boolean isFull() {
        return full;
    }
}
