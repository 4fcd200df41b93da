package io.muster.testkit.disk;

import io.muster.api.shell.Disk;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A disk in memory. It outlives the process that uses it: after a simulated crash, {@link
 * #powerCycle} gives it to the next one.
 *
 * <p>One thread at a time.
 */
public final class MemoryDisk implements Disk {
    private final TreeMap<String, byte[]> files = new TreeMap<>();
    private final TreeSet<String> refused = new TreeSet<>();
    private Optional<String> trouble = Optional.empty();
    private Optional<Interruption> interruption = Optional.empty();
    private boolean locked;
    private long writes;
    private long deletions;

    /** What happens during a write. */
    private record Interruption(boolean isWritten, Runnable happening) {}

    /** Makes every write fail, or no more. */
    public void full(boolean isFull) {
        trouble = isFull ? Optional.of("No space left on device") : Optional.empty();
    }

    /** Makes every change fail, or no more. */
    public void readOnly(boolean isReadOnly) {
        trouble = isReadOnly ? Optional.of("Read-only file system") : Optional.empty();
    }

    /**
     * Lets something happen during the next write, such as a power cut, so that whoever writes does
     * not learn how it went.
     *
     * @param isWritten whether the new content is on the disk then, or the old
     */
    public void interruptNextWrite(boolean isWritten, Runnable happening) {
        interruption = Optional.of(new Interruption(isWritten, happening));
    }

    /** Lets the next write be like any other. */
    public void interruptNoWrite() {
        interruption = Optional.empty();
    }

    /** Returns how many writes reached the disk. */
    public long writes() {
        return writes;
    }

    /** Returns how many writes and deletions reached the disk, whatever they changed. */
    public long changes() {
        return writes + deletions;
    }

    /** Says whether a file is older than somebody wished, since it could not be written. */
    public boolean isBehind() {
        return !refused.isEmpty();
    }

    /** Says the same of one file. */
    public boolean isBehind(String name) {
        return refused.contains(name);
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
        if (trouble.isPresent()) {
            refused.add(name);
        }
        fail();
        var interrupted = interruption;
        interruption = Optional.empty();
        if (interrupted.isEmpty() || interrupted.get().isWritten) {
            files.put(name, content.clone());
            refused.remove(name);
            writes++;
        }
        if (interrupted.isPresent()) {
            interrupted.get().happening.run();
            throw new IOException("interrupted");
        }
    }

    private void fail() throws IOException {
        if (trouble.isPresent()) {
            throw new IOException(trouble.get());
        }
    }

    @Override
    public void delete(String name) throws IOException {
        checked(name);
        fail();
        if (files.remove(name) != null) {
            deletions++; // of nothing leaves a disk as it is
        }
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
