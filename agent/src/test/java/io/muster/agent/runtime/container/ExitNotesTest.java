package io.muster.agent.runtime.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.shell.ProcessRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExitNotesTest {
    private static final String CONTAINER = "0123456789abcdef";
    private static final ProcessRef MAIN = new ProcessRef(42, 7);

    @TempDir Path proc;
    private Path exits = Path.of("unused");
    private ExitNotes notes = ExitNotes.none();

    @BeforeEach
    void begin() throws IOException {
        exits = Files.createDirectory(proc.resolve("exits"));
        notes = new ExitNotes(proc);
        process("S");
        monitor("");
    }

    @Test
    void the_code_of_what_has_ended_is_read_once() throws Exception {
        notes.expect(CONTAINER, MAIN);
        end("137");

        assertThat(notes.read(CONTAINER)).isEqualTo(OptionalInt.of(137));
        assertThat(notes.read(CONTAINER)).isEmpty();
    }

    @Test
    void the_code_of_what_its_parent_has_not_waited_for_is_read() throws Exception {
        notes.expect(CONTAINER, MAIN);
        process("Z");
        Files.writeString(exits.resolve(CONTAINER), "3");

        assertThat(notes.read(CONTAINER)).isEqualTo(OptionalInt.of(3));
    }

    @Test
    void what_runs_has_no_code_whatever_lies_there() throws Exception {
        notes.expect(CONTAINER, MAIN);
        Files.writeString(exits.resolve(CONTAINER), "3");

        assertThat(notes.read(CONTAINER)).isEmpty();
    }

    @Test
    void who_comes_too_late_finds_nothing() throws Exception {
        notes.expect(CONTAINER, MAIN);
        end("1");
        Files.delete(exits.resolve(CONTAINER));

        assertThat(notes.read(CONTAINER)).isEmpty();
    }

    @Test
    void the_note_of_an_earlier_run_is_not_taken_for_this_one_s() throws Exception {
        Files.writeString(exits.resolve(CONTAINER), "1");
        notes.expect(CONTAINER, MAIN);
        end("2");

        assertThat(notes.read(CONTAINER)).isEmpty();
    }

    @Test
    void nothing_is_expected_of_a_container_that_removes_itself() throws Exception {
        monitor("--exit-command-arg\0--rm\0");
        notes.expect(CONTAINER, MAIN);
        end("0");

        assertThat(notes.read(CONTAINER)).isEmpty();
    }

    @Test
    void nothing_is_expected_where_the_parent_is_another_program() throws Exception {
        Files.writeString(proc.resolve("41/cmdline"), "/sbin/init\0-c\0" + CONTAINER + "\0");
        notes.expect(CONTAINER, MAIN);
        end("0");

        assertThat(notes.read(CONTAINER)).isEmpty();
    }

    @Test
    void nonsense_is_no_code() throws Exception {
        notes.expect(CONTAINER, MAIN);
        end("-1 or so");

        assertThat(notes.read(CONTAINER)).isEmpty();
    }

    private void process(String state) throws IOException {
        var folder = Files.createDirectories(proc.resolve("42"));
        var rest = String.join(" ", Collections.nCopies(17, "0"));
        Files.writeString(
                folder.resolve("stat"), "42 (a (b) c) %s 41 %s 7 0\n".formatted(state, rest));
    }

    private void monitor(String more) throws IOException {
        Files.createDirectories(proc.resolve("41"));
        Files.writeString(
                proc.resolve("41/cmdline"),
                "/usr/bin/conmon\0-c\0%s\0--exit-dir\0%s\0%s".formatted(CONTAINER, exits, more));
    }

    private void end(String note) throws IOException {
        Files.delete(proc.resolve("42/stat"));
        Files.writeString(exits.resolve(CONTAINER), note);
    }
}
