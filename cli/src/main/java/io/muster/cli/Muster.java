package io.muster.cli;

import io.muster.api.program.Program;
import io.muster.api.program.ProgramFailure;
import io.muster.cli.command.Calls;
import io.muster.cli.command.Surroundings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs one command line, and turns what came of it into an exit code. */
final class Muster {
    private final Surroundings surroundings;

    Muster(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Returns the exit code. */
    int run(List<String> words) {
        var terminal = surroundings.terminal();
        try {
            int code = Calls.perform(words, surroundings);
            return terminal.hasArrived() ? code : Program.FAILED;
        } catch (ParameterException e) {
            complain(e);
            return Program.MISUSED;
        } catch (ProgramFailure e) {
            terminal.error(String.valueOf(e.getMessage()));
            if (e.exitCode() == Program.MISUSED) {
                terminal.complain("Try 'muster --help'.");
            }
            return e.exitCode();
        } catch (InterruptedException e) {
            terminal.error("interrupted");
            return Program.FAILED;
        } catch (RuntimeException e) {
            terminal.error(stackTrace(e)); // a bug: whoever reports it needs this
            return Program.FAILED;
        }
    }

    private void complain(ParameterException misuse) {
        var terminal = surroundings.terminal();
        terminal.error(String.valueOf(misuse.getMessage()));
        var command = misuse.getCommandLine().getCommandSpec();
        if (misuse instanceof UnmatchedArgumentException unmatched) {
            var word = unmatched.getUnmatched().getFirst();
            if (command.parent() != null && command.root().findOption(word) != null) {
                terminal.complain(
                        "It is an option of %s: write it before the command."
                                .formatted(command.root().name()));
            } else {
                var advice = new StringWriter();
                unmatched.printSuggestions(new PrintWriter(advice));
                if (!advice.toString().isEmpty()) {
                    terminal.complain(advice.toString().stripTrailing());
                }
            }
        }
        terminal.complain("Try '%s --help'.".formatted(command.qualifiedName()));
    }

    static String stackTrace(Throwable e) {
        var text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString().stripTrailing();
    }
}
