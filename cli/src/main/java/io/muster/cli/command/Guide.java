package io.muster.cli.command;

import java.util.List;
import picocli.CommandLine;

/** What a command prints that needs neither a cluster nor settings. */
@FunctionalInterface
interface Guide {
    /**
     * Returns it.
     *
     * @param program the program's own command
     * @throws CommandLine.ParameterException if an operand makes no sense
     */
    String text(CommandLine program, List<String> operands);
}
