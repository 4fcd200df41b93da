package io.muster.cli.command;

import io.muster.api.program.Program;
import io.muster.api.program.ProgramFailure;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Calls commands. */
public final class Calls {
    private Calls() {}

    /**
     * Does what a command line says.
     *
     * @return the exit code
     * @throws ProgramFailure if it does not work
     * @throws ParameterException if a word, a variable or a key makes no sense
     */
    public static int perform(List<String> words, Surroundings surroundings)
            throws ProgramFailure, InterruptedException {
        var program = Commands.muster();
        var text = new StringWriter();
        program.setOut(new PrintWriter(text));
        var whole = program.parseArgs(words.toArray(String[]::new));
        if (CommandLine.executeHelpRequest(whole) != null) {
            surroundings.terminal().print(text.toString());
            return Program.DONE;
        }
        var arguments = whole;
        while (arguments.hasSubcommand()) {
            arguments = arguments.subcommand();
        }
        var command = arguments.commandSpec();
        return switch (command.userObject()) {
            case Action action -> {
                var settings = Settings.of(whole, surroundings.environment());
                surroundings.terminal().choose(settings.verbose(), settings.quiet());
                action.run(new Call(arguments, settings, surroundings));
                yield Program.DONE;
            }
            case Question question -> {
                var settings = Settings.of(whole, surroundings.environment());
                surroundings.terminal().choose(settings.verbose(), settings.quiet());
                yield question.ask(new Call(arguments, settings, surroundings));
            }
            case Guide guide -> {
                surroundings.terminal().print(guide.text(program, Call.operands(arguments)));
                yield Program.DONE;
            }
            case null, default -> { // a group, and none of its commands was named
                var usage = command.commandLine().getUsageMessage();
                surroundings.terminal().complain(usage.stripTrailing());
                yield Program.MISUSED;
            }
        };
    }
}
