package io.muster.api.program;

/**
 * A program cannot do its work. The message is all that the user sees: where, what, and what to do.
 * Exit code 1, or 2 if its command line or its environment makes no sense.
 */
public final class ProgramFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean misuse;

    /** Makes one. */
    public ProgramFailure(String message) {
        super(message);
        misuse = false;
    }

    /** Makes one with the failure below it. */
    public ProgramFailure(String message, Throwable cause) {
        super(message, cause);
        misuse = false;
    }

    private ProgramFailure(String message, boolean misuse) {
        super(message);
        this.misuse = misuse;
    }

    /** A mistake on the command line or in the environment, which the usage may help against. */
    public static ProgramFailure misuse(String message) {
        return new ProgramFailure(message, true);
    }

    /** Returns what the program ends with. */
    public int exitCode() {
        return misuse ? Program.MISUSED : Program.FAILED;
    }

    boolean isMisuse() {
        return misuse;
    }
}
