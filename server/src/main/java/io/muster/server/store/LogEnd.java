package io.muster.server.store;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Looks for commits that SQLite would leave out of a write-ahead log without a word: it reads up to
 * the first frame whose checksum is wrong, and takes what follows for the remains of a write that a
 * crash interrupted. So it may be, or the disk has damaged what was acknowledged.
 *
 * <p>The format: <a href="https://www.sqlite.org/fileformat2.html#walformat">sqlite.org</a>,
 * section 4. A frame belongs to this log, and is no remains of a former one at the same place, if
 * it has the two salts of its header.
 */
final class LogEnd {
    private static final int HEADER = 32;
    private static final int FRAME_HEADER = 24;
    private static final int MAGIC = 0x377f0682; // the lowest bit: words are big-endian
    private static final int VERSION = 3_007_000;
    private static final int LOOKS = 5;
    private static final int BUFFER = 1 << 16;

    private final InputStream log;
    private ByteOrder words = ByteOrder.BIG_ENDIAN;
    private int sum1;
    private int sum2;

    private LogEnd(InputStream log) {
        this.log = log;
    }

    /**
     * What would be left out.
     *
     * @param salts of the log
     * @param frame the first that cannot be read, from 1; 0 if it is the header
     * @param commits how many there are behind it
     * @param acknowledged whether one of them was for sure: each is forced to disk before the next
     *     is begun, so that what a crash interrupts is the last
     */
    record Cut(long salts, int frame, int commits, boolean acknowledged) {}

    /** Looks at a log to which nobody writes; empty if nothing is left out, or there is none. */
    static Optional<Cut> in(Path file) throws IOException {
        try (var stream = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
            return new LogEnd(stream).read();
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /**
     * Looks at a log to which a server may write. A frame that was read just before it was written
     * looks as if it were damaged, but not twice.
     */
    static Optional<Cut> inLive(Path file) throws IOException {
        var cut = in(file);
        for (int i = 1; i < LOOKS && cut.isPresent(); i++) {
            var again = in(file);
            if (again.equals(cut)) {
                return cut;
            }
            cut = again;
        }
        return Optional.empty(); // nothing there, or it changes: somebody is at work on it
    }

    private Optional<Cut> read() throws IOException {
        var bytes = log.readNBytes(HEADER);
        var header = ByteBuffer.wrap(bytes);
        if (bytes.length < HEADER) {
            return Optional.empty();
        }
        int magic = header.getInt(0);
        words = (magic & 1) == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        add(bytes, 0, FRAME_HEADER);
        int pageSize = header.getInt(8);
        if ((magic & ~1) != MAGIC
                || header.getInt(4) != VERSION
                || Integer.bitCount(pageSize) != 1
                || pageSize < 512
                || pageSize > 65_536
                || header.getInt(24) != sum1
                || header.getInt(28) != sum2) {
            // it is forced before anything follows
            return hasContent() ? Optional.of(new Cut(0, 0, 1, true)) : Optional.empty();
        }
        return frames(header.getLong(16), pageSize);
    }

    private boolean hasContent() throws IOException {
        for (int next = log.read(); next >= 0; next = log.read()) {
            if (next != 0) {
                return true;
            }
        }
        return false;
    }

    private Optional<Cut> frames(long salts, int pageSize) throws IOException {
        int bad = 0;
        int commits = 0;
        boolean acknowledged = false;
        for (int number = 1; ; number++) {
            var bytes = log.readNBytes(FRAME_HEADER + pageSize);
            var frame = ByteBuffer.wrap(bytes);
            if (bytes.length < FRAME_HEADER + pageSize) {
                return commits == 0
                        ? Optional.empty()
                        : Optional.of(new Cut(salts, bad, commits, acknowledged));
            }
            boolean ours = frame.getLong(8) == salts && frame.getInt(0) != 0;
            if (bad == 0 && !(ours && isAsWritten(bytes))) {
                bad = number;
            }
            if (bad != 0 && ours) {
                acknowledged |= commits > 0;
                commits += frame.getInt(4) == 0 ? 0 : 1; // the size of the file then: a commit
            }
        }
    }

    private boolean isAsWritten(byte[] bytes) {
        add(bytes, 0, 8);
        add(bytes, FRAME_HEADER, bytes.length - FRAME_HEADER);
        var frame = ByteBuffer.wrap(bytes);
        return frame.getInt(16) == sum1 && frame.getInt(20) == sum2;
    }

    private void add(byte[] bytes, int from, int length) {
        var in = ByteBuffer.wrap(bytes, from, length).order(words);
        while (in.hasRemaining()) {
            sum1 += in.getInt() + sum2;
            sum2 += in.getInt() + sum1;
        }
    }
}
