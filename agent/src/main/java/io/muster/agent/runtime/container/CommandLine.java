package io.muster.agent.runtime.container;

import io.muster.agent.runtime.ProgramLogs;
import io.muster.api.request.LogSelection;
import io.muster.api.runtime.LogReader;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.shell.Processes;
import io.muster.api.shell.Processes.Command;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** Calls a program that keeps containers, and puts its complaints in few words. Any thread. */
final class CommandLine {
    static final String PODMAN = "podman";
    static final String NERDCTL = "nerdctl";

    private static final List<String> NOISE =
            List.of(
                    "trying to pull",
                    "getting image source",
                    "copying ",
                    "writing manifest",
                    "storing signatures",
                    "resolved \"",
                    "see 'podman",
                    "see 'nerdctl");

    /** Options whose next word is a secret; of variables only the value is. */
    private static final List<String> SECRET = List.of("--creds", "--decryption-key");

    private static final List<String> VARIABLE = List.of("-e", "--env");

    private final String program;
    private final Processes processes;
    private final SortedMap<String, String> environment;

    /**
     * Makes it.
     *
     * @param environment added to that of the agent
     */
    CommandLine(String program, Processes processes, SortedMap<String, String> environment) {
        this.program = program;
        this.processes = processes;
        this.environment = environment;
    }

    /** Returns what is called. */
    String program() {
        return program;
    }

    /**
     * Runs a sub-command and returns what it prints.
     *
     * @throws RuntimeFailure retryable, with what the program says and the command line
     */
    String call(List<String> generalOptions, Duration timeout, List<String> words)
            throws RuntimeFailure {
        return call(generalOptions, timeout, words, "");
    }

    /** The same with text for its standard input. */
    String call(List<String> generalOptions, Duration timeout, List<String> words, String input)
            throws RuntimeFailure {
        var all = all(generalOptions, words);
        var finished = run(all, timeout, input);
        if (finished.exitCode() != 0) {
            throw failure(all, finished);
        }
        return finished.output();
    }

    /** How a program says no. */
    interface Denial {
        boolean is(Processes.Finished finished);
    }

    /** Runs a sub-command that answers a question by its exit code: 0 is yes. */
    boolean affirms(
            List<String> generalOptions, Duration timeout, List<String> words, Denial denial)
            throws RuntimeFailure {
        var all = all(generalOptions, words);
        var finished = run(all, timeout, "");
        if (finished.exitCode() != 0 && !denial.is(finished)) {
            throw failure(all, finished);
        }
        return finished.exitCode() == 0;
    }

    private List<String> all(List<String> generalOptions, List<String> words) {
        var all = new ArrayList<String>();
        all.add(program);
        all.addAll(generalOptions);
        all.addAll(words);
        return all;
    }

    private RuntimeFailure failure(List<String> all, Processes.Finished finished) {
        return new RuntimeFailure(
                "%s. Execution of '%s'"
                        .formatted(
                                complaint(program, finished.errors(), finished.exitCode()),
                                quoted(all)),
                true);
    }

    private Processes.Finished run(List<String> all, Duration timeout, String input)
            throws RuntimeFailure {
        try {
            return processes.run(new Command(all, environment, input, timeout));
        } catch (Processes.KilledException e) {
            throw new RuntimeFailure(
                    "%s. Execution of '%s'".formatted(e.why(), quoted(all)), true, e);
        } catch (IOException e) {
            throw new RuntimeFailure(
                    "Error: '%s'. Could not spawn command '%s'. Is %s installed, and on the PATH of the agent?"
                            .formatted(e.getMessage(), quoted(all), program),
                    true,
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeFailure("interrupted: '%s'".formatted(quoted(all)), true, e);
        }
    }

    /**
     * Opens what the program tells of output.
     *
     * @param command before {@code logs}
     * @param whose the container or pod, after options if there are any
     */
    LogReader logs(
            List<String> generalOptions,
            List<String> command,
            List<String> whose,
            LogSelection selection,
            ProgramLogs.Presence presence)
            throws RuntimeFailure {
        var words = new ArrayList<String>();
        words.add(program);
        words.addAll(generalOptions);
        if (program.equals(PODMAN)) { // its own complaints must not look like the container's
            words.add("--log-level=fatal");
        }
        words.addAll(command);
        return ProgramLogs.open(processes, words, environment, whose, selection, presence);
    }

    /** Returns what is to the point in a program's errors, on one line. */
    static String complaint(String program, String errors, int exitCode) {
        var lines = errors.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        var point =
                lines.stream()
                        .filter(line -> !isNoise(line))
                        .map(CommandLine::withoutPrefix)
                        .distinct()
                        .collect(Collectors.joining("; "));
        if (!point.isEmpty()) {
            return stripDot(point);
        }
        return lines.isEmpty()
                ? program + " ended with exit code " + exitCode
                : stripDot(String.join("; ", lines));
    }

    private static boolean isNoise(String line) {
        var lower = line.toLowerCase(Locale.ROOT);
        return NOISE.stream().anyMatch(lower::startsWith)
                || (lower.startsWith("time=")
                        && !lower.contains("level=error")
                        && !lower.contains("level=fatal"));
    }

    /** Takes the text out of {@code Error: text} and {@code time=... level=error msg="text"}. */
    private static String withoutPrefix(String line) {
        int message = line.startsWith("time=") ? line.indexOf(" msg=") : -1;
        if (message >= 0) {
            var text = line.substring(message + " msg=".length());
            return text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")
                    ? text.substring(1, text.length() - 1).replace("\\\"", "\"")
                    : text;
        }
        return line.startsWith("Error: ") ? line.substring("Error: ".length()) : line;
    }

    private static String stripDot(String text) {
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    /** Quotes a command line for people; values of variables and credentials are secrets. */
    static String quoted(List<String> words) {
        var text = new StringBuilder(words.getFirst());
        var before = "";
        for (var word : words.subList(1, words.size())) {
            var shown = word;
            if (VARIABLE.contains(before)) {
                shown = withoutValue(word, 0);
            } else if (SECRET.contains(before)) {
                shown = "***";
            } else if (VARIABLE.stream().anyMatch(option -> word.startsWith(option + "="))) {
                shown = withoutValue(word, word.indexOf('=') + 1);
            } else if (word.startsWith("-e") && word.indexOf('=') > 0) { // -eNAME=value
                shown = withoutValue(word, 0);
            } else if (SECRET.stream().anyMatch(option -> word.startsWith(option + "="))) {
                shown = withoutValue(word, 0);
            }
            text.append(" \"").append(shown).append('"');
            before = word;
        }
        return text.toString();
    }

    private static String withoutValue(String word, int from) {
        int equals = word.indexOf('=', from);
        return equals < 0 ? word : word.substring(0, equals + 1) + "***";
    }
}
