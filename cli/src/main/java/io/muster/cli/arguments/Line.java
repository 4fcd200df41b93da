package io.muster.cli.arguments;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command line that was read.
 *
 * @param <A> what is to be done
 * @param path the commands from the program's own to the one that is meant
 * @param values what was given for options, in order; {@code true} or {@code false} for flags
 * @param operands what stood there besides options
 * @param asked what was asked for
 */
public record Line<A>(
        List<Command<A>> path,
        Map<Option, List<String>> values,
        List<String> operands,
        Asked asked) {
    /** Copies the collections. */
    public Line {
        path = List.copyOf(path);
        values = Map.copyOf(values);
        operands = List.copyOf(operands);
    }

    /** What a command line asks for. */
    public enum Asked {
        /** To do something: the last command of the path has an action. */
        ACTION,
        /** The help of the last command, because it was asked for. */
        HELP,
        /** The help of the last command, because it is a group and no command of it was named. */
        GUIDANCE
    }

    /** Returns the command that is meant. */
    public Command<A> command() {
        return path.getLast();
    }

    /** Returns its words, such as {@code muster get workloads}. */
    public String words() {
        return words(path);
    }

    static <A> String words(List<Command<A>> path) {
        var words = new StringBuilder();
        for (var command : path) {
            words.append(words.isEmpty() ? "" : " ").append(command.name());
        }
        return words.toString();
    }

    /** Returns the value of an option; empty if it was not given. */
    public Optional<String> value(Option option) {
        var given = values.get(option);
        return given == null ? Optional.empty() : Optional.of(given.getLast());
    }

    /** Returns all values of an option. */
    public List<String> all(Option option) {
        return values.getOrDefault(option, List.of());
    }

    /** Says whether a flag was given. */
    public boolean has(Option flag) {
        return value(flag).map(Boolean::parseBoolean).orElse(false);
    }

    /** Collects what a line says while it is read. */
    static final class Draft<A> {
        final List<Command<A>> path = new ArrayList<>();
        final Map<Option, List<String>> values = new LinkedHashMap<>();
        final List<String> operands = new ArrayList<>();

        Line<A> asking(Asked asked) {
            var copies = new LinkedHashMap<Option, List<String>>();
            values.forEach((option, given) -> copies.put(option, List.copyOf(given)));
            return new Line<>(path, copies, operands, asked);
        }
    }
}
