package io.muster.api.program;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import io.muster.api.outcome.Nearest;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A configuration file in TOML: {@code version = 'v1'}, and the options of the program with {@code
 * _} for {@code -}.
 *
 * <p>A table {@code [default]} counts as if its keys stood at the top.
 */
public final class ConfigFile {
    private static final String VERSION = "version";
    private static final String DEFAULT_TABLE = "default";
    private static final List<String> NOT_FOR_FILES = List.of("help", VERSION);

    /** A program that reads more from the file than the values of its options. */
    public interface Reader {
        /** Returns the keys that it reads itself. */
        Set<String> furtherKeys();

        /**
         * Reads them, before anything else happens.
         *
         * @throws ProgramFailure naming file and key if they cannot be used
         */
        void read(ConfigFile file) throws ProgramFailure;
    }

    private final String place;
    private final List<String> lines;
    private final SortedMap<String, JsonNode> values;

    private ConfigFile(String place, List<String> lines, SortedMap<String, JsonNode> values) {
        this.place = place;
        this.lines = lines;
        this.values = values;
    }

    static ConfigFile find(String[] arguments, List<String> options, List<Path> places)
            throws ProgramFailure {
        var named = named(arguments, options);
        if (named != null) {
            return read(Path.of(named));
        }
        for (var place : places) {
            if (Files.isReadable(place)) {
                return read(place);
            }
        }
        return new ConfigFile("", List.of(), Collections.emptySortedMap());
    }

    private static @Nullable String named(String[] arguments, List<String> options) {
        for (int i = 0; i < arguments.length; i++) {
            for (var option : options) {
                if (arguments[i].equals(option)) {
                    return i + 1 < arguments.length ? arguments[i + 1] : null;
                }
                if (arguments[i].startsWith(option + "=")) {
                    return arguments[i].substring(option.length() + 1);
                }
            }
        }
        return null;
    }

    /**
     * Reads a file.
     *
     * @throws ProgramFailure naming file and line if it cannot be read
     */
    public static ConfigFile read(Path path) throws ProgramFailure {
        String text;
        JsonNode root;
        try {
            text = Files.readString(path);
            root = new TomlMapper().readTree(text);
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw new ProgramFailure(
                    "%s:%d:%d: not TOML: %s"
                            .formatted(
                                    path, at.getLineNr(), at.getColumnNr(), e.getOriginalMessage()),
                    e);
        } catch (NoSuchFileException e) {
            throw new ProgramFailure(path + ": there is no such file; name another", e);
        } catch (CharacterCodingException e) {
            throw new ProgramFailure(path + ": is no text in UTF-8; write it anew", e);
        } catch (IOException e) {
            throw new ProgramFailure(path + ": cannot be read; make it readable for this user", e);
        }
        var version = root.path(VERSION);
        if (!version.asText().equals("v1")) {
            throw new ProgramFailure(
                    "%s: version is %s; write version = 'v1'"
                            .formatted(
                                    path,
                                    version.isMissingNode()
                                            ? "missing"
                                            : "'" + version.asText() + "'"));
        }
        var values = new TreeMap<String, JsonNode>();
        root.path(DEFAULT_TABLE)
                .properties()
                .forEach(each -> values.put(each.getKey(), each.getValue()));
        root.properties().forEach(each -> values.put(each.getKey(), each.getValue()));
        values.remove(DEFAULT_TABLE);
        values.remove(VERSION);
        return new ConfigFile(path.toString(), text.lines().toList(), values);
    }

    /** The keys that a program understands: its options, but those that name the file itself. */
    static SortedSet<String> keysOf(CommandLine line, List<String> namingOptions) {
        var keys = new TreeSet<String>();
        for (var option : line.getCommandSpec().options()) {
            if (Stream.of(option.names()).noneMatch(namingOptions::contains)) {
                keys.add(keyOf(option));
            }
        }
        NOT_FOR_FILES.forEach(keys::remove);
        return keys;
    }

    static String keyOf(OptionSpec option) {
        return option.longestName().replaceFirst("^--?", "").replace('-', '_');
    }

    /**
     * Refuses keys that nobody would read, with the nearest that somebody does.
     *
     * @throws ProgramFailure naming file and keys
     */
    public void check(Collection<String> known) throws ProgramFailure {
        var problems = new ArrayList<String>();
        for (var key : values.keySet()) {
            if (!known.contains(key) && !known.contains(key + "s")) {
                problems.add(
                        "%s: is no key here; %s"
                                .formatted(
                                        placeOf(key),
                                        Nearest.to(key, known)
                                                .map(near -> "did you mean \"" + near + "\"?")
                                                .orElse("there are: " + String.join(", ", known))));
            }
        }
        if (!problems.isEmpty()) {
            throw new ProgramFailure(String.join("\n", problems));
        }
    }

    /** Returns where a key stands, as {@code FILE:LINE: KEY}. */
    public String placeOf(String key) {
        var pattern = Pattern.compile("\\s*[\"']?" + Pattern.quote(key) + "[\"']?\\s*=.*");
        for (int i = 0; i < lines.size(); i++) {
            if (pattern.matcher(lines.get(i)).matches()) {
                return "%s:%d: %s".formatted(place, i + 1, key);
            }
        }
        return place + ": " + key;
    }

    /** Returns the name of the file; empty if there is none. */
    public String place() {
        return place;
    }

    /** Returns an array of tables of texts; empty if it is not set. */
    public List<SortedMap<String, String>> tables(String key) {
        var found = new ArrayList<SortedMap<String, String>>();
        var node = values.get(key);
        if (node != null) {
            node.elements()
                    .forEachRemaining(table -> {
                        var texts = new TreeMap<String, String>();
                        table.properties()
                                .forEach(
                                        each -> texts.put(each.getKey(), each.getValue().asText()));
                        found.add(texts);
                    });
        }
        return found;
    }

    /** Returns a single value as text; empty if it is not set. */
    public Optional<String> text(String key) {
        return Optional.ofNullable(values.get(key))
                .filter(JsonNode::isValueNode)
                .map(JsonNode::asText);
    }

    /** Returns a list of texts; empty if it is not set. */
    public List<String> list(String key) {
        var found = new ArrayList<String>();
        var node = values.get(key);
        if (node != null) {
            node.elements().forEachRemaining(each -> found.add(each.asText()));
        }
        return found;
    }

    /** Returns a table of texts; empty if it is not set. */
    public SortedMap<String, String> table(String key) {
        var found = new TreeMap<String, String>();
        var node = values.get(key);
        if (node != null) {
            node.properties().forEach(each -> found.put(each.getKey(), each.getValue().asText()));
        }
        return found;
    }
}
