package io.muster.cli.arguments;

import java.util.Optional;

/**
 * An option of a command.
 *
 * @param shortName such as {@code -s}; empty if there is none
 * @param name such as {@code --server-url}; empty if there is only a short one
 * @param value what the value is called in the help, such as {@code URL}; empty for a flag
 * @param repeatable whether it may be given more than once
 * @param required whether it must be given
 * @param help a sentence or two
 */
public record Option(
        String shortName,
        String name,
        String value,
        boolean repeatable,
        boolean required,
        String help) {
    /** A switch that is off unless given. */
    public static Option flag(String shortName, String name, String help) {
        return new Option(shortName, name, "", false, false, help);
    }

    /** An option with a value. */
    public static Option value(String shortName, String name, String value, String help) {
        return new Option(shortName, name, value, false, false, help);
    }

    /** The same, and it must be given. */
    public Option mandatory() {
        return new Option(shortName, name, value, repeatable, true, help);
    }

    /** The same, and it may be given more than once. */
    public Option many() {
        return new Option(shortName, name, value, true, required, help);
    }

    boolean isFlag() {
        return value.isEmpty();
    }

    boolean is(String spelling) {
        return !spelling.isEmpty() && (spelling.equals(shortName) || spelling.equals(name));
    }

    /** Returns the name that messages use: the long one, if there is one. */
    public String spelling() {
        return name.isEmpty() ? shortName : name;
    }

    /** Returns the key of a configuration file; empty if it has no long name. */
    public Optional<String> key() {
        return name.isEmpty() ? Optional.empty() : Optional.of(name.substring(2).replace('-', '_'));
    }
}
