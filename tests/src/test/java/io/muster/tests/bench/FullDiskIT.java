package io.muster.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the real server does when nothing more fits on its disk. */
@Tag("root")
final class FullDiskIT {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String WAITS = "waiting for room on the disk";

    @TempDir Path folder;
    private Programs programs;
    private SmallDisk disk;
    private Process server;

    @BeforeEach
    void starts() throws Exception {
        programs = new Programs(REPOSITORY, folder);
        disk = new SmallDisk(folder.resolve("server"), "24m");
        server = programs.server();
        programs.awaitAnswer();
        var manifest =
                Files.writeString(
                        folder.resolve("manifest.yaml"),
                        "apiVersion: v1\nworkloads: {}\nconfigs:\n  kept: through all of it\n");
        var applied = Run.run(programs.muster("apply", manifest.toString()));
        assertThat(applied.exit()).as(applied.output()).isZero();
    }

    @AfterEach
    void ends() throws Exception {
        server.destroyForcibly().waitFor();
        disk.close();
    }

    @Test
    void one_that_was_killed_and_starts_on_a_full_disk_serves_when_there_is_room()
            throws Exception {
        server.destroyForcibly().waitFor();

        startsOnFullDiskAndServesWithRoom();
    }

    @Test
    void one_that_was_stopped_and_starts_on_a_full_disk_serves_when_there_is_room()
            throws Exception {
        server.destroy(); // in order: the files beside the store's own are gone
        server.waitFor();

        startsOnFullDiskAndServesWithRoom();
    }

    @Test
    void one_that_waits_for_room_stops_when_it_is_asked_to() throws Exception {
        server.destroyForcibly().waitFor();
        disk.fill();
        server = programs.server();
        awaitLog(WAITS);

        server.destroy();

        assertThat(server.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).isZero();
    }

    private void startsOnFullDiskAndServesWithRoom() throws IOException, InterruptedException {
        disk.fill();
        server = programs.server();
        awaitLog(WAITS);
        assertThat(log()).contains("the disk is full; free some space");

        disk.free();

        programs.awaitAnswer();
        assertThat(Run.run(programs.muster("get", "configs")).output()).contains("kept");
    }

    private void awaitLog(String text) {
        await().atMost(PATIENCE)
                .failFast(() -> !server.isAlive())
                .until(() -> log().contains(text));
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("server.log"));
    }
}
