package io.muster.agent.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GrowthWatchTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir private Path folder;

    @Test
    void tells_when_a_file_was_written_to_again_and_again() throws Exception {
        var file = file("output");
        var calls = new AtomicInteger();
        try (var watch = GrowthWatch.open(Duration.ofMillis(1))) {
            watch.watch(file, calls::incrementAndGet);
            for (int i = 1; i <= 3; i++) {
                append(file);
                int wanted = i;
                await().atMost(LIMIT).until(() -> calls.get() >= wanted);
            }
        }
    }

    @Test
    void tells_once_about_many_writes_within_its_interval() throws Exception {
        var file = file("output");
        var other = file("other");
        var calls = new AtomicInteger();
        var others = new AtomicInteger();
        try (var watch = GrowthWatch.open(Duration.ofHours(1))) {
            watch.watch(file, calls::incrementAndGet);
            watch.watch(other, others::incrementAndGet);
            append(other);
            await().atMost(LIMIT).until(() -> others.get() == 1);
            for (int i = 0; i < 1_000; i++) {
                append(file);
                append(other);
            }
        } // closing does not wait for the hour
        assertThat(others).hasValue(1);
        assertThat(calls).hasValue(0);
    }

    @Test
    void forgets_a_file_that_nobody_is_interested_in() throws Exception {
        var file = file("output");
        var other = file("other");
        var calls = new AtomicInteger();
        var others = new AtomicInteger();
        try (var watch = GrowthWatch.open(Duration.ofMillis(1))) {
            var interest = watch.watch(file, calls::incrementAndGet);
            watch.watch(other, others::incrementAndGet);
            interest.cancel();
            interest.cancel();
            append(file);
            append(other);
            await().atMost(LIMIT).until(() -> others.get() >= 1);
        }
        assertThat(calls).hasValue(0);
    }

    @Test
    void does_not_mind_when_a_file_is_deleted_or_a_listener_fails() throws Exception {
        var file = file("output");
        var other = file("other");
        var others = new AtomicInteger();
        try (var watch = GrowthWatch.open(Duration.ofMillis(1))) {
            var interest =
                    watch.watch(
                            file,
                            () -> {
                                throw new IllegalStateException("a bug of the test");
                            });
            watch.watch(other, others::incrementAndGet);
            append(file);
            Files.delete(file);
            append(other);
            await().atMost(LIMIT).until(() -> others.get() >= 1);
            interest.cancel();
        }
    }

    @Test
    void says_which_file_it_cannot_watch() throws Exception {
        try (var watch = GrowthWatch.open(Duration.ofMillis(1))) {
            assertThatThrownBy(() -> watch.watch(folder.resolve("missing"), () -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("missing")
                    .hasMessageContaining("no such file");
        }
    }

    private Path file(String name) throws IOException {
        return Files.createFile(folder.resolve(name));
    }

    private static void append(Path file) throws IOException {
        Files.writeString(file, "line\n", StandardOpenOption.APPEND);
    }
}
