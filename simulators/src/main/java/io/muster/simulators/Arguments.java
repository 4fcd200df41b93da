package io.muster.simulators;

import io.muster.api.program.ProgramFailure;

/** Checks what was given on the command line. */
final class Arguments {
    private Arguments() {}

    /** Refuses a number that is too small or too large. */
    static void within(String option, int given, int least, int most) throws ProgramFailure {
        if (given < least || given > most) {
            throw ProgramFailure.misuse(
                    "%s: %d is not from %d to %d; give another number"
                            .formatted(option, given, least, most));
        }
    }
}
