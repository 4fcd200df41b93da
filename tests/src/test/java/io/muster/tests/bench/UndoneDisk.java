package io.muster.tests.bench;

import io.muster.api.bus.Payload;
import io.muster.tests.preload.Preload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A disk that forgets all that was not forced, whenever the server dies: the worst that a power cut
 * does. What was overwritten stands in a record that {@code undo.c} makes.
 */
final class UndoneDisk implements Crash.Disk {
    private final Path library;
    private final Path record;
    private final Path folder;
    private final boolean lies;
    private long undone;
    private long forced;

    /** A write, or, without bytes, that the file was forced. */
    private record Entry(Path file, boolean force, long offset, long size, Payload old) {}

    /**
     * Makes one.
     *
     * @param folder of the store, and everything else that the server writes
     * @param lies whether it only says that it has forced something
     */
    UndoneDisk(Path folder, boolean lies) throws IOException, InterruptedException {
        this.folder = folder;
        this.lies = lies;
        this.library = Preload.compile("undo", folder);
        this.record = folder.resolve("undo");
    }

    /** Returns what the server's environment needs. */
    Map<String, String> variables() {
        var variables = new HashMap<String, String>();
        variables.put("LD_PRELOAD", library.toString());
        variables.put("UNDO_FOLDER", folder.toString());
        variables.put("UNDO_LOG", record.toString());
        if (lies) {
            variables.put("UNDO_LIES", "yes");
        }
        return variables;
    }

    /** Returns how many writes were undone so far. */
    long undone() {
        return undone;
    }

    /** Returns how many times files were forced so far. */
    long forced() {
        return forced;
    }

    @Override
    public void alive(Path store) {}

    @Override
    public void dead(Path store) throws IOException {
        var entries = read();
        forced += entries.stream().filter(Entry::force).count();
        var lastForce = new TreeMap<Path, Integer>();
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).force) {
                lastForce.put(entries.get(i).file, i);
            }
        }
        for (int i = entries.size() - 1; i >= 0; i--) {
            var entry = entries.get(i);
            if (!entry.force && lastForce.getOrDefault(entry.file, -1) < i) {
                undo(entry);
            }
        }
        Files.delete(record);
        Files.deleteIfExists(store.resolve("muster.db-shm"));
    }

    private void undo(Entry entry) throws IOException {
        if (!Files.exists(entry.file)) {
            return;
        }
        try (var channel = FileChannel.open(entry.file, StandardOpenOption.WRITE)) {
            var old = ByteBuffer.wrap(entry.old.bytes());
            long at = entry.offset;
            while (old.hasRemaining()) {
                at += channel.write(old, at);
            }
            channel.truncate(entry.size);
        }
        undone++;
    }

    /** The last record may be cut off: then its write did not happen either. */
    private List<Entry> read() throws IOException {
        var bytes = ByteBuffer.wrap(Files.readAllBytes(record)).order(ByteOrder.nativeOrder());
        var entries = new ArrayList<Entry>();
        while (bytes.remaining() > Long.BYTES) {
            boolean force = bytes.get() == 'F';
            var name = bytes(bytes, bytes.getLong());
            if (!force && bytes.remaining() < 3 * Long.BYTES) {
                break;
            }
            long offset = force ? 0 : bytes.getLong();
            long size = force ? 0 : bytes.getLong();
            long length = force ? 0 : bytes.getLong();
            if (length > bytes.remaining()) {
                break;
            }
            entries.add(
                    new Entry(
                            Path.of(new String(name, StandardCharsets.UTF_8)),
                            force,
                            offset,
                            size,
                            Payload.of(bytes(bytes, length))));
        }
        return entries;
    }

    private static byte[] bytes(ByteBuffer from, long length) {
        var part = new byte[(int) Math.min(length, from.remaining())];
        from.get(part);
        return part;
    }
}
