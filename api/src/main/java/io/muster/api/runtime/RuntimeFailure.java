package io.muster.api.runtime;

/**
 * A runtime did not do what was asked. The message is for people: it is shown as additional info of
 * the workload.
 */
public final class RuntimeFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean retryable;

    /**
     * Makes one.
     *
     * @param retryable whether asking again may help
     */
    public RuntimeFailure(String message, boolean retryable) {
        super(message);
        this.retryable = retryable;
    }

    /** Makes one with the failure below it. */
    public RuntimeFailure(String message, boolean retryable, Throwable cause) {
        super(message, cause);
        this.retryable = retryable;
    }

    /** Says whether asking again may help; if not, the workload must be described differently. */
    public boolean retryable() {
        return retryable;
    }
}
