package io.muster.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.host.DirectoryDisk;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.Workload;
import io.muster.api.store.Commit;
import io.muster.api.store.Head;
import io.muster.api.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreFileTest {
    private static final WorkloadName WEB = new WorkloadName("web");

    @TempDir Path temporary;
    private Path folder = Path.of("unused");
    private Path backup = Path.of("unused");

    @BeforeEach
    void name() throws IOException {
        folder = Files.createDirectory(temporary.resolve("server"));
        backup = temporary.resolve("backup.db");
    }

    @Test
    void a_running_server_s_store_is_read_and_copied_with_what_was_committed_last()
            throws Exception {
        try (var store = at(folder)) {
            store.open();
            commit(store, 1, "one");
            commit(store, 2, "two");

            assertThat(StoreFile.in(folder).read().head().revision()).isEqualTo(new Revision(2));
            StoreFile.in(folder).backUp(backup);
            commit(store, 3, "three"); // it goes on undisturbed
        }

        var copied = new StoreFile(backup).read();
        assertThat(copied.schema()).isEqualTo(Schema.VERSION);
        assertThat(copied.head().workloads().get(WEB))
                .isEqualTo(new Head.Stored(workload("two"), new Revision(2)));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)))
                .isEqualTo("rw-------");
        assertThat(names(temporary)).containsExactly("backup.db", "server");
    }

    @Test
    void a_backup_put_back_is_the_store_as_it_was_and_the_former_one_is_kept() throws Exception {
        try (var store = at(folder)) {
            store.open();
            commit(store, 1, "one");
            StoreFile.in(folder).backUp(backup);
            commit(store, 2, "two");
        }

        var aside = putBack(true).orElseThrow();

        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(folder.resolve("muster.db"))))
                .isEqualTo("rw-------");

        assertThat(new StoreFile(aside).read().head().revision()).isEqualTo(new Revision(2));
        try (var store = at(folder)) {
            var head = store.open();
            assertThat(head.fresh()).isFalse();
            assertThat(head.revision()).isEqualTo(new Revision(1));
            assertThat(head.workloads().get(WEB))
                    .isEqualTo(new Head.Stored(workload("one"), new Revision(1)));
        }
    }

    @Test
    void what_a_killed_server_left_in_its_log_is_kept_with_the_former_store() throws Exception {
        var killed = Files.createDirectory(temporary.resolve("killed"));
        try (var store = at(folder)) {
            store.open();
            commit(store, 1, "one");
            StoreFile.in(folder).backUp(backup);
            commit(store, 2, "two");
            for (var name : List.of("muster.db", "muster.db-wal")) {
                Files.copy(folder.resolve(name), killed.resolve(name));
            }
        }

        var aside =
                new StoreFile(backup)
                        .putInto(killed, new DirectoryDisk(killed), true)
                        .orElseThrow();

        assertThat(new StoreFile(aside).read().head().revision()).isEqualTo(new Revision(2));
        assertThat(StoreFile.in(killed).read().head().revision()).isEqualTo(new Revision(1));
    }

    @Test
    void the_former_store_goes_on_with_its_log_if_an_import_was_killed() throws Exception {
        for (boolean again : List.of(false, true)) {
            for (boolean early : List.of(false, true)) {
                var place = killed("killed-%s-%s".formatted(again, early));
                var log = place.resolve("muster.db-wal");
                var kept = temporary.resolve("kept-%s-%s".formatted(again, early));
                Files.createLink(kept, log);
                Aside.put(place.resolve("muster.db"));
                if (early) {
                    Files.createLink(log, kept); // it had not been taken away yet
                }
                assertThatThrownBy(() -> StoreFile.in(place).read())
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("start the server");

                if (again) {
                    var aside =
                            new StoreFile(backup)
                                    .putInto(place, new DirectoryDisk(place), true)
                                    .orElseThrow();
                    assertThat(new StoreFile(aside).read().head().revision())
                            .isEqualTo(new Revision(2));
                    assertThat(StoreFile.in(place).read().head().revision())
                            .isEqualTo(new Revision(1));
                } else {
                    try (var store = at(place)) {
                        assertThat(store.open().revision()).isEqualTo(new Revision(2));
                    }
                    assertThat(names(place)).doesNotContain("muster.db.replaced-1");
                }
            }
        }
    }

    @Test
    void a_log_that_outlived_its_store_is_kept_apart_from_the_backup() throws Exception {
        for (boolean replace : List.of(false, true)) {
            var place = killed("killed-" + replace);
            Files.move(place.resolve("muster.db"), temporary.resolve("bad-" + replace));

            var aside =
                    new StoreFile(backup)
                            .putInto(place, new DirectoryDisk(place), replace)
                            .orElseThrow();

            assertThat(aside).isEqualTo(place.resolve("muster.db.replaced-1-wal")).exists();
            assertThat(StoreFile.in(place).read().head().revision()).isEqualTo(new Revision(1));
            try (var store = at(place)) {
                assertThat(store.open().revision()).isEqualTo(new Revision(1));
            }
            // with its log, what was moved away is whole
            Files.move(aside, temporary.resolve("bad-" + replace + "-wal"));
            assertThat(new StoreFile(temporary.resolve("bad-" + replace)).read().head().revision())
                    .isEqualTo(new Revision(2));
        }
    }

    @Test
    void a_journal_that_outlived_its_store_undoes_nothing_of_the_backup() throws Exception {
        var place = killed("killed");
        Files.delete(place.resolve("muster.db"));
        Files.delete(place.resolve("muster.db-wal"));
        Files.writeString(place.resolve("muster.db-journal"), "of another store");
        Files.writeString(place.resolve("muster.db-shm"), "of another store");

        new StoreFile(backup).putInto(place, new DirectoryDisk(place), false);

        assertThat(place.resolve("muster.db.replaced-1-journal")).hasContent("of another store");
        assertThat(names(place)).doesNotContain("muster.db-journal", "muster.db-shm");
    }

    @Test
    void a_copy_is_not_written_before_a_log_of_something_else() throws Exception {
        var place = killed("killed");
        Files.writeString(temporary.resolve("copy.db-wal"), "of another store");
        assertThatThrownBy(() -> StoreFile.in(place).backUp(temporary.resolve("copy.db")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("copy.db-wal would be taken for a part of the copy");
        assertThat(temporary.resolve("copy.db")).doesNotExist();
    }

    /** A folder as a killed server leaves it, at revision 2; the backup is at 1. */
    private Path killed(String name) throws Exception {
        var killed = Files.createDirectory(temporary.resolve(name));
        var origin = Files.createDirectory(temporary.resolve(name + "-origin"));
        Files.deleteIfExists(backup);
        try (var store = at(origin)) {
            store.open();
            commit(store, 1, "one");
            StoreFile.in(origin).backUp(backup);
            commit(store, 2, "two");
            for (var file : List.of("muster.db", "muster.db-wal")) {
                Files.copy(origin.resolve(file), killed.resolve(file));
            }
        }
        return killed;
    }

    @Test
    void a_store_that_is_there_is_not_replaced_unless_asked() throws Exception {
        try (var store = at(folder)) {
            store.open();
            commit(store, 1, "one");
            StoreFile.in(folder).backUp(backup);
        }
        assertThatThrownBy(() -> putBack(false))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is a store already")
                .hasMessageContaining("--replace");
        assertThat(names(folder)).doesNotContain("muster.db.replaced-1", "import.unfinished");
    }

    @Test
    void nothing_is_put_under_a_running_server() throws Exception {
        try (var store = at(folder)) {
            store.open();
            commit(store, 1, "one");
            StoreFile.in(folder).backUp(backup);
            assertThatThrownBy(() -> putBack(true))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("in use by another running process");
            commit(store, 2, "two");
        }
        assertThat(StoreFile.in(folder).read().head().revision()).isEqualTo(new Revision(2));
    }

    @Test
    void a_damaged_backup_replaces_nothing() throws Exception {
        try (var store = at(folder)) {
            store.open();
            commit(store, 1, "one");
            StoreFile.in(folder).backUp(backup);
        }
        var bytes = Files.readAllBytes(backup);
        for (int i = 4096; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        Files.write(backup, bytes);

        assertThatThrownBy(() -> putBack(true))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("backup.db is damaged");
        assertThat(StoreFile.in(folder).read().head().revision()).isEqualTo(new Revision(1));
    }

    @Test
    void a_damaged_store_is_put_aside_for_a_backup() throws Exception {
        try (var store = at(folder)) {
            store.open();
            commit(store, 1, "one");
            StoreFile.in(folder).backUp(backup);
        }
        Files.writeString(folder.resolve("muster.db"), "no store at all");

        putBack(true);

        assertThat(StoreFile.in(folder).read().head().revision()).isEqualTo(new Revision(1));
        assertThat(folder.resolve("muster.db.replaced-1")).hasContent("no store at all");
    }

    @Test
    void a_file_that_is_there_is_not_overwritten() throws Exception {
        try (var store = at(folder)) {
            store.open();
            Files.writeString(backup, "precious");
            assertThatThrownBy(() -> StoreFile.in(folder).backUp(backup))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("is there already");
        }
        assertThat(backup).hasContent("precious");
    }

    @Test
    void a_store_of_an_older_version_is_read_without_changing_it() throws Exception {
        try (var store = at(folder)) {
            store.open();
            commit(store, 1, "one");
        }
        try (var connection =
                        DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("muster.db"));
                var statement = connection.createStatement()) {
            statement.execute("DROP TABLE drained");
            statement.execute("PRAGMA user_version = 4");
        }
        for (int i = 0; i < 2; i++) {
            var content = StoreFile.in(folder).read();
            assertThat(content.schema()).isEqualTo(4);
            assertThat(content.head().workloads()).containsKey(WEB);
        }
    }

    @Test
    void what_is_no_store_is_refused_with_a_remedy() throws Exception {
        assertThatThrownBy(() -> StoreFile.in(folder).read())
                .hasMessageContaining("there is no store")
                .hasMessageContaining("--state-dir");
        Files.writeString(backup, "some text that is long enough to be no database at all");
        assertThatThrownBy(() -> new StoreFile(backup).read())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("damaged");
        assertThat(names(temporary)).containsExactly("backup.db", "server");
    }

    private Optional<Path> putBack(boolean replace) throws StoreException {
        return new StoreFile(backup).putInto(folder, new DirectoryDisk(folder), replace);
    }

    private static Workload workload(String runtimeConfig) {
        return Workload.of("bow", "native", runtimeConfig);
    }

    private static void commit(SqliteStore store, long revision, String runtimeConfig)
            throws StoreException {
        store.commit(
                new Commit(
                        new Revision(revision),
                        Map.of(
                                WEB,
                                new Head.Stored(workload(runtimeConfig), new Revision(revision))),
                        Set.of(),
                        Map.of(),
                        Set.of(),
                        List.of(),
                        Optional.empty()));
    }

    private static SqliteStore at(Path folder) {
        return new SqliteStore(folder, new DirectoryDisk(folder), new SplittableRandom(1));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
