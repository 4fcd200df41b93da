package io.muster.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
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
    private static final int MOST_UPDATES = 50;
    private static final int LARGE = 200_000;

    /** Enough for what a store writes at each start, and less than {@link #LARGE}. */
    private static final long ROOM_TO_OPEN = 128 << 10;

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

    @Test
    void a_running_one_refuses_updates_stores_no_half_of_one_and_takes_them_again_with_room()
            throws Exception {
        var agent = programs.agent();
        try {
            programs.awaitAgent();
            assertThat(isTaken(0)).isTrue();
            var pid = awaitPid();
            disk.fill();

            int stored = 0; // what still fits in what the store has already
            while (stored < MOST_UPDATES && isTaken(stored + 1)) {
                stored++;
            }

            for (int i = 0; i < 3; i++) {
                assertThat(isTaken(100 + i)).isFalse(); // and again
            }
            assertThat(halves()).containsOnly(numbered(stored));
            assertThat(read("get", "workloads")).contains("Running");
            assertThat(awaitPid()).isEqualTo(pid);

            disk.free();

            assertThat(isTaken(1_000)).isTrue();
            server.destroyForcibly().waitFor();
            server = programs.server();
            programs.awaitAnswer();
            assertThat(halves()).containsOnly(numbered(1_000));
            assertThat(awaitPid()).as("nothing restarts").isEqualTo(pid);
        } finally {
            agent.destroyForcibly().waitFor();
            ProcessHandle.of(awaitPid()).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void one_without_room_for_its_startup_manifest_serves_what_is_stored() throws Exception {
        server.destroyForcibly().waitFor();
        var manifest =
                Files.writeString(
                        folder.resolve("startup.yaml"),
                        "apiVersion: v1\nworkloads: {}\nconfigs:\n  fresh: %s\n"
                                .formatted("x".repeat(LARGE)));
        disk.fillBut(ROOM_TO_OPEN);

        server = programs.server("--startup-manifest", manifest.toString());

        awaitLog("the startup manifest is waiting for room on the disk");
        assertThat(read("get", "configs")).contains("kept").doesNotContain("fresh");

        disk.free();

        await().atMost(PATIENCE).until(() -> read("get", "configs").contains("fresh"));
        assertThat(server.isAlive()).isTrue();
    }

    /** What a command prints; one that has no time to connect is repeated. */
    private String read(String... words) {
        return await().atMost(PATIENCE)
                .until(() -> Run.run(programs.muster(words)), run -> run.exit() == 0)
                .output();
    }

    /** Says whether an update is acknowledged; otherwise it is refused because the disk is full. */
    private boolean isTaken(int number) {
        return await().atMost(PATIENCE)
                        .until(
                                () -> update(number),
                                run ->
                                        run.exit() == 0
                                                || run.output()
                                                        .contains(
                                                                "the disk is full; free some"
                                                                        + " space"))
                        .exit()
                == 0;
    }

    /** An update of a workload, which restarts nothing, and of a config, too big to fit beside. */
    private Run.Result update(int number) throws IOException, InterruptedException {
        var manifest =
                """
                apiVersion: v1
                workloads:
                  web:
                    agent: bench
                    runtime: native
                    restartPolicy: ALWAYS
                    tags: {half: "%s"}
                    runtimeConfig: |
                      command: sh
                      args: ["-c", "echo $$ >%s; exec sleep 1000000"]
                configs:
                  half: "%s"
                  large: "%s"
                """
                        .formatted(
                                numbered(number),
                                folder.resolve("pid"),
                                numbered(number),
                                String.valueOf(number % 10).repeat(LARGE));
        var file = Files.writeString(folder.resolve("update.yaml"), manifest);
        return Run.run(programs.muster("apply", file.toString()));
    }

    private static String numbered(int number) {
        return "number-" + number;
    }

    /** What the state says of the last update, in two places. */
    private List<String> halves() {
        var halves =
                Pattern.compile("half: \"?(number-[0-9]+)")
                        .matcher(read("get", "state", "desiredState"))
                        .results()
                        .map(found -> found.group(1))
                        .toList();
        assertThat(halves).hasSize(2);
        return halves;
    }

    /** The process of the workload. */
    private long awaitPid() {
        var file = folder.resolve("pid");
        await().atMost(PATIENCE).until(() -> Files.exists(file) && Files.size(file) > 0);
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
