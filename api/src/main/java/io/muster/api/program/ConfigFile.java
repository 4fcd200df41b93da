package io.muster.api.program;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import io.muster.api.outcome.Nearest;
import io.muster.api.outcome.Problem;
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

        /** Reads them, before anything else happens; returns what is wrong with them, and where. */
        List<Problem> read(ConfigFile file);
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
        var values = new TreeMap<String, JsonNode>();
        root.path(DEFAULT_TABLE)
                .properties()
                .forEach(each -> values.put(each.getKey(), each.getValue()));
        root.properties().forEach(each -> values.put(each.getKey(), each.getValue()));
        values.remove(DEFAULT_TABLE);
        values.remove(VERSION);
        var file = new ConfigFile(path.toString(), text.lines().toList(), values);
        var version = root.path(VERSION);
        if (version.isMissingNode()) {
            throw new ProgramFailure(path + ": version is missing; write version = 'v1'");
        }
        if (!version.asText().equals("v1")) {
            throw new ProgramFailure(
                    "%s: is '%s', which this program does not know; write version = 'v1'"
                            .formatted(file.placeOf(VERSION), version.asText()));
        }
        return file;
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
     * Returns what to say of the keys that nobody would read, with the nearest that somebody does.
     */
    public List<String> unknown(Collection<String> known) {
        var problems = new ArrayList<String>();
        for (var key : values.keySet()) {
            if (!known.contains(key)) {
                problems.add(
                        "%s: is no key here; %s"
                                .formatted(
                                        placeOf(key),
                                        Nearest.to(key, known)
                                                .map(near -> "did you mean \"" + near + "\"?")
                                                .orElse("there are: " + String.join(", ", known))));
            }
        }
        return problems;
    }

    /** Returns what to say of lists and tables under these keys, which have single values. */
    public List<String> notSingle(Collection<String> keys) {
        return keys.stream()
                .filter(key -> isSet(key) && text(key).isEmpty())
                .map(key -> placeOf(key) + ": is a list or a table; write a single value")
                .toList();
    }

    /**
     * Returns what to say of lists and tables where single values belong, and the other way round.
     */
    List<String> misshapen(CommandLine line) {
        var problems = new ArrayList<String>();
        for (var option : line.getCommandSpec().options()) {
            var node = values.get(keyOf(option));
            if (node != null && !fits(node, option)) {
                problems.add(placeOf(keyOf(option)) + ": " + shape(node, option));
            }
        }
        return problems;
    }

    private boolean isSet(String key) {
        return values.containsKey(key);
    }

    /** Returns where a key stands, as {@code FILE:LINE: KEY}. */
    public String placeOf(String key) {
        var pattern = keyPattern(key);
        for (int i = 0; i < lines.size(); i++) {
            if (pattern.matcher(lines.get(i)).matches()) {
                return "%s:%d: %s".formatted(place, i + 1, key);
            }
        }
        return place + ": " + key;
    }

    private static boolean fits(JsonNode node, OptionSpec option) {
        return option.typeInfo().isMap()
                ? node.isObject()
                : option.isMultiValue() ? node.isArray() : node.isValueNode();
    }

    private static String shape(JsonNode node, OptionSpec option) {
        var value = node.isValueNode() ? "'" + node.asText() + "' " : "";
        if (option.typeInfo().isMap()) {
            return value + "is no table; write %s = { key = \"value\" }".formatted(keyOf(option));
        }
        return option.isMultiValue()
                ? value + "is no list; write %s = [\"...\"]".formatted(keyOf(option))
                : "is a list or a table; write a single value";
    }

    /**
     * Returns where a key of one of an array of tables stands, as {@code FILE:LINE:
     * TABLE[NUMBER].KEY}; where it is missing, the line is that of the table.
     *
     * @param number from 0
     */
    public String placeOf(String table, int number, String key) {
        var header = Pattern.compile("\\s*\\[\\[\\s*" + Pattern.quote(table) + "\\s*]].*");
        var pattern = keyPattern(key);
        int found = -1;
        int at = 0;
        for (int i = 0; i < lines.size(); i++) {
            var text = lines.get(i);
            if (header.matcher(text).matches()) {
                found++;
                at = found == number ? i + 1 : at;
            } else if (found == number && pattern.matcher(text).matches()) {
                at = i + 1;
            }
            if (found > number) {
                break;
            }
        }
        var path = "%s[%d].%s".formatted(table, number, key);
        return at == 0 ? place + ": " + path : "%s:%d: %s".formatted(place, at, path);
    }

    private static Pattern keyPattern(String key) {
        return Pattern.compile("\\s*[\"']?" + Pattern.quote(key) + "[\"']?\\s*=.*");
    }

    /** Says whether a key is set, and not to an array of tables. */
    public boolean isNoArrayOfTables(String key) {
        var node = values.get(key);
        return node != null && !(node.isArray() && node.valueStream().allMatch(JsonNode::isObject));
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
