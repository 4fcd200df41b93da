package io.muster.simulators.mutants;

import io.muster.simulators.mutants.FilePatch.Hunk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A deliberate bug.
 *
 * @param name of its file
 * @param breaks what is wrong then, for people
 */
record Mutant(String name, String breaks, List<FilePatch> files) {
    private static final String SUFFIX = ".patch";
    private static final Pattern PLACE =
            Pattern.compile("@@ -(\\d+)(?:,\\d+)? \\+\\d+(?:,\\d+)? @@.*");

    Mutant {
        files = List.copyOf(files);
    }

    /** Reads all of a folder, in the order of their names. */
    static List<Mutant> of(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(each -> each.toString().endsWith(SUFFIX))
                    .sorted()
                    .map(Mutant::read)
                    .toList();
        }
    }

    private static Mutant read(Path file) {
        try {
            var name = file.getFileName().toString();
            return parse(
                    name.substring(0, name.length() - SUFFIX.length()), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a unified diff; what stands before it says what it breaks. */
    static Mutant parse(String name, String text) {
        var lines = text.lines().toList();
        int at = 0;
        while (at < lines.size() && !lines.get(at).startsWith("--- ")) {
            at++;
        }
        var breaks =
                lines.subList(0, at).stream()
                        .filter(line -> !line.startsWith("diff ") && !line.startsWith("index "))
                        .map(line -> line.replaceFirst("^#", "").strip())
                        .filter(line -> !line.isEmpty())
                        .collect(Collectors.joining(" "));
        var files = new Reading(name, lines, at).files();
        if (breaks.isEmpty() || files.isEmpty()) {
            throw new IllegalArgumentException(
                    name + ": first say what it breaks, then give a unified diff");
        }
        return new Mutant(name, breaks, files);
    }

    private static final class Reading {
        private final String name;
        private final List<String> lines;
        private int at;

        Reading(String name, List<String> lines, int at) {
            this.name = name;
            this.lines = lines;
            this.at = at;
        }

        List<FilePatch> files() {
            var files = new ArrayList<FilePatch>();
            while (at < lines.size()) {
                if (lines.get(at).startsWith("+++ ")) {
                    var path =
                            lines.get(at)
                                    .substring(4)
                                    .replaceFirst("\t.*", "")
                                    .replaceFirst("^b/", "");
                    at++;
                    files.add(new FilePatch(path, hunks()));
                } else {
                    at++;
                }
            }
            return files;
        }

        private List<Hunk> hunks() {
            var hunks = new ArrayList<Hunk>();
            while (at < lines.size() && lines.get(at).startsWith("@@")) {
                var place = PLACE.matcher(lines.get(at));
                if (!place.matches()) {
                    throw new IllegalArgumentException(name + ": no place: " + lines.get(at));
                }
                at++;
                hunks.add(hunk(Integer.parseInt(place.group(1)) - 1));
            }
            return hunks;
        }

        private Hunk hunk(int line) {
            var before = new ArrayList<String>();
            var after = new ArrayList<String>();
            for (; at < lines.size(); at++) {
                var text = lines.get(at);
                char kind = text.isEmpty() ? ' ' : text.charAt(0);
                var rest = text.isEmpty() ? "" : text.substring(1);
                switch (kind) {
                    case ' ' -> {
                        before.add(rest);
                        after.add(rest);
                    }
                    case '-' -> {
                        if (text.startsWith("--- ")
                                && at + 1 < lines.size()
                                && lines.get(at + 1).startsWith("+++ ")) {
                            return new Hunk(line, before, after);
                        }
                        before.add(rest);
                    }
                    case '+' -> after.add(rest);
                    case '\\' -> {} // no newline at the end of the file
                    default -> {
                        return new Hunk(line, before, after);
                    }
                }
            }
            return new Hunk(line, before, after);
        }
    }
}
