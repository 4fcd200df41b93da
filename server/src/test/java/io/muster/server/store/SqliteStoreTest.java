package io.muster.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.codec.StateCodec;
import io.muster.api.host.DirectoryDisk;
import io.muster.api.name.AgentName;
import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.TagEdits;
import io.muster.api.state.Workload;
import io.muster.api.store.Commit;
import io.muster.api.store.Head;
import io.muster.api.store.PastUpdate;
import io.muster.api.store.Store;
import io.muster.api.store.StoreException;
import io.muster.testkit.store.StoreContract;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;

final class SqliteStoreTest extends StoreContract {
    private static final WorkloadName WEB = new WorkloadName("web");

    @TempDir Path temporary;
    private final SplittableRandom random = new SplittableRandom(1);
    private SqliteStore store = at(Path.of("unused"));
    private int made;

    private SqliteStore at(Path folder) {
        return at(folder, SQLiteConfig::createConnection);
    }

    private SqliteStore at(Path folder, SqliteStore.Connector connector) {
        return new SqliteStore(folder, new DirectoryDisk(folder), random, MAX_ANSWERS, connector);
    }

    @Override
    protected Store make() {
        store = at(temporary.resolve("state" + ++made));
        return store;
    }

    @Override
    protected Store next(Store before) {
        before.close();
        store = at(temporary.resolve("state" + made));
        return store;
    }

    @Override
    protected void fill() throws Exception {
        store.maxPages(40);
    }

    @Override
    protected void free() throws Exception {
        store.maxPages(Integer.MAX_VALUE);
    }

    @Test
    void says_that_the_disk_is_full_and_what_to_do() throws Exception {
        make().open();
        fill();
        assertThatThrownBy(() -> store.commit(commit(1, "x".repeat(1 << 20))))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("the disk is full; free some space")
                .hasMessageContaining("muster.db");
        free();
        store.close();
    }

