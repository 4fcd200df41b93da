package io.muster.api.shell;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Small files in one folder that belongs to one process. Blocks; any thread, but one call at a time
 * per name.
 *
 * <p>Names are relative, with {@code /} between folders, and never leave the folder.
 */
public interface Disk {
    /** Reads a whole file; empty if there is none. */
    Optional<byte[]> read(String name) throws IOException;

    /**
     * Replaces a file so that after a crash or power cut there is the old content or the new,
     * whole; when this returns, the new is on the disk. Written to a temporary file, forced,
     * renamed, and the folder forced.
     */
    void write(String name, byte[] content) throws IOException;

    /** Deletes a file; does nothing if there is none. */
    void delete(String name) throws IOException;

    /**
     * Lists the files directly in a folder ({@code ""} for the top), sorted; temporary ones are
     * left out.
     */
    List<String> list(String folder) throws IOException;

    /**
     * Holds the folder for this process until it ends or the lock is closed.
     *
     * @throws IOException if another process holds it, saying so
     */
    AutoCloseable lock() throws IOException;
}
