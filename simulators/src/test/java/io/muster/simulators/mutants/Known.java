package io.muster.simulators.mutants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is known to find deliberate bugs: a plan for some, beside the diff and named as it is, and
 * seeds for most, in one file.
 */
final class Known {
    private static final String HEAD =
            """
            # Which seeds have found which deliberate bug: NAME: SEED SEED ...
            # They are tried before all others. bin/mutants --remember writes this anew.
            """;

    private final Path folder;

    /**
     * Makes one.
     *
     * @param folder of the mutants
     */
    Known(Path folder) {
        this.folder = folder;
    }

    /** Returns what finds a mutant: the file of its plan, if there is one, and then seeds. */
    List<String> of(String mutant) throws IOException {
        var all = new ArrayList<String>();
        var plan = plan(mutant);
        if (Files.exists(plan)) {
            all.add(plan.toString());
        }
        all.addAll(seeds().getOrDefault(mutant, List.of()));
        return all;
    }

    private Path plan(String mutant) {
        return folder.resolve(mutant + ".plan");
    }

    private Path file() {
        return folder.resolve("seeds.txt");
    }

    /** Returns the seeds by the names of their mutants. */
    SortedMap<String, List<String>> seeds() throws IOException {
        return lines(file(), "\\s+");
    }

    /** Writes which seeds have found which mutants; what is not named here stays as it was. */
    void remember(Map<String, List<String>> found) throws IOException {
        var all = seeds();
        found.forEach((mutant, by) -> {
            var seeds =
                    by.stream().filter(each -> each.chars().allMatch(Character::isDigit)).toList();
            if (seeds.isEmpty()) {
                all.remove(mutant);
            } else {
                all.put(mutant, seeds);
            }
        });
        var text = new StringBuilder(HEAD);
        all.forEach((mutant, seeds) ->
                text.append(mutant).append(": ").append(String.join(" ", seeds)).append('\n'));
        Files.writeString(file(), text);
    }

    /** Reads lines of a name, a colon and words; those that begin with # say nothing. */
    static SortedMap<String, List<String>> lines(Path file, String between) throws IOException {
        var lines = new TreeMap<String, List<String>>();
        for (var line : Files.readAllLines(file)) {
            if (!line.startsWith("#") && !line.isBlank()) {
                var parts = line.split(":", 2);
                if (parts.length < 2 || parts[1].isBlank()) {
                    throw new IOException("%s: \"%s\" is no NAME: WORDS".formatted(file, line));
                }
                lines.put(parts[0].strip(), List.of(parts[1].strip().split(between)));
            }
        }
        return lines;
    }
}
