package io.muster.agent.runtime.nativeprocess;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the output of a workload within bounds: the newest bytes in {@code output}, those before in
 * {@code output.1}, each at most so many.
 *
 * <p>The workload holds the file open, so it is not renamed but copied and emptied; since it writes
 * at the end (O_APPEND), it goes on at the start. What it writes in the instant between copy and
 * emptying is lost.
 *
 * @param bytes of each of the two files
 */
record OutputBound(long bytes) {
    /** Whoever writes faster than is copied loses the more, the longer that takes. */
    private static final int CATCHING_UP = 16;

    /**
     * What was cut from the output: its bytes from {@code start} to {@code end} are in {@code
     * output.1} now, those before are gone, and {@code output} begins anew.
     */
    record Cut(long start, long end) {}

    /** Cuts the output if it is too long, and the notes when it was written with it. */
    Optional<Cut> keep(InstanceFolder folder) throws IOException {
        try (var output =
                FileChannel.open(
                        folder.output(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (output.size() <= bytes) {
                return Optional.empty();
            }
            Cut cut;
            List<OutputTimes.Look> looks;
            var times = OutputTimes.of(folder);
            var fresh = folder.path().resolve("output.new");
            try (var copy =
                    FileChannel.open(
                            fresh,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.TRUNCATE_EXISTING)) {
                cut = copy(output, copy);
                looks = times.forget();
                for (int i = 0; i < CATCHING_UP && output.size() > cut.end; i++) {
                    cut = copy(output, copy.truncate(0).position(0)); // it has written meanwhile
                }
                output.truncate(0);
            }
            Files.move(fresh, folder.olderOutput(), StandardCopyOption.ATOMIC_MOVE);
            times.cut(looks, cut);
            return Optional.of(cut);
        } catch (NoSuchFileException e) {
            return Optional.empty(); // the instance is being deleted: nothing to keep
        }
    }

    /** Copies the newest bytes, from the start of a line if there is one. */
    private Cut copy(FileChannel output, FileChannel copy) throws IOException {
        long end = output.size();
        long start = lineStart(output, end - bytes);
        for (long at = start; at < end; at += output.transferTo(at, end - at, copy)) {
            end = Math.min(output.size(), end); // somebody else may have emptied it
        }
        return new Cut(start, end);
    }

    private static long lineStart(FileChannel output, long from) throws IOException {
        var buffer = ByteBuffer.allocate(4096);
        int read = output.read(buffer, from);
        for (int i = 0; i < read; i++) {
            if (buffer.get(i) == '\n') {
                return from + i + 1;
            }
        }
        return from;
    }
}
