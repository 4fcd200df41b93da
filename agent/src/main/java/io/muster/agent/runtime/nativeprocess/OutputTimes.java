package io.muster.agent.runtime.nativeprocess;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * When an output was written: beside it the agent notes how long it was when. A workload writes
 * straight into the file, with nobody in between who could stamp its lines; but the kernel wakes
 * the agent when it has written, so the notes are right to about two seconds.
 *
 * <p>What is selected by them is never too little: whatever may have been written at that time.
 * Without notes that is everything. Notes are bounded: when there are {@value #MOST}, neighbours
 * are merged to half as many at most. Who uses this holds the monitor of {@link OutputCuts}.
 *
 * @param newer the notes about {@code output}
 * @param older those about {@code output.1}
 */
record OutputTimes(Path newer, Path older) {
    /** How many looks are noted of each file. */
    static final int MOST = 4096;

    /** How long after a write the agent may look, if the kernel tells it of writes. */
    static final Duration LATE = Duration.ofSeconds(2);

    /** More than what passes between a look at a file and one at the clock, or while it is cut. */
    private static final Duration BETWEEN = Duration.ofSeconds(1);

    /** The least part of the whole time that matters when there are too many looks. */
    private static final int PARTS = 1024;

    private static final int BYTES = 3 * Long.BYTES;

    /**
     * A look at an output.
     *
     * @param earliest when the first byte since the look before may have been written, in
     *     milliseconds since 1970
     * @param latest when the last of them may have been written
     * @param length of the output
     */
    record Look(long earliest, long latest, long length) {
        /** The same in an output that begins so much later, or earlier if negative. */
        Look moved(long bytes) {
            return new Look(earliest, latest, length + bytes);
        }
    }

    /**
     * Which bytes of an output are of some time.
     *
     * @param to the end, or {@link Long#MAX_VALUE}
     */
    record Range(long from, long to) {
        static final Range ALL = new Range(0, Long.MAX_VALUE);
    }

    static OutputTimes of(InstanceFolder folder) {
        return new OutputTimes(
                folder.path().resolve("output.times"), folder.path().resolve("output.1.times"));
    }

    /**
     * Notes how long the output is, unless it has not grown since the last look.
     *
     * @param now taken after the length
     * @param watched the kernel has told of all writes since the last look
     */
    void note(Instant now, long length, boolean watched) throws IOException {
        try (var file =
                FileChannel.open(
                        newer,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            long count = file.size() / BYTES;
            if (count > 0) {
                var last = read(file, count - 1);
                if (last.length() == length) {
                    return;
                }
                if (last.length() < length) {
                    if (count >= MOST) {
                        var fewer = merged(read(file));
                        write(file, 0, fewer);
                        count = fewer.size();
                        file.truncate(count * BYTES);
                    }
                    write(file, count, List.of(next(last, now.toEpochMilli(), length, watched)));
                    return;
                }
                file.truncate(0); // somebody has emptied the output: nothing is known of it
            }
            boolean empty = length == 0;
            long millis = now.toEpochMilli();
            write(file, 0, List.of(new Look(empty ? millis : 0, millis, length)));
        }
    }

    private static Look next(Look last, long now, long length, boolean watched) {
        long before = last.latest() - BETWEEN.toMillis();
        long earliest = watched ? Math.max(before, now - LATE.toMillis()) : before;
        return new Look(Math.min(earliest, now), now, length); // clocks are set back, too
    }

    /** Merges neighbours that are near in time, until half as many are left at most. */
    static List<Look> merged(List<Look> looks) {
        long span = looks.getLast().latest() - looks.getFirst().latest();
        long step = Math.max(0, span / PARTS) + LATE.toMillis();
        var merged = looks;
        while (merged.size() > MOST / 2) {
            merged = merged(looks, step);
            step *= 2;
        }
        return merged;
    }

    private static List<Look> merged(List<Look> looks, long step) {
        var merged = new ArrayList<Look>();
        for (var look : looks) {
            if (merged.isEmpty() || look.latest() - merged.getLast().earliest() > step) {
                merged.add(look);
            } else {
                var before = merged.removeLast();
                merged.add(
                        new Look(
                                Math.min(before.earliest(), look.earliest()),
                                Math.max(before.latest(), look.latest()),
                                look.length()));
            }
        }
        return merged;
    }

    /**
     * Forgets everything and returns what was known of the newer file, before that is cut: if the
     * agent dies meanwhile, nothing is better than what is wrong.
     */
    List<Look> forget() throws IOException {
        var looks = read(newer);
        Files.deleteIfExists(newer);
        Files.deleteIfExists(older);
        return looks;
    }

    /** The output was cut: notes what was known of it. */
    void cut(List<Look> looks, OutputBound.Cut cut) throws IOException {
        if (looks.isEmpty()) {
            return;
        }
        var kept = new ArrayList<Look>();
        for (var look : looks) {
            if (look.length() <= cut.start()) {
                kept.clear();
                kept.add(look.moved(-look.length())); // all before is gone
            } else {
                kept.add(look.moved(-cut.start()));
            }
        }
        writeNew(older, kept);
        long last = looks.getLast().latest();
        long between = BETWEEN.toMillis();
        writeNew(newer, List.of(new Look(last - between, last + between, 0)));
    }

    private static void writeNew(Path path, List<Look> looks) throws IOException {
        try (var file =
                FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            write(file, 0, looks);
        }
    }

    /**
     * Returns what may have been written in some time.
     *
     * @param olderLength so long is {@code output.1}; positions count from its start
     */
    Range range(Optional<Instant> since, Optional<Instant> until, long olderLength)
            throws IOException {
        if (since.isEmpty() && until.isEmpty()) {
            return Range.ALL;
        }
        var looks = new ArrayList<>(read(older));
        read(newer).forEach(look -> looks.add(look.moved(olderLength)));
        return new Range(
                since.map(time -> from(looks, time.toEpochMilli())).orElse(0L),
                until.map(time -> to(looks, time.toEpochMilli())).orElse(Long.MAX_VALUE));
    }

    private static long from(List<Look> looks, long since) {
        long from = 0;
        for (var look : looks) {
            if (look.latest() >= since) {
                break;
            }
            from = look.length();
        }
        return from;
    }

    private static long to(List<Look> looks, long until) {
        if (looks.isEmpty() || looks.getLast().latest() < until) {
            return Long.MAX_VALUE;
        }
        long to = 0;
        for (var look : looks) {
            if (look.earliest() < until) {
                to = look.length();
            }
        }
        return to;
    }

    private static List<Look> read(Path path) throws IOException {
        try (var file = FileChannel.open(path, StandardOpenOption.READ)) {
            return read(file);
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static List<Look> read(FileChannel file) throws IOException {
        var buffer = ByteBuffer.allocate((int) Math.min(file.size(), (long) MOST * BYTES));
        while (buffer.hasRemaining() && file.read(buffer, buffer.position()) > 0) {}
        buffer.flip();
        var looks = new ArrayList<Look>();
        while (buffer.remaining() >= BYTES) { // a torn one at the end does not count
            looks.add(look(buffer));
        }
        return looks;
    }

    private static Look read(FileChannel file, long index) throws IOException {
        var buffer = ByteBuffer.allocate(BYTES);
        while (buffer.hasRemaining() && file.read(buffer, index * BYTES + buffer.position()) > 0) {}
        return look(buffer.rewind());
    }

    private static Look look(ByteBuffer buffer) {
        return new Look(buffer.getLong(), buffer.getLong(), buffer.getLong());
    }

    private static void write(FileChannel file, long index, List<Look> looks) throws IOException {
        var buffer = ByteBuffer.allocate(looks.size() * BYTES);
        looks.forEach(look ->
                buffer.putLong(look.earliest()).putLong(look.latest()).putLong(look.length()));
        buffer.flip();
        while (buffer.hasRemaining()) {
            file.write(buffer, index * BYTES + buffer.position());
        }
    }
}
