package io.muster.server.hook;

import io.muster.api.name.Names;
import io.muster.api.outcome.Nearest;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.program.ConfigFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Reads the hooks from the tables {@code [[mutating_hooks]]} of the configuration file. */
public final class HookTables {
    /** The name of the tables. */
    public static final String KEY = "mutating_hooks";

    /** How many hooks there may be. */
    public static final int MAX_HOOKS = 16;

    private static final Path DEFAULT_FOLDER = Path.of("/usr/libexec/muster/hooks");
    private static final List<String> KEYS = List.of("name", "prio", "path", "timeout_seconds");
    private static final int MAX_PRIORITY = 255;
    private static final int DEFAULT_SECONDS = 2;
    private static final int MAX_SECONDS = 60;

    private final List<Problem> problems = new ArrayList<>();
    private final List<Hook> hooks = new ArrayList<>();
    private final HashSet<String> names = new HashSet<>();

    private final ConfigFile file;

    private HookTables(ConfigFile file) {
        this.file = file;
    }

    /** Reads; returns all that is wrong with them. */
    public static Outcome<List<Hook>> read(ConfigFile file) {
        var reading = new HookTables(file);
        var tables = file.tables(KEY);
        if (file.isNoArrayOfTables(KEY)) {
            reading.problem(
                    file.placeOf(KEY),
                    "is no array of tables",
                    "write [[" + KEY + "]] for each hook");
        } else {
            for (int i = 0; i < tables.size(); i++) {
                reading.read(i, tables.get(i));
            }
        }
        if (tables.size() > MAX_HOOKS) {
            reading.problem(
                    file.placeOf(KEY, MAX_HOOKS, "name"),
                    "is one of %d tables".formatted(tables.size()),
                    "keep at most %d".formatted(MAX_HOOKS));
        }
        return reading.problems.isEmpty()
                ? Outcome.accepted(List.copyOf(reading.hooks))
                : Outcome.refused(reading.problems);
    }

    private void read(int number, Map<String, String> table) {
        for (var key : table.keySet()) {
            if (!KEYS.contains(key)) {
                problem(
                        file.placeOf(KEY, number, key),
                        "is no key here",
                        Nearest.to(key, KEYS)
                                .map(near -> "did you mean \"" + near + "\"?")
                                .orElse("there are: " + String.join(", ", KEYS)));
            }
        }
        var name = table.getOrDefault("name", "");
        if (!Names.isName(name)) {
            problem(
                    file.placeOf(KEY, number, "name"),
                    name.isEmpty() ? "is missing" : "\"" + name + "\" " + Names.complaint(name),
                    "give the name of the program in the folder " + DEFAULT_FOLDER);
            return;
        }
        if (!names.add(name)) {
            problem(
                    file.placeOf(KEY, number, "name"),
                    "\"" + name + "\" is there twice",
                    "name each hook once");
        }
        var priority =
                number(
                        file.placeOf(KEY, number, "prio"),
                        table.getOrDefault("prio", "0"),
                        0,
                        MAX_PRIORITY);
        var seconds =
                number(
                        file.placeOf(KEY, number, "timeout_seconds"),
                        table.getOrDefault("timeout_seconds", Integer.toString(DEFAULT_SECONDS)),
                        1,
                        MAX_SECONDS);
        var program = Path.of(table.getOrDefault("path", DEFAULT_FOLDER.toString())).resolve(name);
        if (!program.isAbsolute()
                || !Files.isRegularFile(program)
                || !Files.isExecutable(program)) {
            problem(
                    file.placeOf(KEY, number, "path"),
                    program + " is no executable file with an absolute path",
                    "put the hook there, make it executable, or name another folder");
        } else if (priority.isPresent() && seconds.isPresent()) {
            hooks.add(
                    new Hook(
                            name,
                            priority.getAsInt(),
                            program,
                            Duration.ofSeconds(seconds.getAsInt())));
        }
    }

    private OptionalInt number(String where, String text, int from, int to) {
        try {
            int number = Integer.parseInt(text);
            if (number >= from && number <= to) {
                return OptionalInt.of(number);
            }
        } catch (NumberFormatException e) {
            problem(where, "\"" + text + "\" is no number", range(from, to));
            return OptionalInt.empty();
        }
        problem(where, text + " is not possible", range(from, to));
        return OptionalInt.empty();
    }

    private static String range(int from, int to) {
        return "write a number from %d to %d".formatted(from, to);
    }

    private void problem(String where, String what, String remedy) {
        problems.add(new Problem(where, what, remedy));
    }
}
