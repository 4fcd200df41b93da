package io.muster.cli.command;

import io.muster.api.program.ProgramFailure;
import io.muster.cli.arguments.Misuse;

/** What a command does. */
@FunctionalInterface
public interface Action {
    /**
     * Does it.
     *
     * @throws ProgramFailure if it does not work
     * @throws Misuse if an argument makes no sense
     */
    void run(Call call) throws ProgramFailure, Misuse, InterruptedException;
}
