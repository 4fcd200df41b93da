package io.muster.agent.runtime.nativeprocess;

import io.muster.api.outcome.InWords;
import io.muster.api.request.LogSelection;
import io.muster.api.runtime.LogReader;
import io.muster.api.runtime.RuntimeFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads the output of an instance: the older file, then the newer, and then what is added. When the
 * output is cut meanwhile, it goes on in the older file where it was; what was cut before it was
 * read is told by a line of its own.
 */
final class OutputReader implements LogReader {
    /** How long a growth that was not told may stay unseen. */
    private static final Duration LOOK = Duration.ofSeconds(30);

    private static final int BLOCK = 8192;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final InstanceFolder folder;
    private final OutputCuts cuts;
    private final InstantSource clock;
    private final Optional<Instant> until;
    private boolean follow;
    private @Nullable Interest interest;
    private @Nullable FileChannel older;
    private long olderAt;
    private long olderEnd;
    private final FileChannel newer;
    private long newerAt;
    private long cutsSeen;

    /** What is still to be read by who does not follow. */
    private long left;

    private byte[] notice = new byte[0];
    private boolean grown = true;
    private boolean finished;
    private volatile boolean closed;

    /** An interest in the growth of the output. */
    interface Interest {
        void cancel();
    }

    /** Opens the output. */
    OutputReader(
            InstanceFolder folder, OutputCuts cuts, LogSelection selection, InstantSource clock)
            throws IOException {
        this.folder = folder;
        this.cuts = cuts;
        this.clock = clock;
        this.until = selection.until();
        this.follow = selection.follow() && !isOver();
        synchronized (cuts) {
            newer = FileChannel.open(folder.output(), StandardOpenOption.READ);
            try {
                cutsSeen = cuts.count();
                older = open(folder.olderOutput()).orElse(null);
                olderEnd = older == null ? 0 : older.size();
                select(selection);
            } catch (IOException e) {
                closeFiles();
                throw e;
            }
        }
    }

    /** Says whether all has been written that is asked for. */
    private boolean isOver() {
        return until.isPresent() && !clock.instant().isBefore(until.get());
    }

