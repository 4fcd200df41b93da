package io.muster.api.program;

import java.util.List;
import java.util.stream.Collectors;

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

    /** All of these at once, a line each; misuse if one of them is. */
    public static ProgramFailure all(List<ProgramFailure> failures) {
        return new ProgramFailure(
                failures.stream()
                        .map(ProgramFailure::getMessage)
                        .distinct()
                        .collect(Collectors.joining("\n")),
                failures.stream().anyMatch(ProgramFailure::isMisuse));
    }

    /** Returns what the program ends with. */
    public int exitCode() {
        return misuse ? Program.MISUSED : Program.FAILED;
    }

    boolean isMisuse() {
        return misuse;
    }
}
