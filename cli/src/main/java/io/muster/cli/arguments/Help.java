package io.muster.cli.arguments;

import java.util.ArrayList;
import java.util.List;

/** The help of a command as text. */
public final class Help {
    private static final int WIDTH = 80;
    private static final int INDENT = 2;
    private static final int MAX_LEFT = 30;

    private final StringBuilder text = new StringBuilder();

    private Help() {}

    /** Writes the help of the last command of the path. */
    public static <A> String of(List<Command<A>> path) {
        var help = new Help();
        help.write(path);
        return help.text.toString();
    }

    private <A> void write(List<Command<A>> path) {
        var command = path.getLast();
        text.append("Usage: ").append(usage(path)).append("\n\n");
        for (var paragraph : command.help().split("\n\n", -1)) {
            if (paragraph.startsWith(" ")) {
                text.append(paragraph).append("\n\n");
            } else {
                paragraph(paragraph, 0);
                text.append('\n');
            }
        }
        if (!command.commands().isEmpty()) {
            var entries = new ArrayList<Entry>();
            for (var each : command.commands()) {
                entries.add(new Entry(names(each), each.summary()));
            }
            section("Commands:", entries);
        }
        command.operands()
                .ifPresent(operands ->
                        section(
                                "Operands:",
                                List.of(new Entry(operands.label(), operands.help()))));
        var options = new ArrayList<Entry>();
        for (var option : command.options()) {
            options.add(new Entry(label(option), option.help()));
        }
        options.add(new Entry(label(Command.HELP), Command.HELP.help()));
        section(path.size() == 1 ? "Options, before the command:" : "Options:", options);
        text.setLength(text.length() - 1);
    }

    private static <A> String usage(List<Command<A>> path) {
        var command = path.getLast();
        var usage = new StringBuilder(Line.words(path));
        for (var option : command.options()) {
            if (option.required()) {
                usage.append(' ').append(option.spelling()).append(' ').append(option.value());
            }
        }
        usage.append(" [OPTIONS]");
        if (!command.commands().isEmpty()) {
            usage.append(" COMMAND");
        }
        command.operands().ifPresent(operands -> usage.append(' ').append(operands.usage()));
        return usage.toString();
    }

    private static <A> String names(Command<A> command) {
        return command.aliases().isEmpty()
                ? command.name()
                : command.name() + ", " + String.join(", ", command.aliases());
    }

    private static String label(Option option) {
        var names =
                option.shortName().isEmpty()
                        ? "    " + option.name()
                        : option.name().isEmpty()
                                ? option.shortName()
                                : option.shortName() + ", " + option.name();
        return option.isFlag() ? names : names + " " + option.value();
    }

    private void section(String title, List<Entry> entries) {
        int left = 0;
        for (var entry : entries) {
            left = Math.max(left, Math.min(MAX_LEFT, entry.name().length()));
        }
        text.append(title).append('\n');
        for (var entry : entries) {
            text.append(" ".repeat(INDENT)).append(entry.name());
            int column = INDENT + left + 2;
            if (entry.name().length() > left) {
                text.append('\n').append(" ".repeat(column));
            } else {
                text.append(" ".repeat(left + 2 - entry.name().length()));
            }
            paragraph(entry.help(), column);
        }
        text.append('\n');
    }

    /** Writes words, broken into lines; the first begins at {@code column} already. */
    private void paragraph(String words, int column) {
        int at = column;
        for (var word : words.split("\\s+", -1)) {
            if (at > column && at + 1 + word.length() > WIDTH) {
                text.append('\n').append(" ".repeat(column));
                at = column;
            }
            if (at > column) {
                text.append(' ');
                at++;
            }
            text.append(word);
            at += word.length();
        }
        text.append('\n');
    }

    private record Entry(String name, String help) {}
}