    private static Optional<FileChannel> open(Path file) throws IOException {
        try {
            return Optional.of(FileChannel.open(file, StandardOpenOption.READ));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Moves to the first line that is wanted; in whole lines. */
    private void select(LogSelection selection) throws IOException {
        long size = newer.size();
        var range = OutputTimes.of(folder).range(selection.since(), selection.until(), olderEnd);
        long end = Math.min(olderEnd + size, range.to());
        if (end < olderEnd && older != null) {
            olderEnd = lineEnd(older, end);
        }
        long newerEnd = end <= olderEnd ? 0 : lineEnd(newer, end - olderEnd);
        olderAt = older == null ? 0 : lineStart(older, Math.min(range.from(), olderEnd));
        newerAt = lineStart(newer, Math.min(Math.max(0, range.from() - olderEnd), newerEnd));
        if (selection.tail().isPresent()) {
            skipTo(selection.tail().getAsInt(), newerEnd);
        }
        left = olderEnd - olderAt + newerEnd - newerAt;
    }

    /** Moves to the last lines. */
    private void skipTo(int lines, long newerEnd) throws IOException {
        long[] wanted = {lines};
        long from = lines == 0 ? newerEnd : start(newer, newerEnd, wanted);
        olderAt =
                from > 0 || newerAt > 0 || wanted[0] <= 0 || older == null
                        ? olderEnd
                        : Math.max(olderAt, start(older, olderEnd, wanted));
        newerAt = Math.max(newerAt, from);
    }

    private static long lineStart(FileChannel file, long at) throws IOException {
        return isStart(file, at) ? at : start(file, at, new long[] {1});
    }

    private static long lineEnd(FileChannel file, long at) throws IOException {
        long end = at;
        var buffer = ByteBuffer.allocate(BLOCK);
        while (!isStart(file, end) && file.read(buffer.clear(), end) > 0) {
            int newline = 0;
            while (newline < buffer.position() && buffer.get(newline) != '\n') {
                newline++;
            }
            end += Math.min(newline + 1, buffer.position());
        }
        return end;
    }

    private static boolean isStart(FileChannel file, long at) throws IOException {
        var last = ByteBuffer.allocate(1);
        return at == 0 || (file.read(last, at - 1) == 1 && last.get(0) == '\n');
    }

    /**
     * Returns where the last lines of a file begin.
     *
     * @param wanted how many; what is left of that afterwards was not found
     */
    private static long start(FileChannel file, long size, long[] wanted) throws IOException {
        var buffer = ByteBuffer.allocate(BLOCK);
        for (long blockEnd = size; blockEnd > 0; ) {
            long blockStart = Math.max(0, blockEnd - BLOCK);
            buffer.clear().limit((int) (blockEnd - blockStart));
            for (long at = blockStart; buffer.hasRemaining(); at = blockStart + buffer.position()) {
                if (file.read(buffer, at) < 0) {
                    break;
                }
            }
            for (int i = buffer.position() - 1; i >= 0; i--) {
                boolean lastByte = blockStart + i == size - 1;
                if (buffer.get(i) == '\n' && !lastByte && --wanted[0] == 0) {
                    return blockStart + i + 1;
                }
            }
            blockEnd = blockStart;
        }
        if (size > 0) {
            wanted[0]--; // the first line has no newline before it
        }
        return 0;
    }

    void watchedBy(Interest growth) {
        this.interest = growth;
    }

    /** The output has grown. */
    void grown() {
        lock.lock();
        try {
            grown = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read(byte[] buffer) throws RuntimeFailure {
        try {
            while (true) {
                boolean last = await();
                if (closed) {
                    return -1;
                }
                if (follow && isOver()) {
                    followNoMore();
                }
                int count = readNow(buffer);
                if (count > 0) {
                    return count;
                }
                if (last || !follow) {
                    return -1;
                }
            }
        } catch (IOException e) {
            throw new RuntimeFailure(
                    "%s: %s; make it readable for the agent"
                            .formatted(folder.path(), InWords.of(e)),
                    true,
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeFailure("interrupted while logs were read", true, e);
        }
    }

    /** Waits until there may be more; says whether nothing will ever be added. */
    private boolean await() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long patience = patience().toNanos();
            while (!grown && !finished && !closed && patience > 0) {
                patience = changed.awaitNanos(patience);
            }
            grown = false;
            return finished;
        } finally {
            lock.unlock();
        }
    }

    private Duration patience() {
        return until.filter(_ -> follow)
                .map(end -> Duration.between(clock.instant(), end))
                .filter(rest -> rest.compareTo(LOOK) < 0)
                .orElse(LOOK);
    }

    /** What is there now is all that is wanted. */
    private void followNoMore() throws IOException {
        synchronized (cuts) {
            if (!closed) {
                long end = cutsSeen == cuts.count() ? newer.size() : cuts.last().end();
                left = Math.max(0, olderEnd - olderAt + end - newerAt);
                follow = false;
            }
        }
    }

    private int readNow(byte[] buffer) throws IOException {
        synchronized (cuts) {
            if (closed) {
                return 0;
            }
            int count = readFiles(buffer);
            if (count > 0) {
                lock.lock();
                try {
                    grown = true; // there may be more
                } finally {
                    lock.unlock();
                }
            }
            return count;
        }
    }

    private int readFiles(byte[] buffer) throws IOException {
        if (notice.length > 0) {
            int count = Math.min(notice.length, buffer.length);
            System.arraycopy(notice, 0, buffer, 0, count);
            notice = Arrays.copyOfRange(notice, count, notice.length);
            return count;
        }
        if (!follow && left <= 0) {
            return 0;
        }
        int most = follow ? buffer.length : (int) Math.min(buffer.length, left);
        if (older != null && olderAt < olderEnd) {
            most = (int) Math.min(most, olderEnd - olderAt);
            int count = older.read(ByteBuffer.wrap(buffer, 0, most), olderAt);
            if (count > 0) {
                olderAt += count;
                left -= count;
                return count;
            }
        }
        if (cutsSeen != cuts.count()) {
            goOnInOlder();
            return readFiles(buffer);
        }
        int count = newer.read(ByteBuffer.wrap(buffer, 0, most), newerAt);
        if (count > 0) {
            newerAt += count;
            left -= count;
        }
        return Math.max(0, count);
    }

    /** What was in the newer file is in the older one now, or gone. */
    private void goOnInOlder() throws IOException {
        var cut = cuts.last();
        long next = cutsSeen + 1 == cuts.count() ? newerAt : -1;
        long gone = Math.max(0, cut.start() - next);
        if (next < 0 || gone > 0) {
            notice =
                    "[output was written faster than it was read: %s not kept]\n"
                            .formatted(next < 0 ? "some is" : gone + " bytes are")
                            .getBytes(StandardCharsets.UTF_8);
        }
        if (older != null) {
            older.close();
        }
        older = open(folder.olderOutput()).orElse(null);
        olderAt = Math.max(0, next - cut.start());
        olderEnd = older == null ? 0 : cut.end() - cut.start();
        cutsSeen = cuts.count();
        newerAt = 0;
    }

    @Override
    public void finish() {
        lock.lock();
        try {
            finished = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (interest != null) {
            interest.cancel();
        }
        synchronized (cuts) {
            closeFiles();
        }
    }

    private void closeFiles() {
        try {
            newer.close();
            if (older != null) {
                older.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // of a file that was only read
        }
    }
}
