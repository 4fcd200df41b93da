package io.muster.cli.command;

import io.muster.api.program.ProgramFailure;

/** What a command asks, if its exit code is part of the answer. */
@FunctionalInterface
interface Question {
    /** The exit code for "there is a difference", where that was asked for. */
    int DIFFERENT = 3;

    /**
     * Asks.
     *
     * @return the exit code
     * @throws ProgramFailure if it does not work
     * @throws picocli.CommandLine.ParameterException if an argument makes no sense
     */
    int ask(Call call) throws ProgramFailure, InterruptedException;
}
