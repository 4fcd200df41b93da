package io.muster.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.store.StoreException;
import io.muster.server.store.StoreFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A few kills of what {@code bin/crash} does many times. */
final class CrashIT {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final int CLIENTS = 4;

    @TempDir Path folder;

    @Test
    void a_server_that_is_killed_loses_nothing_that_it_acknowledged() throws Exception {
        var report = new Crash(REPOSITORY, folder, CLIENTS).run(6, Crash.HONEST);

        assertThat(report.lost()).isEmpty();
        assertThat(report.backwards()).isZero();
        assertThat(report.acknowledged()).isGreaterThan(6L * CLIENTS);
        assertThat(report.underWay()).isPositive();
    }

    @Test
    @Tag("gcc")
    void a_disk_that_loses_all_that_was_not_forced_loses_nothing_that_was_acknowledged()
            throws Exception {
        var disk = new UndoneDisk(folder, false);

        var report = new Crash(REPOSITORY, folder, CLIENTS, disk.variables()).run(6, disk);

        assertThat(disk.forced()).isGreaterThan(6);
        System.out.println("writes that the disk forgot: " + disk.undone());
        assertThat(report.lost()).isEmpty();
        assertThat(report.backwards()).isZero();
        assertThat(report.acknowledged()).isGreaterThan(6L * CLIENTS);
    }

    @Test
    @Tag("gcc")
    void a_disk_that_only_says_that_it_forced_something_is_found_out() throws Exception {
        var disk = new UndoneDisk(folder, true);

        var report = new Crash(REPOSITORY, folder, CLIENTS, disk.variables()).run(2, disk);

        assertThat(disk.forced()).isZero();
        assertThat(disk.undone()).isPositive();
        assertThat(report.lost()).isNotEmpty();
    }

    @Test
    void a_disk_that_forgets_what_was_written_last_is_found_out() throws Exception {
        var kept = folder.resolve("kept.db");
        var forgetful =
                new Crash.Disk() {
                    private int kills;

                    @Override
                    public void alive(Path store) throws IOException {
                        Files.deleteIfExists(kept);
                        try {
                            StoreFile.in(store).backUp(kept);
                        } catch (StoreException e) {
                            throw new IOException(e);
                        }
                    }

                    @Override
                    public void dead(Path store) throws IOException {
                        if (kills++ > 0) {
                            return; // once is enough to be found out
                        }
                        for (var name : List.of("muster.db", "muster.db-wal", "muster.db-shm")) {
                            Files.deleteIfExists(store.resolve(name));
                        }
                        Files.copy(kept, store.resolve("muster.db"));
                    }
                };

        var report = new Crash(REPOSITORY, folder, CLIENTS).run(3, forgetful);

        assertThat(report.lost()).isNotEmpty();
        assertThat(report.backwards()).isPositive();
    }
}
