package io.muster.cli.command;

import io.muster.api.program.ProgramFailure;
import io.muster.cli.arguments.Line;
import io.muster.cli.arguments.Misuse;

/** Calls commands. */
public final class Calls {
    private Calls() {}

    /**
     * Does what a command line that was read says.
     *
     * @throws ProgramFailure if it does not work
     * @throws Misuse if an argument, a variable or a key makes no sense
     */
    public static void perform(Line<Action> line, Surroundings surroundings)
            throws ProgramFailure, Misuse, InterruptedException {
        var action =
                line.command()
                        .action()
                        .orElseThrow(() -> new IllegalStateException(line.words() + " is a group"));
        var settings = Settings.of(line, surroundings.environment());
        surroundings.terminal().choose(settings.verbose(), settings.quiet());
        action.run(new Call(line, settings, surroundings));
    }
}
