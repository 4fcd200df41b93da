package io.muster.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.api.host.SystemProcesses;
import io.muster.api.request.LogSelection;
import io.muster.api.runtime.LogReader;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.shell.Processes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With a program of our own in the place of podman: a real one hangs when it likes to. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class ProgramLogsTest {
    private static final Duration SILENCE = Duration.ofSeconds(1);

    @TempDir private Path folder;

    private LogReader open(String script, LogSelection selection) throws Exception {
        var program = folder.resolve("podman");
        Files.writeString(program, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return ProgramLogs.open(
                new SystemProcesses(),
                List.of(program.toString()),
                new TreeMap<>(),
                List.of("web"),
                selection,
                () -> false,
                SILENCE);
    }

    private static String read(LogReader reader) throws RuntimeFailure {
        var buffer = new byte[100];
        int count = reader.read(buffer);
        return count < 0 ? "" : new String(buffer, 0, count, StandardCharsets.UTF_8);
    }

    @Test
    void one_that_hangs_is_killed_and_told() throws Exception {
        try (var reader = open("echo one; exec sleep 1000", LogSelection.ALL)) {
            assertThatThrownBy(() -> readToTheEnd(reader))
                    .isInstanceOf(RuntimeFailure.class)
                    .hasMessageContaining("podman logs neither wrote anything nor ended")
                    .hasMessageContaining("was killed");
        }
    }

    @Test
    void one_whose_reader_takes_his_time_is_not_killed() throws Exception {
        var closed = new AtomicBoolean();
        var child = new Endless(closed);
        var reader =
                ProgramLogs.open(
                        child,
                        List.of("podman"),
                        new TreeMap<>(),
                        List.of("web"),
                        LogSelection.ALL,
                        () -> false,
                        SILENCE);
        assertThat(read(reader)).isEqualTo("x");
        await().during(SILENCE.multipliedBy(3)).atMost(Duration.ofMinutes(1)).untilFalse(closed);
        assertThat(read(reader)).isEqualTo("x");
        reader.close();
        assertThat(closed).isTrue();
    }

    private static void readToTheEnd(LogReader reader) throws RuntimeFailure {
        while (!read(reader).isEmpty()) {
            // go on
        }
    }

    /** Has always something to tell, at once. */
    private record Endless(AtomicBoolean closed) implements Processes {
        @Override
        public Finished run(Command command) throws IOException {
            throw new IOException("nothing is run here");
        }

        @Override
        public Talking start(Command command) {
            return new Talking() {
                @Override
                public int read(byte[] buffer) {
                    buffer[0] = 'x';
                    return 1;
                }

                @Override
                public int exitCode() {
                    return 0;
                }

                @Override
                public void close() {
                    closed.set(true);
                }
            };
        }
    }

    @Test
    void one_that_follows_may_be_quiet() throws Exception {
        try (var reader =
                open("sleep 2; echo late; exec sleep 1000", LogSelection.ALL.following())) {
            assertThat(read(reader)).isEqualTo("late\n");
        }
    }
}
