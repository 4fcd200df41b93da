package io.muster.testkit.disk;

import io.muster.api.shell.Disk;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A disk in memory. It outlives the process that uses it: after a simulated crash, {@link
 * #powerCycle} gives it to the next one.
 *
 * <p>One thread at a time.
 */
public final class MemoryDisk implements Disk {
    private final TreeMap<String, byte[]> files = new TreeMap<>();
    private boolean full;
    private boolean locked;
    private long writes;

    /** Makes every write fail, or no more. */
    public void full(boolean isFull) {
        full = isFull;
    }

    /** Returns how many writes reached the disk. */
    public long writes() {
        return writes;
    }

    /** What a restarted process finds: all that was written, and no lock. */
    public void powerCycle() {
        locked = false;
    }

    /** Empties the disk, as re-imaging a node does. */
    public void erase() {
        files.clear();
        locked = false;
    }

    @Override
    public Optional<byte[]> read(String name) {
        return Optional.ofNullable(files.get(checked(name))).map(byte[]::clone);
    }

    @Override
    public void write(String name, byte[] content) throws IOException {
        checked(name);
        if (full) {
            throw new IOException("No space left on device");
        }
        files.put(name, content.clone());
        writes++;
    }

    @Override
    public void delete(String name) {
        files.remove(checked(name));
    }

    @Override
    public List<String> list(String folder) {
        var prefix = folder.isEmpty() ? "" : checked(folder) + "/";
        return files.keySet().stream()
                .filter(name -> name.startsWith(prefix) && name.indexOf('/', prefix.length()) < 0)
                .map(name -> name.substring(prefix.length()))
                .toList();
    }

    @Override
    public AutoCloseable lock() throws IOException {
        if (locked) {
            throw new IOException(
                    "in use by another running process; stop that one, or name another folder");
        }
        locked = true;
        return () -> locked = false;
    }

    private static String checked(String name) {
        if (name.isEmpty() || name.startsWith("/") || List.of(name.split("/", -1)).contains("..")) {
            throw new IllegalArgumentException("\"" + name + "\" is not a file within the disk");
        }
        return name;
    }
}
