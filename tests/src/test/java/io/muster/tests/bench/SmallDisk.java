package io.muster.tests.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A file system in memory that can be filled to the last byte. Needs root. */
final class SmallDisk implements AutoCloseable {
    private static final int BLOCK = 4096;

    private final Path folder;

    SmallDisk(Path folder, String size) throws IOException, InterruptedException {
        this.folder = Files.createDirectories(folder);
        var mounted =
                Run.run(
                        List.of(
                                "mount",
                                "-t",
                                "tmpfs",
                                "-o",
                                "size=" + size,
                                "tmpfs",
                                folder.toString()));
        if (mounted.exit() != 0) {
            throw new IOException(
                    "a small disk cannot be mounted, for which one has to be root: "
                            + mounted.output());
        }
    }

    /** Returns the folder for who uses it. */
    Path home() {
        return folder.resolve("home");
    }

    /** Takes all room that there is. */
    void fill() throws IOException {
        try (var channel =
                FileChannel.open(
                        folder.resolve("filler"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND)) {
            while (true) {
                channel.write(ByteBuffer.allocate(BLOCK));
            }
        } catch (IOException _) {
            // full, as wanted
        }
    }

    /** Takes all room but so many bytes. */
    void fillBut(long bytes) throws IOException {
        fill();
        try (var channel = FileChannel.open(folder.resolve("filler"), StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - bytes);
        }
    }

    /** Gives it back. */
    void free() throws IOException {
        Files.deleteIfExists(folder.resolve("filler"));
    }

    @Override
    public void close() throws IOException {
        try {
            Run.run(List.of("umount", "-l", folder.toString()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
