package io.muster.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.store.StoreException;
import io.muster.server.store.StoreFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
        var alsoUnforced =
                new Crash.Disk() {
                    @Override
                    public void alive(Path store) {
                        disk.alive(store);
                    }

                    @Override
                    public void dead(Path store) throws IOException {
                        disk.dead(store);
                        // whatever the server left: this is what a disk forgets
                        var written = store.resolve("muster.db.unforced");
                        write(written, disk.variables());
                        disk.dead(store);
                        assertThat(written).isEmptyFile();
                    }
                };

        var report = new Crash(REPOSITORY, folder, CLIENTS, disk.variables()).run(6, alsoUnforced);

        assertThat(disk.forced()).isGreaterThan(6);
        System.out.println("writes that the disk forgot: " + disk.undone());
        assertThat(disk.undone()).isGreaterThanOrEqualTo(6);
        assertThat(report.lost()).isEmpty();
        assertThat(report.backwards()).isZero();
        assertThat(report.acknowledged()).isGreaterThan(6L * CLIENTS);
    }

    /** Writes something by a program that does not force it. */
    private static void write(Path file, Map<String, String> variables) throws IOException {
        var writing = new ProcessBuilder("sh", "-c", "printf unforced > \"$0\"", file.toString());
        writing.environment().putAll(variables);
        try {
            assertThat(writing.inheritIO().start().waitFor()).isZero();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
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
