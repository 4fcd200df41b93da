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
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a killed server leaves, damaged in each place. */
final class LogEndTest {
    private static final WorkloadName WEB = new WorkloadName("web");
    private static final int HEADER = 32;
    private static final int FRAME = 24 + 4096;
    private static final long LAST = 4;

    @TempDir Path temporary;
    private byte[] database = {};
    private byte[] log = {};
    private int made;

    @BeforeEach
    void kill() throws Exception {
        var folder = temporary.resolve("origin");
        try (var store = at(folder)) {
            store.open();
            for (long i = 1; i <= LAST; i++) {
                commit(store, i);
            }
            database = Files.readAllBytes(folder.resolve("muster.db"));
            log = Files.readAllBytes(folder.resolve("muster.db-wal"));
        }
    }

    @Test
    void all_is_there_if_nothing_is_damaged() throws Exception {
        var folder = left(log);
        assertThat(LogEnd.in(folder.resolve("muster.db-wal"))).isEmpty();
        assertThat(StoreFile.in(folder).read().cut()).isFalse();
        assertThat(opened(folder)).isEqualTo(new Revision(LAST));
    }

    @Test
    void no_acknowledged_update_but_the_last_is_lost_without_a_refusal() throws Exception {
        int frames = (log.length - HEADER) / FRAME;
        int refused = 0;
        for (int frame = 0; frame < frames; frame++) {
            var harmed = log.clone();
            harmed[HEADER + frame * FRAME + 24 + 1000] ^= 4; // one bit within a page
            var folder = left(harmed);
            try {
                assertThat(opened(folder).value()).isGreaterThanOrEqualTo(LAST - 1);
            } catch (StoreException e) {
                refused++;
                assertThat(e)
                        .hasMessageContaining("is damaged")
                        .hasMessageContaining("frame " + (frame + 1) + " of muster.db-wal");
                assertThat(folder.resolve("muster.db-wal")).hasBinaryContent(harmed);
                assertThatThrownBy(() -> StoreFile.in(folder).read())
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("is damaged");
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void what_is_before_the_damage_can_be_copied_and_put_in_its_place() throws Exception {
        var harmed = log.clone();
        harmed[harmed.length - lastCommit() * FRAME - 1] ^= 4; // the end of the one before
        var folder = left(harmed);
        assertThatThrownBy(() -> opened(folder)).isInstanceOf(StoreException.class);
        var copy = temporary.resolve("copy.db");
        StoreFile.in(folder).backUp(copy);
        new StoreFile(copy).putInto(folder, new DirectoryDisk(folder), true);
        assertThat(opened(folder).value()).isLessThan(LAST);
        assertThat(folder.resolve("muster.db.replaced-1-wal")).hasBinaryContent(harmed);
    }

    @Test
    void a_damaged_header_is_a_refusal() throws Exception {
        for (int i = 0; i < HEADER; i++) {
            var harmed = log.clone();
            harmed[i] ^= 4;
            var folder = left(harmed);
            assertThatThrownBy(() -> opened(folder))
                    .as("byte " + i)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("is damaged");
        }
    }

    @Test
    void a_write_that_was_torn_is_none() throws Exception {
        for (int length = 0; length < log.length; length += 1999) {
            assertThat(opened(left(Arrays.copyOf(log, length))))
                    .isLessThanOrEqualTo(new Revision(LAST));
        }
    }

    @Test
    void the_remains_of_a_write_that_was_torn_are_found_once() throws Exception {
        int last = lastCommit();
        assertThat(last).as("frames of the last commit").isGreaterThan(1);
        var torn = log.clone();
        Arrays.fill(
                torn, torn.length - last * FRAME + 24, torn.length - last * FRAME + 600, (byte) 0);
        var folder = left(torn);
        assertThat(StoreFile.in(folder).read().cut()).isTrue();
        var again = temporary.resolve("again");
        try (var store = at(folder)) {
            assertThat(store.open().revision()).isEqualTo(new Revision(LAST - 1));
            commit(store, LAST);
            Files.createDirectory(again);
            for (var name : List.of("muster.db", "muster.db-wal")) {
                Files.copy(folder.resolve(name), again.resolve(name));
            }
        }
        assertThat(LogEnd.in(again.resolve("muster.db-wal"))).isEmpty();
        assertThat(opened(again)).isEqualTo(new Revision(LAST));
    }

    @Test
    void the_log_of_a_server_at_work_is_never_taken_for_damaged() throws Exception {
        var folder = temporary.resolve("busy");
        var file = folder.resolve("muster.db-wal");
        var wrong = new AtomicBoolean();
        try (var store = at(folder)) {
            store.open();
            var looking =
                    Thread.ofVirtual()
                            .unstarted(() -> {
                                try {
                                    for (int i = 0; i < 200; i++) {
                                        if (LogEnd.inLive(file).isPresent()) {
                                            made = -1;
                                        }
                                    }
                                } catch (IOException e) {
                                    made = -2;
                                }
                            });
            looking.start();
            for (long i = 1; looking.isAlive(); i++) {
                commit(store, i);
            }
            looking.join();
        }
        assertThat(wrong).isFalse();
    }

    /** How many frames the last commit has. */
    private int lastCommit() {
        int frames = 1;
        int at = log.length - 2 * FRAME;
        while (ByteBuffer.wrap(log, at + 4, 4).getInt() == 0) {
            frames++;
            at -= FRAME;
        }
        return frames;
    }

    private Path left(byte[] withLog) throws IOException {
        var folder = Files.createDirectory(temporary.resolve("left" + ++made));
        Files.write(folder.resolve("muster.db"), database);
        Files.write(folder.resolve("muster.db-wal"), withLog);
        return folder;
    }

    private static Revision opened(Path folder) throws StoreException {
        try (var store = at(folder)) {
            return store.open().revision();
        }
    }

    private static void commit(SqliteStore store, long revision) throws StoreException {
        var workload = Workload.of("bow", "native", "text ".repeat(1000) + revision);
        store.commit(
                new Commit(
                        new Revision(revision),
                        Map.of(WEB, new Head.Stored(workload, new Revision(revision))),
                        Set.of(),
                        Map.of(),
                        Set.of(),
                        List.of(),
                        Optional.empty()));
    }

    private static SqliteStore at(Path folder) {
        return new SqliteStore(folder, new DirectoryDisk(folder), new SplittableRandom(1));
    }
}
