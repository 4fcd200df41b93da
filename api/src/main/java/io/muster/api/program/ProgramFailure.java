package io.muster.api.program;

/**
 * A program cannot do its work. The message is all that the user sees: where, what, and what to do.
 * Exit code 1.
 */
public final class ProgramFailure extends Exception {
    private static final long serialVersionUID = 1;

    /** Makes one. */
    public ProgramFailure(String message) {
        super(message);
    }

    /** Makes one with the failure below it. */
    public ProgramFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
