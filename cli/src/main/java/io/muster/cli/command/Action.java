package io.muster.cli.command;

import io.muster.api.program.ProgramFailure;

/** What a command does. */
@FunctionalInterface
interface Action {
    /**
     * Does it.
     *
     * @throws ProgramFailure if it does not work
     * @throws picocli.CommandLine.ParameterException if an argument makes no sense
     */
    void run(Call call) throws ProgramFailure, InterruptedException;
}
