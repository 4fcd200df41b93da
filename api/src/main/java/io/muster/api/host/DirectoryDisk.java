package io.muster.api.host;

import io.muster.api.shell.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/** A folder of the file system, made with access for its owner only when it is first written to. */
public final class DirectoryDisk implements Disk {
    private static final String TEMPORARY = ".tmp";
    private static final String LOCK = "lock";

    private final Path folder;

    /** Uses this folder; touches nothing yet. */
    public DirectoryDisk(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    @Override
    public Optional<byte[]> read(String name) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(path(name)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void write(String name, byte[] content) throws IOException {
        var target = path(name);
        var parent = parentOf(target);
        makeFolder(parent);
        var temporary = parent.resolve(target.getFileName() + TEMPORARY);
        try (var channel =
                FileChannel.open(
                        temporary,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            var buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        } catch (IOException e) {
            Files.deleteIfExists(temporary); // gives the room of a half-written file back
            throw e;
        }
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        force(parent);
    }

    @Override
    public void delete(String name) throws IOException {
        var target = path(name);
        if (Files.deleteIfExists(target)) {
            force(parentOf(target));
        }
    }

    @Override
    public List<String> list(String name) throws IOException {
        var start = name.isEmpty() ? folder : path(name);
        try (var entries = Files.list(start)) {
            return entries.filter(Files::isRegularFile)
                    .map(entry -> String.valueOf(entry.getFileName()))
                    .filter(file -> !file.endsWith(TEMPORARY) && !file.equals(LOCK))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    @Override
    public AutoCloseable lock() throws IOException {
        makeFolder(folder);
        var channel =
                FileChannel.open(
                        folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // held by this very process: the same answer as for another one
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new IOException(
                folder
                        + " is in use by another running process; stop that one, or name another"
                        + " folder");
    }

    private Path path(String name) {
        var path = folder.resolve(name).normalize();
        if (!path.startsWith(folder) || path.equals(folder)) {
            throw new IllegalArgumentException("\"" + name + "\" is not a file within " + folder);
        }
        return path;
    }

    private Path parentOf(Path path) {
        var parent = path.getParent();
        return parent == null ? folder : parent;
    }

    /** Makes a folder with those above it, each forced into the one that names it. */
    private static void makeFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        var above = folder.getParent();
        if (above != null) {
            makeFolder(above);
        }
        Files.createDirectories( // another process may have been faster
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        if (above != null) {
            force(above);
        }
    }

    /** Makes a rename survive a power cut: on Linux the folder is forced like a file. */
    private static void force(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
