package io.muster.cli.arguments;

import io.muster.api.outcome.Nearest;
import io.muster.cli.arguments.Line.Asked;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Reads a command line as POSIX and GNU have it: {@code --name value}, {@code --name=value}, {@code
 * -n value}, {@code -nvalue}, flags together as in {@code -kq}, and {@code --} before operands that
 * look like options. {@code help} before commands asks for theirs. Options of a command stand
 * anywhere behind its name, but before the name of the next.
 */
public final class LineReader<A> {
    private final Line.Draft<A> draft = new Line.Draft<>();
    private final Iterator<String> words;
    private boolean helpWanted;

    private LineReader(Command<A> program, List<String> words) {
        this.words = words.iterator();
        draft.path.add(program);
    }

    /**
     * Reads a line.
     *
     * @throws Misuse if it makes no sense
     */
    public static <A> Line<A> read(Command<A> program, List<String> words) throws Misuse {
        return new LineReader<>(program, words).line();
    }

    private Line<A> line() throws Misuse {
        boolean optionsMayFollow = true;
        while (words.hasNext()) {
            var word = words.next();
            if (!optionsMayFollow || word.equals("-") || !word.startsWith("-")) {
                plain(word);
            } else if (word.equals("--")) {
                optionsMayFollow = false;
            } else if (word.startsWith("--")) {
                longOption(word);
            } else {
                shortOptions(word);
            }
            if (draft.values.containsKey(Command.HELP)) {
                return draft.asking(Asked.HELP);
            }
        }
        if (helpWanted) {
            return draft.asking(Asked.HELP);
        }
        if (command().action().isEmpty()) {
            return draft.asking(Asked.GUIDANCE);
        }
        checkComplete();
        return draft.asking(Asked.ACTION);
    }

    private Command<A> command() {
        return draft.path.getLast();
    }

    private void plain(String word) throws Misuse {
        if (command().action().isPresent()) {
            draft.operands.add(word);
            return;
        }
        for (var each : command().commands()) {
            if (each.isCalled(word)) {
                draft.path.add(each);
                return;
            }
        }
        if (word.equals("help")) {
            helpWanted = true; // of what follows
            return;
        }
        var known = new ArrayList<String>();
        command().commands().forEach(each -> known.add(each.name()));
        throw misuse(
                "\"%s\" is no command of %s; %s"
                        .formatted(
                                word,
                                words(),
                                Nearest.to(word, known)
                                        .map(near -> "did you mean \"" + near + "\"?")
                                        .orElse("there are: " + String.join(", ", known))));
    }

    private void longOption(String word) throws Misuse {
        int equals = word.indexOf('=');
        var name = equals < 0 ? word : word.substring(0, equals);
        var option = option(name);
        if (equals >= 0) {
            set(option, word.substring(equals + 1));
        } else {
            set(option, option.isFlag() ? "true" : next(option));
        }
    }

    private void shortOptions(String word) throws Misuse {
        for (int i = 1; i < word.length(); i++) {
            var option = option("-" + word.charAt(i));
            if (!option.isFlag()) {
                var rest = word.substring(i + 1);
                set(option, rest.isEmpty() ? next(option) : withoutEquals(rest));
                return;
            }
            set(option, "true");
        }
    }

    private static String withoutEquals(String rest) {
        return rest.startsWith("=") ? rest.substring(1) : rest;
    }

    private Option option(String name) throws Misuse {
        var found = find(command(), name);
        if (found.isPresent()) {
            return found.get();
        }
        for (var outer : draft.path) {
            if (find(outer, name).isPresent()) {
                throw misuse(
                        "%s is an option of %s; write it before \"%s\""
                                .formatted(name, outer.name(), following(outer)));
            }
        }
        var known = new ArrayList<String>();
        command().options().forEach(each -> known.add(each.name()));
        throw misuse(
                "%s is no option of %s%s"
                        .formatted(
                                name,
                                words(),
                                Nearest.to(name, known)
                                        .filter(near -> name.startsWith("--") && !near.isEmpty())
                                        .map(near -> "; did you mean " + near + "?")
                                        .orElse("")));
    }

    private String following(Command<A> outer) {
        return draft.path.get(draft.path.indexOf(outer) + 1).name();
    }

    private static <A> Optional<Option> find(Command<A> command, String name) {
        if (Command.HELP.is(name)) {
            return Optional.of(Command.HELP);
        }
        for (var each : command.options()) {
            if (each.is(name)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    private String next(Option option) throws Misuse {
        if (!words.hasNext()) {
            throw misuse(
                    "%s needs a value: %s %s"
                            .formatted(option.spelling(), option.spelling(), option.value()));
        }
        var word = words.next();
        if (find(command(), word).isPresent()) {
            throw misuse(
                    "%s needs a value, and %s is an option; if it is the value, write %s=%s"
                            .formatted(option.spelling(), word, option.spelling(), word));
        }
        return word;
    }

    private void set(Option option, String value) throws Misuse {
        if (option.isFlag() && !value.equals("true") && !value.equals("false")) {
            throw misuse(
                    "%s=%s: write %s, or %s=false"
                            .formatted(
                                    option.spelling(),
                                    value,
                                    option.spelling(),
                                    option.spelling()));
        }
        var given = draft.values.computeIfAbsent(option, _ -> new ArrayList<>());
        if (!given.isEmpty() && !option.repeatable() && !option.isFlag()) {
            throw misuse(
                    "%s is given twice, \"%s\" and \"%s\"; leave one out"
                            .formatted(option.spelling(), given.getLast(), value));
        }
        given.add(value);
    }

    private void checkComplete() throws Misuse {
        for (var option : command().options()) {
            if (option.required() && !draft.values.containsKey(option)) {
                throw misuse(
                        "%s needs %s %s".formatted(words(), option.spelling(), option.value()));
            }
        }
        int count = draft.operands.size();
        var wanted = command().operands();
        if (wanted.isEmpty() || count > wanted.get().most()) {
            int most = wanted.map(Command.Operands::most).orElse(0);
            if (count > most) {
                throw misuse(
                        "%s takes %s, and \"%s\" is too much"
                                .formatted(
                                        words(),
                                        wanted.map(each -> "one " + each.label())
                                                .orElse("nothing but options"),
                                        draft.operands.get(most)));
            }
        } else if (count < wanted.get().least()) {
            throw misuse("%s needs %s".formatted(words(), wanted.get().usage()));
        }
    }

    private String words() {
        return Line.words(draft.path);
    }

    private Misuse misuse(String message) {
        return new Misuse(words(), message);
    }
}