    @Test
    void keeps_what_was_committed_when_the_process_is_killed() throws Exception {
        make().open();
        store.commit(commit(1, "a"));
        store.commit(commit(2, "b"));
        var copy = temporary.resolve("copy"); // what a killed process leaves: nothing was closed
        Files.createDirectory(copy);
        try (var files = Files.list(temporary.resolve("state" + made))) {
            for (var file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        store.close();
        try (var survivor = at(copy)) {
            var head = survivor.open();
            assertThat(head.revision()).isEqualTo(new Revision(2));
            assertThat(head.epoch()).isEqualTo(2);
            assertThat(head.workloads().get(WEB))
                    .isEqualTo(new Head.Stored(workload("b"), new Revision(2)));
        }
    }

    @Test
    void is_held_by_one_server_at_a_time() throws Exception {
        make().open();
        try (var other = at(temporary.resolve("state" + made))) {
            assertThatThrownBy(other::open)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("in use by another running process");
        }
        store.commit(commit(1, "a")); // the first goes on undisturbed
        store.close();
    }

    @Test
    void may_be_read_by_others_while_it_is_open() throws Exception {
        make().open();
        store.commit(commit(1, "a"));
        assertThat(query("state" + made, "SELECT name FROM workload")).isEqualTo("web");
        store.close();
    }

    @Test
    void refuses_a_damaged_file_and_says_what_to_do() throws Exception {
        make().open();
        for (int i = 1; i < 50; i++) {
            store.commit(commit(i, "text " + i + " ".repeat(2000) + "."));
        }
        store.close();
        var file = temporary.resolve("state" + made).resolve("muster.db");
        var bytes = Files.readAllBytes(file);
        for (int i = 4096; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        Files.write(file, bytes);
        assertThatThrownBy(() -> at(temporary.resolve("state" + made)).open())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("muster.db is damaged")
                .hasMessageContaining("put a backup in its place");
    }

    @Test
    void refuses_a_file_that_is_no_database() throws Exception {
        refuses("not a database at all".repeat(100).getBytes(StandardCharsets.UTF_8), "damaged");
    }

    @Test
    void refuses_the_database_of_another_program() throws Exception {
        var folder = folder();
        execute(folder, "CREATE TABLE customer (name TEXT)");
        assertThatThrownBy(() -> at(folder).open())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("no store of muster-server");
    }

    @Test
    void refuses_a_newer_schema_and_leaves_it_alone() throws Exception {
        make().open();
        store.close();
        var folder = temporary.resolve("state" + made);
        execute(folder, "PRAGMA user_version = 99");
        var before = Files.readAllBytes(folder.resolve("muster.db"));
        try (var newer = at(folder)) {
            assertThatThrownBy(newer::open)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("written by a newer muster-server (schema 99");
        }
        assertThat(Files.readAllBytes(folder.resolve("muster.db"))).isEqualTo(before);
    }

    @Test
    void takes_over_the_file_of_version_1_and_begins_its_history_with_it() throws Exception {
        var folder = folder();
        makeVersion1(folder);
        var head = opened(folder);
        assertThat(head.lineage()).isEqualTo(new Lineage("00ff"));
        assertThat(head.epoch()).isEqualTo(4);
        assertThat(head.revision()).isEqualTo(new Revision(7));
        assertThat(head.workloads())
                .isEqualTo(Map.of(WEB, new Head.Stored(workload("a"), new Revision(5))));
        assertThat(head.configs()).isEqualTo(Map.of("net", new ConfigItem.Text("x")));
        assertThat(head.startup().orElseThrow().workloads()).containsExactly(WEB);
        assertThat(head.past())
                .containsExactly(
                        new PastUpdate(
                                new Revision(7),
                                Optional.empty(),
                                Optional.empty(),
                                Map.of(),
                                Map.of()));
        try (var again = at(folder)) {
            again.open();
            again.commit(commit(8, "b"));
        }
        assertThat(opened(folder).past()).hasSize(1); // migrated once
    }

    @Test
    void begins_no_history_with_an_empty_file_of_version_1() throws Exception {
        var folder = folder();
        makeVersion1(folder);
        execute(folder, "UPDATE meta SET value = '0' WHERE key = 'revision'");
        assertThat(opened(folder).past()).isEmpty();
    }

    @Test
    void takes_over_the_file_of_version_2_with_no_edited_tags() throws Exception {
        var folder = folder();
        try (var store = at(folder)) {
            store.open();
            store.commit(commit(1, "a"));
        }
        execute(
                folder,
                "DROP TABLE agent_tag",
                "DROP TABLE agent",
                "DROP TABLE drained",
                "PRAGMA user_version = 2");
        var head = opened(folder);
        assertThat(head.tags()).isEmpty();
        assertThat(head.revision()).isEqualTo(new Revision(1));
        assertThat(opened(folder).workloads()).containsOnlyKeys(WEB); // migrated once
    }

    @Test
    void takes_over_the_file_of_version_3_with_no_agents_that_were_there() throws Exception {
        var folder = folder();
        try (var store = at(folder)) {
            store.open();
            store.commit(commit(1, "a"));
        }
        execute(folder, "DROP TABLE agent", "DROP TABLE drained", "PRAGMA user_version = 3");
        assertThat(opened(folder).met()).isEmpty();
        try (var store = at(folder)) {
            store.open();
            store.meet(Set.of(new AgentName("bow")));
        }
        assertThat(opened(folder).met()).containsExactly(new AgentName("bow"));
    }

    private Head opened(Path folder) throws Exception {
        try (var opened = at(folder)) {
            return opened.open();
        }
    }

    /** What muster-server made before there was a history, word by word. */
    private static void makeVersion1(Path folder) throws SQLException {
        execute(
                folder,
                "PRAGMA journal_mode = WAL",
                "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
                "CREATE TABLE workload (name TEXT PRIMARY KEY, changed_at INTEGER NOT NULL,"
                        + " body BLOB NOT NULL) WITHOUT ROWID",
                "CREATE TABLE config (name TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID",
                "CREATE TABLE answer (number INTEGER PRIMARY KEY, requester TEXT NOT NULL,"
                        + " body BLOB NOT NULL)",
                "CREATE TABLE startup (kind TEXT NOT NULL, name TEXT NOT NULL,"
                        + " PRIMARY KEY (kind, name)) WITHOUT ROWID",
                "INSERT INTO meta VALUES ('lineage', '00ff'), ('epoch', '3'), ('revision', '7'),"
                        + " ('startup_digest', 'abc')",
                "INSERT INTO workload VALUES ('web', 5, x'"
                        + HexFormat.of().formatHex(StateCodec.encode(workload("a")))
                        + "')",
                "INSERT INTO config VALUES ('net', x'"
                        + HexFormat.of().formatHex(StateCodec.encode(new ConfigItem.Text("x")))
                        + "')",
                "INSERT INTO startup VALUES ('workload', 'web')",
                "PRAGMA application_id = " + 0x4D535452,
                "PRAGMA user_version = 1");
    }

    @Test
    void refuses_a_row_that_makes_no_sense() throws Exception {
        make().open();
        store.commit(commit(1, "a"));
        store.close();
        var folder = temporary.resolve("state" + made);
        execute(folder, "UPDATE workload SET body = x'ff00ff'");
        try (var broken = at(folder)) {
            assertThatThrownBy(broken::open)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("is damaged")
                    .hasMessageContaining("workload");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE meta SET value = 'no/lineage!' WHERE key = 'lineage'",
                "UPDATE meta SET value = '-1' WHERE key = 'revision'",
                "UPDATE meta SET value = 'many' WHERE key = 'epoch'",
                "UPDATE meta SET value = '9223372036854775807' WHERE key = 'epoch'",
                "DELETE FROM meta WHERE key = 'revision'",
                "DELETE FROM meta",
                "DROP TABLE meta",
                "DROP TABLE workload",
                "DROP TABLE drained",
                "INSERT INTO past VALUES (-1, NULL, NULL)",
                "INSERT INTO replaced VALUES (1, 'agent', 'bow', NULL)",
                "DELETE FROM workload",
                "UPDATE workload SET changed_at = 0",
                "UPDATE meta SET value = '00' WHERE key = 'lineage'",
                "UPDATE meta SET value = '0' WHERE key = 'revision'",
                "UPDATE meta SET value = '' WHERE key = 'digest'",
                "DELETE FROM meta WHERE key = 'digest'",
                "INSERT INTO drained VALUES ('bow')",
                "INSERT INTO agent_tag VALUES ('bow', 'a', 'b')",
            })
    void tells_of_any_damage_as_damage_with_the_remedy(String harm) throws Exception {
        make().open();
        store.commit(commit(1, "a"));
        store.close();
        var folder = temporary.resolve("state" + made);
        execute(folder, harm);
        try (var broken = at(folder)) {
            assertThatThrownBy(broken::open)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("is damaged")
                    .hasMessageContaining("put a backup in its place");
        }
        assertThatThrownBy(() -> StoreFile.in(folder).read())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is damaged")
                .hasMessageContaining("put a backup in its place");
    }

    @Test
    void refuses_a_byte_that_changed_within_a_row() throws Exception {
        make().open();
        store.commit(commit(1, "the text that is to be changed"));
        store.close();
        var folder = temporary.resolve("state" + made);
        var file = folder.resolve("muster.db");
        var bytes = Files.readAllBytes(file);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("to be changed");
        bytes[at] = 'T';
        Files.write(file, bytes);
        assertThatThrownBy(() -> opened(folder))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is damaged")
                .hasMessageContaining("not what was written");
        assertThatThrownBy(() -> new StoreFile(file).read())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is damaged");
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    }

    @Test
    void knows_any_text_again() throws Exception {
        make().open();
        var odd = "nul \0, half a pair \ud83d, whole \ud83d\ude00, \uffff";
        var tags =
                new TagEdits(
                        new TreeMap<>(Map.of("key", Optional.of(odd), "gone", Optional.empty())));
        store.commit(
                new Commit(
                        new Revision(1),
                        Map.of(),
                        Set.of(),
                        Map.of(),
                        Set.of(),
                        List.of(),
                        Optional.empty(),
                        List.of(),
                        Revision.ZERO,
                        Map.of(new AgentName("bow"), tags),
                        Set.of(),
                        Map.of()));
        store.close();
        assertThat(opened(temporary.resolve("state" + made)).tags())
                .containsOnlyKeys(new AgentName("bow"));
    }

    @Test
    void forces_each_commit_to_the_disk() throws Exception {
        make().open();
        assertThat(store.pragma("journal_mode")).isEqualTo("wal");
        assertThat(store.pragma("synchronous")).isEqualTo("2"); // FULL
        store.close();
    }

    @Test
    void makes_a_folder_that_only_its_owner_may_enter() throws Exception {
        make().open();
        assertThat(Files.getPosixFilePermissions(temporary.resolve("state" + made)))
                .extracting(Enum::name)
                .allMatch(name -> name.startsWith("OWNER"));
        store.close();
    }

    @Test
    void makes_files_that_only_their_owner_may_read_in_a_folder_that_is_open_to_all()
            throws Exception {
        var folder = folder();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (var store = at(folder)) {
            store.open();
            store.commit(commit(1, "secret"));
            assertThat(rights(folder))
                    .containsEntry("muster.db", "rw-------")
                    .containsEntry("muster.db-wal", "rw-------")
                    .containsEntry("muster.db-shm", "rw-------");
        }
    }

    @Test
    void narrows_a_file_that_all_may_read_and_leaves_what_was_opened_for_a_group()
            throws Exception {
        var folder = folder();
        opened(folder);
        var file = folder.resolve("muster.db");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        opened(folder);
        assertThat(rights(folder)).containsEntry("muster.db", "rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        opened(folder);
        assertThat(rights(folder)).containsEntry("muster.db", "rw-r-----");
    }

    @Test
    void keeps_the_log_of_a_store_that_was_moved_away() throws Exception {
        var folder = folder();
        var moved = temporary.resolve("moved.db");
        try (var store = at(folder)) {
            store.open();
            store.commit(commit(1, "a"));
            Files.copy(folder.resolve("muster.db"), moved);
            Files.copy(folder.resolve("muster.db-wal"), temporary.resolve("log"));
        }
        Files.delete(folder.resolve("muster.db"));
        Files.move(temporary.resolve("log"), folder.resolve("muster.db-wal"));
        assertThat(opened(folder).fresh()).isTrue();
        Files.move(folder.resolve("muster.db.replaced-1-wal"), temporary.resolve("moved.db-wal"));
        assertThat(new StoreFile(moved).read().head().revision()).isEqualTo(new Revision(1));
    }

    private static Map<String, String> rights(Path folder) throws IOException {
        var found = new TreeMap<String, String>();
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                found.put(
                        file.getFileName().toString(),
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            }
        }
        return found;
    }

    @Test
    void says_that_an_outcome_is_not_known_and_finds_it_out_when_it_can() throws Exception {
        for (boolean happens : List.of(true, false)) {
            var folder = folder();
            var disk = new BrokenDisk(happens);
            try (var store = at(folder, disk)) {
                store.open();
                disk.breaks = true;
                for (int i = 0; i < 2; i++) {
                    assertThatThrownBy(() -> store.commit(commit(1, "a")))
                            .isInstanceOfSatisfying(
                                    StoreException.class, e -> assertThat(e.isUnknown()).isTrue())
                            .hasMessageContaining("may hold the last update or not");
                }
                disk.breaks = false;
                store.commit(commit(1, "a")); // the same again, whether it is there or not
                store.commit(commit(2, "b"));
            }
            assertThat(opened(folder).revision()).isEqualTo(new Revision(2));
        }
    }

    @Test
    void does_not_take_for_stored_what_can_be_read_but_not_forced() throws Exception {
        var folder = folder();
        var disk = new BrokenDisk(true);
        try (var store = at(folder, disk)) {
            store.open();
            disk.breaks = true;
            disk.reads = true;
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> store.commit(commit(1, "a")))
                        .isInstanceOfSatisfying(
                                StoreException.class, e -> assertThat(e.isUnknown()).isTrue());
            }
            disk.breaks = false;
            store.commit(commit(1, "a"));
        }
        assertThat(opened(folder).revision()).isEqualTo(new Revision(1));
    }

    @Test
    void says_for_sure_that_nothing_is_stored_if_a_write_did_not_come_to_its_commit()
            throws Exception {
        var folder = folder();
        var disk = new BrokenDisk(false);
        try (var store = at(folder, disk)) {
            store.open();
            disk.breaks = true;
            disk.from = "BEGIN";
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> store.commit(commit(1, "a")))
                        .isInstanceOfSatisfying(
                                StoreException.class, e -> assertThat(e.isUnknown()).isFalse())
                        .hasMessageContaining("cannot be written");
            }
            disk.breaks = false;
            store.commit(commit(1, "a"));
        }
    }

    @Test
    void says_that_somebody_else_has_changed_what_is_stored() throws Exception {
        var folder = folder();
        var disk = new BrokenDisk(false);
        try (var store = at(folder, disk)) {
            store.open();
            disk.breaks = true;
            disk.from = "BEGIN";
            assertThatThrownBy(() -> store.commit(commit(1, "a"))).isNotNull();
            disk.breaks = false;
            try (var other = DriverManager.getConnection("jdbc:sqlite:" + folder + "/muster.db")) {
                var tables = new Tables(other, 1, 1);
                tables.load();
                tables.raise(7, new Revision(7));
            }
            assertThatThrownBy(() -> store.commit(commit(1, "a")))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.isForeign()).isTrue())
                    .hasMessageContaining("holds revision 7");
        }
    }

    /** A disk that fails at some statement, and from there on with each new connection. */
    private static final class BrokenDisk implements SqliteStore.Connector {
        private final boolean happens;
        private String from = "COMMIT";
        private boolean breaks;
        private boolean broken;
        private boolean reads;

        /**
         * Makes one that works.
         *
         * @param happens whether what fails is done nevertheless
         */
        BrokenDisk(boolean happens) {
            this.happens = happens;
        }

        @Override
        public Connection connect(SQLiteConfig config, String url) throws SQLException {
            if (breaks && broken && !reads) {
                throw failure();
            }
            broken = breaks && broken;
            return proxy(Connection.class, config.createConnection(url), "");
        }

        private static SQLException failure() {
            return new SQLException(
                    "the disk does not answer", null, SQLiteErrorCode.SQLITE_IOERR.code);
        }

        /** Passes everything on, but watches what is executed. */
        private <T> T proxy(Class<T> type, T real, String text) {
            return type.cast(
                    Proxy.newProxyInstance(
                            type.getClassLoader(),
                            new Class<?>[] {type},
                            (_, method, values) -> {
                                if (breaks
                                        && text.startsWith(from)
                                        && method.getName().equals("execute")) {
                                    broken = true;
                                    if (happens) {
                                        method.invoke(real, values);
                                    }
                                    throw failure();
                                }
                                if (broken
                                        && values != null
                                        && values[0] instanceof String asked
                                        && asked.startsWith("PRAGMA wal_checkpoint")) {
                                    throw failure();
                                }
                                Object result;
                                try {
                                    result = method.invoke(real, values);
                                } catch (InvocationTargetException e) {
                                    throw e.getCause();
                                }
                                return switch (result) {
                                    case PreparedStatement prepared ->
                                            proxy(
                                                    PreparedStatement.class,
                                                    prepared,
                                                    values[0].toString());
                                    case Statement statement ->
                                            proxy(Statement.class, statement, "");
                                    case null, default -> result;
                                };
                            }));
        }
    }

    private void refuses(byte[] content, String message) throws IOException {
        var folder = folder();
        Files.write(folder.resolve("muster.db"), content);
        try (var broken = at(folder)) {
            assertThatThrownBy(broken::open)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(message);
        }
        assertThat(Files.readAllBytes(folder.resolve("muster.db"))).isEqualTo(content);
    }

    private Path folder() throws IOException {
        return Files.createDirectory(temporary.resolve("folder" + ++made));
    }

    private static void execute(Path folder, String... texts) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder + "/muster.db");
                var statement = connection.createStatement()) {
            for (var text : texts) {
                statement.execute(text);
            }
        }
    }

    private String query(String folder, String text) throws SQLException {
        try (var connection =
                        DriverManager.getConnection(
                                "jdbc:sqlite:" + temporary.resolve(folder) + "/muster.db");
                var statement = connection.createStatement();
                var rows = statement.executeQuery(text)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    private static Workload workload(String runtimeConfig) {
        return Workload.of("bow", "native", runtimeConfig);
    }

    private static Commit commit(long revision, String runtimeConfig) {
        return new Commit(
                new Revision(revision),
                Map.of(WEB, new Head.Stored(workload(runtimeConfig), new Revision(revision))),
                Set.of(),
                Map.of(),
                Set.of(),
                List.of(),
                Optional.empty());
    }
}
