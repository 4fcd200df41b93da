package io.muster.cli.arguments;

import java.util.List;
import java.util.Optional;

/**
 * A command: either a group of others, or something to do.
 *
 * @param <A> what is to be done, as the program names it
 * @param aliases other names, which work as well
 * @param help what it does, in a sentence; more may follow after an empty line
 * @param options those that stand behind its name
 * @param operands what stands behind it besides options; empty if nothing may
 * @param commands those of the group; empty for something to do
 * @param action empty for a group
 */
public record Command<A>(
        String name,
        List<String> aliases,
        String help,
        List<Option> options,
        Optional<Operands> operands,
        List<Command<A>> commands,
        Optional<A> action) {
    /** The option that all commands have. */
    public static final Option HELP = Option.flag("-h", "--help", "Show this help.");

    /** Copies the lists. */
    public Command {
        aliases = List.copyOf(aliases);
        options = List.copyOf(options);
        commands = List.copyOf(commands);
        if (commands.isEmpty() == action.isEmpty()) {
            throw new IllegalArgumentException(name + " must be either a group or something to do");
        }
    }

    /** A group of commands. */
    public static <A> Command<A> group(
            String name, String help, List<Option> options, List<Command<A>> commands) {
        return new Command<>(
                name, List.of(), help, options, Optional.empty(), commands, Optional.empty());
    }

    /** Something to do. */
    public static <A> Command<A> of(String name, String help, A action, List<Option> options) {
        return new Command<>(
                name, List.of(), help, options, Optional.empty(), List.of(), Optional.of(action));
    }

    /** The same with another name that works as well. */
    public Command<A> alias(String alias) {
        return new Command<>(name, List.of(alias), help, options, operands, commands, action);
    }

    /** The same, with operands. */
    public Command<A> with(Operands wanted) {
        return new Command<>(name, aliases, help, options, Optional.of(wanted), commands, action);
    }

    boolean isCalled(String word) {
        return name.equals(word) || aliases.contains(word);
    }

    /** Returns the first sentence or paragraph of the help. */
    String summary() {
        int end = help.indexOf("\n\n");
        return end < 0 ? help : help.substring(0, end);
    }

    /**
     * What stands behind a command besides options.
     *
     * @param label such as {@code FILE}
     * @param least how many there must be
     * @param most how many there may be
     * @param help a sentence or two
     */
    public record Operands(String label, int least, int most, String help) {
        /** Any number of them. */
        public static Operands any(String label, String help) {
            return new Operands(label, 0, Integer.MAX_VALUE, help);
        }

        /** One of them, or more. */
        public static Operands some(String label, String help) {
            return new Operands(label, 1, Integer.MAX_VALUE, help);
        }

        /** Exactly one. */
        public static Operands one(String label, String help) {
            return new Operands(label, 1, 1, help);
        }

        String usage() {
            var many = most > 1 ? "..." : "";
            return least == 0 ? "[" + label + many + "]" : label + many;
        }
    }
}
