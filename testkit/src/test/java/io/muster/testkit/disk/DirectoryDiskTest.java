package io.muster.testkit.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.host.DirectoryDisk;
import io.muster.api.shell.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryDiskTest extends DiskContract {
    @TempDir Path folder;

    @Override
    protected Disk disk() {
        return new DirectoryDisk(folder.resolve("state"));
    }

    @Override
    protected Disk again(Disk disk) {
        return new DirectoryDisk(folder.resolve("state"));
    }

    @Test
    void takes_a_half_written_file_for_none() throws IOException {
        disk().write("copy", new byte[] {1});
        Files.write(folder.resolve("state/copy.tmp"), new byte[] {2});
        assertThat(disk().read("copy")).hasValue(new byte[] {1});
        assertThat(disk().list("")).containsExactly("copy");
    }
}
