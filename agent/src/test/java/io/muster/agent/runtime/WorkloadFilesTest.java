package io.muster.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.state.WorkloadFile;
import io.muster.api.state.WorkloadFile.BinaryFile;
import io.muster.api.state.WorkloadFile.TextFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WorkloadFilesTest {
    @TempDir private Path parent;

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    etc/app.conf,  is not absolute
                    '',            is not absolute
                    /etc/app/,     names a folder
                    /,             names a folder
                    /etc/../app,   goes up
                    /..,           goes up
                    '/a,readonly=false', has a comma
                    '/a"b',        has a comma
                    """)
    void refuses_a_mount_point_that_leads_elsewhere(String mountPoint, String why) {
        assertRefused(new TextFile(mountPoint, "x"))
                .startsWith("Failed to create workload file: 'files[0].mountPoint: \"" + mountPoint)
                .contains(why);
    }

    @Test
    void refuses_long_names_and_control_characters() {
        assertRefused(new TextFile("/" + "a".repeat(256), "x")).contains("255 bytes");
        assertRefused(new TextFile("/a\nb", "x")).contains("control character");
        assertRefused(new TextFile("/a\0b", "x")).contains("control character");
    }

    @Test
    void refuses_files_in_each_others_way() {
        assertRefused(new TextFile("/a", "x"), new TextFile("//a", "y")).contains("there twice");
        assertRefused(new TextFile("/a", "x"), new TextFile("/a/b", "y"))
                .contains("\"/a\" cannot be a file and a folder");
    }

    @ParameterizedTest
    @CsvSource({"aGVsbG8, no multiple of 4", "aGV%bG8=, Illegal base64 character", "aG=s, =="})
    void refuses_what_is_not_base64(String data, String why) {
        assertRefused(new BinaryFile("/a", data))
                .contains("files[0].binaryData: ")
                .contains("write it in base64")
                .satisfies(text -> assertThat(text.contains(why) || why.equals("==")).isTrue());
    }

    @Test
    void names_all_that_is_wrong_at_once() {
        assertRefused(new TextFile("a", "x"), new BinaryFile("/b", "%%%%"), new TextFile("/c/", ""))
                .contains("files[0].mountPoint", "files[1].binaryData", "files[2].mountPoint");
    }

    @Test
    void writes_texts_as_they_are_and_bytes_decoded() throws Exception {
        var text = "  first\r\n\n last ä";
        var files =
                WorkloadFiles.of(
                        List.of(
                                new TextFile("/etc/./app//app.conf", text),
                                new BinaryFile("/bytes", "  /wAB\r\n\tAg==  \n"),
                                new TextFile("/empty", "")));
        var folder = parent.resolve("new/files");
        files.write(folder);
        assertThat(Files.readAllBytes(folder.resolve("etc/app/app.conf")))
                .isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        assertThat(Files.readAllBytes(folder.resolve("bytes"))).containsExactly(0xff, 0, 1, 2);
        assertThat(folder.resolve("empty")).isEmptyFile();
        assertThat(files.in(folder))
                .containsEntry(folder.resolve("etc/app/app.conf"), "/etc/app/app.conf")
                .containsEntry(folder.resolve("bytes"), "/bytes")
                .hasSize(3);
    }

    @Test
    void lets_only_the_agent_in_but_everybody_read_what_is_mounted() throws Exception {
        var folder = parent.resolve("files");
        WorkloadFiles.of(List.of(new TextFile("/etc/app.conf", "x"))).write(folder);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(folder.resolve("etc/app.conf"))))
                .isEqualTo("r--r--r--");
    }

    @Test
    void leaves_nothing_of_what_was_there_before() throws Exception {
        WorkloadFiles.of(List.of(new TextFile("/old/file", "x"))).write(parent.resolve("f"));
        WorkloadFiles.of(List.of(new TextFile("/new", "y"))).write(parent.resolve("f"));
        assertThat(parent.resolve("f")).isDirectoryNotContaining("glob:**/old");
        assertThat(parent.resolve("f/new")).hasContent("y");
    }

    @Test
    void restores_what_is_missing_or_was_changed_and_leaves_the_rest_alone() throws Exception {
        var folder = parent.resolve("f");
        var files =
                WorkloadFiles.of(
                        List.of(
                                new TextFile("/a", "1"),
                                new TextFile("/b", "2"),
                                new TextFile("/c", "3")));
        files.write(folder);
        var before = Files.getAttribute(folder.resolve("c"), "unix:ino");
        Files.delete(folder.resolve("a"));
        Files.delete(folder.resolve("b"));
        Files.writeString(folder.resolve("b"), "changed");
        files.restore(folder);
        assertThat(folder.resolve("a")).hasContent("1");
        assertThat(folder.resolve("b")).hasContent("2");
        assertThat(Files.getAttribute(folder.resolve("c"), "unix:ino")).isEqualTo(before);
    }

    @Test
    void says_where_it_cannot_write() throws Exception {
        var inTheWay = Files.writeString(parent.resolve("file"), "x").resolve("files");
        var files = WorkloadFiles.of(List.of(new TextFile("/a", "x")));
        assertThatThrownBy(() -> files.write(inTheWay))
                .asInstanceOf(type(RuntimeFailure.class))
                .satisfies(failure -> assertThat(failure.retryable()).isTrue())
                .satisfies(failure ->
                        assertThat(failure.getMessage())
                                .startsWith("Failed to create workload file: '" + inTheWay));
    }

    private static org.assertj.core.api.AbstractStringAssert<?> assertRefused(
            WorkloadFile... files) {
        try {
            WorkloadFiles.of(List.of(files));
        } catch (RuntimeFailure e) {
            assertThat(e.retryable()).isFalse();
            return assertThat(String.valueOf(e.getMessage()));
        }
        throw new AssertionError("accepted: " + List.of(files));
    }
}
