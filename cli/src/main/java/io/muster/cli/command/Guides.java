package io.muster.cli.command;

import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The commands about the command line itself. */
final class Guides {
    private static final List<String> SHELLS = List.of("bash", "zsh");

    private Guides() {}

    static CommandSpec completion() {
        return Specs.guide(
                "completion",
                """
                Print a script that lets a shell complete commands and options.

                Add this line to ~/.bashrc or ~/.zshrc:

                  source <(muster completion bash)\
                """,
                Guides::completion,
                Specs.oneOf(SHELLS, "SHELL", "bash or zsh"));
    }

    /** One script for both shells: in zsh it turns on what understands completions for bash. */
    private static String completion(CommandLine program, List<String> operands) {
        var shell = operands.getFirst();
        if (!SHELLS.contains(shell)) {
            throw new ParameterException(
                    program.getSubcommands().get("completion"),
                    "there is no completion for \"%s\"; write bash or zsh".formatted(shell));
        }
        return AutoComplete.bash(program.getCommandName(), program);
    }

    static CommandSpec help() {
        return Specs.guide(
                "help",
                "Show the help of a command.",
                Guides::help,
                Specs.any("COMMAND", "The command, such as get workloads."));
    }

    private static String help(CommandLine program, List<String> words) {
        var command = program;
        for (var word : words) {
            var next = command.getSubcommands().get(word);
            if (next == null) {
                throw new UnmatchedArgumentException(command, List.of(word));
            }
            command = next;
        }
        return command.getUsageMessage();
    }
}
