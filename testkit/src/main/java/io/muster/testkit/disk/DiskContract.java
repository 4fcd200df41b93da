package io.muster.testkit.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.shell.Disk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What every disk does. */
public abstract class DiskContract {
    /** Makes an empty disk. */
    protected abstract Disk disk() throws IOException;

    /** Opens the same disk as another process would. */
    protected abstract Disk again(Disk disk);

    @Test
    void reads_nothing_where_nothing_was_written() throws IOException {
        assertThat(disk().read("copy")).isEmpty();
        assertThat(disk().list("")).isEmpty();
    }

    @Test
    void reads_back_what_was_written_last() throws IOException {
        var disk = disk();
        disk.write("copy", bytes("first"));
        disk.write("copy", bytes("second"));
        assertThat(again(disk).read("copy")).hasValue(bytes("second"));
    }

    @Test
    void keeps_folders_apart() throws IOException {
        var disk = disk();
        disk.write("a/one", bytes("1"));
        disk.write("b/two", bytes("2"));
        disk.write("top", bytes("3"));
        assertThat(disk.list("a")).containsExactly("one");
        assertThat(disk.list("")).containsExactly("top");
    }

    @Test
    void deletes_what_is_there_and_minds_nothing_that_is_not() throws IOException {
        var disk = disk();
        disk.write("copy", bytes("first"));
        disk.delete("copy");
        disk.delete("copy");
        assertThat(disk.read("copy")).isEmpty();
    }

    @Test
    void never_leaves_its_folder() throws IOException {
        var disk = disk();
        assertThatThrownBy(() -> disk.write("../outside", bytes("x")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> disk.read("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void belongs_to_one_process_at_a_time() throws Exception {
        var disk = disk();
        try (var held = disk.lock()) {
            assertThat(held).isNotNull();
            assertThatThrownBy(() -> again(disk).lock())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use by another");
        }
        again(disk).lock().close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
