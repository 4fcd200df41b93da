package io.muster.api.bus;

/**
 * The broker did not do what was asked, or did not say so in time. Names the topic and a remedy.
 */
public final class BusException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean retryable;

    /**
     * Makes one.
     *
     * @param retryable whether asking again may help
     */
    public BusException(String message, boolean retryable) {
        super(message);
        this.retryable = retryable;
    }

    /** Makes one with the failure below it. */
    public BusException(String message, boolean retryable, Throwable cause) {
        super(message, cause);
        this.retryable = retryable;
    }

    /**
     * Says whether asking again may help: not for a topic that is not permitted or a message over
     * the limit.
     */
    public boolean retryable() {
        return retryable;
    }
}
