package io.muster.cli;

import io.muster.api.program.Program;
import io.muster.api.program.ProgramFailure;
import io.muster.api.program.Version;
import io.muster.cli.arguments.Help;
import io.muster.cli.arguments.LineReader;
import io.muster.cli.arguments.Misuse;
import io.muster.cli.command.Calls;
import io.muster.cli.command.Commands;
import io.muster.cli.command.Surroundings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** Runs one command line: reads it, does it, and turns what came of it into an exit code. */
final class Muster {
    private final Surroundings surroundings;

    Muster(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Returns the exit code. */
    int run(List<String> words) {
        var terminal = surroundings.terminal();
        try {
            return perform(words);
        } catch (Misuse e) {
            terminal.error(String.valueOf(e.getMessage()));
            terminal.complain("Try '%s --help'.".formatted(e.command()));
            return Program.MISUSED;
        } catch (ProgramFailure e) {
            terminal.error(String.valueOf(e.getMessage()));
            return Program.FAILED;
        } catch (InterruptedException e) {
            terminal.error("interrupted");
            return Program.FAILED;
        } catch (RuntimeException e) {
            terminal.error(stackTrace(e)); // a bug: whoever reports it needs this
            return Program.FAILED;
        }
    }

    private int perform(List<String> words) throws Misuse, ProgramFailure, InterruptedException {
        var terminal = surroundings.terminal();
        var program = Commands.muster();
        var line = LineReader.read(program, words);
        if (line.has(Commands.VERSION)) {
            terminal.print(List.of(program.name() + " " + Version.current()));
            return Program.DONE;
        }
        return switch (line.asked()) {
            case HELP -> {
                terminal.print(Help.of(line.path()));
                yield Program.DONE;
            }
            case GUIDANCE -> {
                terminal.complain(Help.of(line.path()).stripTrailing());
                yield Program.MISUSED;
            }
            case ACTION -> {
                Calls.perform(line, surroundings);
                yield Program.DONE;
            }
        };
    }

    static String stackTrace(Throwable e) {
        var text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString().stripTrailing();
    }
}
