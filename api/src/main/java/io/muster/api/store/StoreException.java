package io.muster.api.store;

/** The store could not be read or written. The message says what to do. */
public final class StoreException extends Exception {
    private static final long serialVersionUID = 1;

    /** Makes one. */
    public StoreException(String message) {
        super(message);
    }

    /** Makes one with the failure below it. */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
