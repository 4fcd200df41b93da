package io.muster.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.bus.Payload;
import io.muster.api.program.ProgramFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MessageTraceTest {
    private static final InstantSource NOON =
            InstantSource.fixed(Instant.parse("2026-11-21T12:00:00Z"));

    @TempDir Path folder;

    private static MessageObserver.ObservedMessage message(int number) {
        return new MessageObserver.ObservedMessage(
                "muster/d/agent/a", "t/" + number, 1, true, false, Payload.of("12345"));
    }

    @Test
    void has_a_line_for_each_message_and_goes_on_where_it_ended()
            throws ProgramFailure, IOException {
        var file = folder.resolve("trace");
        for (int i = 0; i < 2; i++) {
            try (var trace = MessageTrace.open(file, NOON)) {
                trace.published(message(i));
            }
        }
        assertThat(file)
                .hasContent(
                        """
                        2026-11-21T12:00:00Z muster/d/agent/a t/0 qos=1 retained=yes will=no bytes=5
                        2026-11-21T12:00:00Z muster/d/agent/a t/1 qos=1 retained=yes will=no bytes=5
                        """);
    }

    @Test
    void keeps_two_files_of_bounded_size() throws ProgramFailure, IOException {
        var file = folder.resolve("trace");
        try (var trace = MessageTrace.open(file, NOON, 1000)) {
            for (int i = 0; i < 200; i++) {
                trace.published(message(i));
            }
        }
        assertThat(Files.size(file)).isBetween(1L, 1000L);
        assertThat(Files.size(folder.resolve("trace.1"))).isBetween(500L, 1000L);
        assertThat(Files.readString(file)).endsWith("t/199 qos=1 retained=yes will=no bytes=5\n");
        try (var all = Files.list(folder)) {
            assertThat(all).hasSize(2);
        }
    }

    @Test
    void says_how_many_messages_are_missing() throws ProgramFailure, IOException {
        var file = folder.resolve("trace");
        int published = 200_000;
        try (var trace = MessageTrace.open(file, NOON)) {
            for (int i = 0; i < published; i++) {
                trace.published(message(i));
            }
        }
        try (var lines = Files.lines(file)) {
            assertThat(lines.mapToLong(MessageTraceTest::counts).sum()).isEqualTo(published);
        }
    }

    private static long counts(String line) {
        return line.startsWith("# ") ? Long.parseLong(line.split(" ", 3)[1]) : 1;
    }

    @Test
    void cannot_be_opened_where_there_is_no_folder() {
        assertThatThrownBy(() -> MessageTrace.open(folder.resolve("no/trace"), NOON))
                .isInstanceOf(ProgramFailure.class)
                .hasMessageStartingWith("--trace " + folder.resolve("no/trace"));
    }
}
