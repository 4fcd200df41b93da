package io.muster.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.host.DirectoryDisk;
import io.muster.api.name.AgentName;
import io.muster.api.name.ClientName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.program.Version;
import io.muster.api.request.AgentAction;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.LostContact;
import io.muster.api.state.TagEdits;
import io.muster.api.state.Workload;
import io.muster.api.store.Answer;
import io.muster.api.store.Commit;
import io.muster.api.store.Head;
import io.muster.api.store.PastUpdate;
import io.muster.api.store.StartupMark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A store of each released version is opened today and holds what it held, and what this version
 * makes is what was recorded of it. {@code -Drecord=true} records it again.
 */
final class RecordedStoreTest {
    private static final Path ALL = Path.of("src/test/recorded");
    private static final String TEXT = "muster.db.txt";
    private static final WorkloadName WEB = new WorkloadName("web");
    private static final AgentName BOW = new AgentName("bow");
    private static final AgentName STERN = new AgentName("stern");
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final ConfigItem NET =
            new ConfigItem.Items(List.of(new ConfigItem.Text("80"), new ConfigItem.Text("443")));

    @TempDir Path temporary;

    static List<Path> versions() throws IOException {
        try (var folders = Files.list(ALL)) {
            return folders.sorted().toList();
        }
    }

    @Test
    void this_version_makes_what_is_recorded_of_it() throws Exception {
        var made = temporary.resolve("made.db");
        var folder = Files.createDirectory(temporary.resolve("server"));
        try (var store =
                new SqliteStore(folder, new DirectoryDisk(folder), new SplittableRandom(1))) {
            store.open();
            store.meet(Set.of(BOW, STERN));
            store.commit(commit());
            StoreFile.in(folder).backUp(made);
        }
        var recorded = ALL.resolve(Version.current());
        if (Boolean.getBoolean("record")) {
            Files.createDirectories(recorded);
            Files.write(recorded.resolve(StoreFile.NAME), Files.readAllBytes(made));
            Files.write(recorded.resolve(TEXT), text(made));
        }

        assertThat(text(made))
                .as("if another store than before is wanted, record it with -Drecord=true")
                .isEqualTo(text(recorded.resolve(StoreFile.NAME)))
                .isEqualTo(Files.readAllLines(recorded.resolve(TEXT)));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void every_version_s_store_is_opened_and_holds_what_it_held(Path recorded) throws Exception {
        var folder = Files.createDirectory(temporary.resolve("server"));
        Files.copy(recorded.resolve(StoreFile.NAME), folder.resolve(StoreFile.NAME));
        holds(StoreFile.in(folder).read().head(), 1);
        try (var store =
                new SqliteStore(folder, new DirectoryDisk(folder), new SplittableRandom(2))) {
            holds(store.open(), 2);
        }
    }

    private static void holds(Head head, long epoch) {
        var commit = commit();
        assertThat(head.epoch()).isEqualTo(epoch);
        assertThat(head.revision()).isEqualTo(commit.revision());
        assertThat(head.workloads()).isEqualTo(commit.workloads());
        assertThat(head.configs()).isEqualTo(commit.configs());
        assertThat(head.answers()).isEqualTo(commit.answers());
        assertThat(head.startup()).isEqualTo(commit.startup());
        assertThat(head.past()).isEqualTo(commit.past());
        assertThat(head.tags()).isEqualTo(commit.tags());
        assertThat(head.met()).containsExactlyInAnyOrder(BOW, STERN);
        assertThat(head.drained()).containsExactly(STERN);
    }

    /** An update with something for each table. */
    private static Commit commit() {
        var workload =
                Workload.of("bow", "native", "command: web")
                        .withTags(new TreeMap<>(Map.of("owner", "me")))
                        .withLostContact(new LostContact.StopAfter(Duration.ofMinutes(10)));
        var instance = InstanceName.of(WEB, workload.runtimeConfig(), "bow");
        var client = new Requester.Client(new ClientName("alice"));
        var revision = new Revision(1);
        return new Commit(
                revision,
                Map.of(WEB, new Head.Stored(workload, revision)),
                Set.of(),
                Map.of("net", NET),
                Set.of(),
                List.of(
                        new Answer(
                                client,
                                new Response(
                                        "r1",
                                        new Response.Updated(
                                                List.of(instance),
                                                List.of(),
                                                revision,
                                                List.of(
                                                        new Response.Touched(
                                                                instance, revision, false)))))),
                Optional.of(
                        new StartupMark(
                                "digest",
                                new TreeSet<>(Set.of(WEB)),
                                new TreeSet<>(Set.of("net")))),
                List.of(
                        new PastUpdate(
                                revision,
                                Optional.of(NOON),
                                Optional.of(client),
                                Map.of(
                                        WEB,
                                        Optional.of(Workload.of("bow", "native", "command: old"))),
                                Map.of("net", Optional.empty()),
                                Map.of(STERN, AgentAction.DRAIN))),
                Revision.ZERO,
                Map.of(
                        BOW,
                        new TagEdits(
                                new TreeMap<>(
                                        Map.of(
                                                "deck",
                                                Optional.of("upper"),
                                                "side",
                                                Optional.empty())))),
                Set.of(),
                Map.of(STERN, true));
    }

    /** Tables and rows, as people and comparisons read them. */
    private static List<String> text(Path file) throws SQLException {
        var lines = new ArrayList<String>();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            var tables = new ArrayList<String>();
            try (var rows =
                    statement.executeQuery(
                            "SELECT 'version ' || user_version FROM pragma_user_version UNION ALL"
                                    + " SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")) {
                while (rows.next()) {
                    lines.add(rows.getString(1));
                }
            }
            try (var rows =
                    statement.executeQuery(
                            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")) {
                while (rows.next()) {
                    tables.add(rows.getString(1));
                }
            }
            for (var table : tables) { // their rows come by the primary key
                try (var rows = statement.executeQuery("SELECT * FROM " + table)) {
                    while (rows.next()) {
                        var line = new StringBuilder(table);
                        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                            line.append(" | ").append(cell(rows.getObject(i)));
                        }
                        lines.add(line.toString());
                    }
                }
            }
        }
        return lines;
    }

    private static String cell(Object value) {
        return value instanceof byte[] bytes
                ? HexFormat.of().formatHex(bytes)
                : String.valueOf(value);
    }
}
