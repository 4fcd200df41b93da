package io.muster.testkit.topics;

import io.muster.api.bus.Payload;
import io.muster.api.name.ClusterName;
import io.muster.api.topic.Identity;
import io.muster.api.topic.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The table in {@code topics.md}: every topic, who publishes it, who may read it and how. A spy
 * holds what it sees against {@link #complaint}.
 *
 * @param rows in the order of the table
 */
public record TopicTable(ClusterName cluster, List<Row> rows) {
    private static final String FILE = "topics.md";
    private static final List<String> HEADER =
            List.of(
                    "topic",
                    "published by",
                    "read by",
                    "payload",
                    "QoS",
                    "retained",
                    "expires",
                    "retain handling");

    /** Copies the list. */
    public TopicTable {
        rows = List.copyOf(rows);
    }

    /**
     * One row.
     *
     * @param topic below the root, with {@code <a>}, {@code <b>}, {@code <c>}, {@code <w>} or
     *     {@code <id>} for a name; an agent that publishes is {@code <a>}
     * @param retainHandling of the subscription of each reader
     */
    public record Row(
            String topic,
            List<Role> publishers,
            List<Role> readers,
            PayloadKind payload,
            int qos,
            boolean retained,
            Expiry expiry,
            Map<Role, Integer> retainHandling) {
        /** The same topic with a name in it, below the root. */
        public String with(String name) {
            return topic.replaceAll("<(a|b|c|w|id)>", name);
        }

        /** The same topic as a filter for all names, below the root. */
        public String filter() {
            return with("+");
        }

        private Optional<Map<String, String>> namesIn(String below) {
            var pattern =
                    Pattern.quote(topic).replaceAll("<(a|b|c|w|id)>", "\\\\E(?<$1>[^/]+)\\\\Q");
            var matcher = Pattern.compile(pattern).matcher(below);
            if (!matcher.matches()) {
                return Optional.empty();
            }
            var names = new HashMap<String, String>();
            matcher.namedGroups().keySet().forEach(name -> names.put(name, matcher.group(name)));
            return Optional.of(names);
        }
    }

    /** How long a message may wait at the broker. */
    public sealed interface Expiry {
        /** For ever. */
        record None() implements Expiry {}

        /** So long. */
        record Fixed(Duration time) implements Expiry {}

        /** As long as the request in it may still begin. */
        record OfRequest() implements Expiry {}
    }

    /**
     * Reads the table from the checkout that the tests run in.
     *
     * @throws AssertionError if there is no such table, or it cannot be understood
     */
    public static TopicTable read(ClusterName cluster) {
        var file = find();
        try {
            var rows = new ArrayList<Row>();
            for (var line : Files.readAllLines(file)) {
                if (line.startsWith("| `")) {
                    rows.add(row(cells(line)));
                } else if (line.startsWith("| ") && !cells(line).equals(HEADER)) {
                    throw new AssertionError(file + ": the columns should be " + HEADER);
                }
            }
            return new TopicTable(cluster, rows);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Finds the row of a topic, and the names in it. */
    public Optional<Found> find(Topic topic) {
        var root = root();
        if (!topic.value().startsWith(root)) {
            return Optional.empty();
        }
        var below = topic.value().substring(root.length());
        for (var row : rows) {
            var names = row.namesIn(below);
            if (names.isPresent()) {
                return Optional.of(new Found(row, names.get()));
            }
        }
        return Optional.empty();
    }

    /**
     * A row, and the names in a topic of it.
     *
     * @param names by what stands for them: {@code a} for the agent's, {@code c} for the client's
     */
    public record Found(Row row, Map<String, String> names) {}

    /**
     * What was seen of a message when it was published.
     *
     * @param clientId of its publisher; of a will, the client that left it
     * @param payload empty if it was not kept
     */
    public record Seen(
            String clientId, Topic topic, Optional<Payload> payload, int qos, boolean retained) {
        private static final Pattern TRACED =
                Pattern.compile("\\S+ (\\S+) (\\S+) qos=(\\d) retained=(yes|no) .*");

        /**
         * Reads a line of the file that the broker's {@code --trace} writes; empty if it is none,
         * such as one that a killed broker left unfinished.
         */
        public static Optional<Seen> traced(String line) {
            var matcher = TRACED.matcher(line);
            if (!matcher.matches()) {
                return Optional.empty();
            }
            return Optional.of(
                    new Seen(
                            matcher.group(1),
                            new Topic(matcher.group(2)),
                            Optional.empty(),
                            Integer.parseInt(matcher.group(3)),
                            matcher.group(4).equals("yes")));
        }
    }

    /** Says what about the expiry of a message is not as the table has it; empty if all is. */
    public Optional<String> expiryComplaint(Topic topic, Optional<Duration> expiry) {
        return find(topic)
                .filter(found -> !isAsIn(found.row().expiry(), expiry))
                .map(found -> topic + ": expires: " + expiry);
    }

    /** Says what about this message is not as the table has it; empty if all is. */
    public Optional<String> complaint(Seen seen) {
        var found = find(seen.topic());
        if (found.isEmpty()) {
            return Optional.of(seen.topic() + " is not in the table");
        }
        var row = found.get().row();
        var complaints = new ArrayList<String>();
        if (!mayPublish(found.get(), seen.clientId())) {
            complaints.add("published by " + seen.clientId());
        }
        if (seen.qos() != row.qos()) {
            complaints.add("QoS " + seen.qos());
        }
        if (seen.retained() != row.retained()) {
            complaints.add(seen.retained() ? "retained" : "not retained");
        }
        boolean clears =
                seen.retained()
                        && seen.payload().filter(payload -> payload.size() == 0).isPresent();
        if (!clears) {
            seen.payload()
                    .flatMap(payload -> row.payload().complaint(payload))
                    .ifPresent(complaints::add);
        }
        return complaints.isEmpty()
                ? Optional.empty()
                : Optional.of(seen.topic() + ": " + String.join(", ", complaints));
    }

    private boolean mayPublish(Found found, String clientId) {
        return Identity.parse(clientId)
                .filter(identity ->
                        found.row().publishers().stream()
                                .anyMatch(role ->
                                        role.identity(cluster, nameFor(role, found, identity))
                                                .equals(identity)))
                .isPresent();
    }

    /** A server publishes for everybody; others only with their own name in the topic. */
    private static String nameFor(Role role, Found found, Identity identity) {
        var own = nameOf(identity);
        return switch (role) {
            case SERVER -> own;
            case AGENT -> found.names().getOrDefault("a", own);
            case CLIENT -> found.names().getOrDefault("c", own);
        };
    }

    private static String nameOf(Identity identity) {
        return switch (identity) {
            case Identity.Server _ -> "server";
            case Identity.Agent agent -> agent.name().value();
            case Identity.Client client -> client.name().value();
            case Identity.Observer observer -> observer.name().value();
        };
    }

    private static boolean isAsIn(Expiry wanted, Optional<Duration> seen) {
        return switch (wanted) {
            case Expiry.None() -> seen.isEmpty();
            case Expiry.Fixed(var time) -> seen.equals(Optional.of(time));
            case Expiry.OfRequest() -> seen.isPresent();
        };
    }

    /** Returns what all topics of the cluster begin with. */
    public String root() {
        return "muster/v1/" + cluster + "/";
    }

    private static Path find() {
        var folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve(FILE))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new AssertionError("no " + FILE + " above " + Path.of("").toAbsolutePath());
        }
        return folder.resolve(FILE);
    }

    private static List<String> cells(String line) {
        var cells = List.of(line.split("\\|", -1));
        return cells.subList(1, cells.size() - 1).stream()
                .map(cell -> cell.strip().replace("`", ""))
                .toList();
    }

    private static Row row(List<String> cells) {
        if (cells.size() != HEADER.size()) {
            throw new AssertionError("a row with %d cells: %s".formatted(cells.size(), cells));
        }
        return new Row(
                cells.get(0),
                roles(cells.get(1)),
                roles(cells.get(2)),
                PayloadKind.of(cells.get(3)),
                Integer.parseInt(cells.get(4)),
                cells.get(5).equals("yes"),
                expiry(cells.get(6)),
                retainHandling(cells.get(7)));
    }

    private static List<Role> roles(String cell) {
        return Arrays.stream(cell.split(", ", -1)).map(Role::of).toList();
    }

    private static Expiry expiry(String cell) {
        return switch (cell) {
            case "never" -> new Expiry.None();
            case "with the request" -> new Expiry.OfRequest();
            default -> {
                var words = cell.split(" ", -1);
                if (words.length != 2 || !words[1].equals("s")) {
                    throw new AssertionError("no time to expire: " + cell);
                }
                yield new Expiry.Fixed(Duration.ofSeconds(Long.parseLong(words[0])));
            }
        };
    }

    private static Map<Role, Integer> retainHandling(String cell) {
        var handling = new EnumMap<Role, Integer>(Role.class);
        for (var entry : cell.split(", ", -1)) {
            var words = entry.split(" ", -1);
            handling.put(Role.of(words[0]), Integer.valueOf(words[1]));
        }
        return handling;
    }
}
