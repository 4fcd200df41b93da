package io.muster.testkit.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.shell.Disk;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class MemoryDiskTest extends DiskContract {
    @Override
    protected Disk disk() {
        return new MemoryDisk();
    }

    @Override
    protected Disk again(Disk disk) {
        return disk;
    }

    @Test
    void an_interrupted_write_leaves_the_old_content_or_the_new_and_its_writer_in_the_dark()
            throws IOException {
        for (boolean isWritten : new boolean[] {true, false}) {
            var disk = new MemoryDisk();
            var happened = new AtomicInteger();
            disk.write("copy", new byte[] {1});
            disk.interruptNextWrite(isWritten, happened::incrementAndGet);
            assertThatThrownBy(() -> disk.write("copy", new byte[] {2}))
                    .isInstanceOf(IOException.class);
            assertThat(happened).hasValue(1);
            assertThat(disk.read("copy")).hasValue(new byte[] {isWritten ? (byte) 2 : 1});
            disk.write("copy", new byte[] {3});
            assertThat(disk.read("copy")).hasValue(new byte[] {3});
        }
    }

    @Test
    void is_behind_until_what_it_refused_is_written() throws IOException {
        var disk = new MemoryDisk();
        disk.readOnly(true);
        assertThatThrownBy(() -> disk.write("copy", new byte[] {1}))
                .hasMessage("Read-only file system");
        assertThatThrownBy(() -> disk.delete("copy")).hasMessage("Read-only file system");
        assertThat(disk.isBehind()).isTrue();
        disk.readOnly(false);
        assertThat(disk.isBehind()).isTrue();
        disk.write("copy", new byte[] {1});
        assertThat(disk.isBehind()).isFalse();
    }
}
