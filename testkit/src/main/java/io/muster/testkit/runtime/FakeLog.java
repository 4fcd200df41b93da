package io.muster.testkit.runtime;

import io.muster.api.bus.Payload;
import io.muster.api.request.LogSelection;
import io.muster.api.runtime.LogReader;
import io.muster.testkit.world.TakesTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What an instance of a fake machine has written. Any thread. */
final class FakeLog {
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final List<Piece> pieces = new ArrayList<>();

    /** Some text, and when it was written. */
    private record Piece(Instant time, Payload text) {}

    synchronized void write(String text, Instant time) {
        for (var line : text.splitWithDelimiters("\n", 0)) {
            if (!line.isEmpty()) {
                pieces.add(new Piece(time, Payload.of(line)));
            }
        }
    }

    private synchronized int size() {
        return pieces.size();
    }

    private synchronized Piece at(int index) {
        return pieces.get(index);
    }

    /** Returns where the last lines begin. */
    private synchronized int lastLines(int lines) {
        int at = pieces.size();
        for (int found = 0; at > 0; at--) {
            boolean endsLine = pieces.get(at - 1).text().text().equals("\n");
            if (endsLine && at < pieces.size() && ++found == lines) {
                break;
            }
        }
        return lines == 0 ? pieces.size() : at;
    }

    LogReader read(LogSelection selection, BooleanSupplier running) {
        int start = selection.tail().isPresent() ? lastLines(selection.tail().getAsInt()) : 0;
        return new Reader(selection, running, start, size());
    }

    private final class Reader implements LogReader {
        private final LogSelection selection;
        private final BooleanSupplier running;
        private final int end;
        private int next;
        private boolean finished;
        private boolean closed;

        Reader(LogSelection selection, BooleanSupplier running, int start, int end) {
            this.selection = selection;
            this.running = running;
            this.next = start;
            this.end = end;
        }

        @Override
        public synchronized int read(byte[] buffer) {
            while (!closed && next < (selection.follow() ? size() : end)) {
                var piece = at(next);
                if (piece.text().size() > buffer.length) {
                    throw new IllegalStateException("a line too long for a fake");
                }
                next++;
                boolean early =
                        selection.since().filter(since -> piece.time().isBefore(since)).isPresent();
                boolean late =
                        selection
                                .until()
                                .filter(until -> !piece.time().isBefore(until))
                                .isPresent();
                if (!early && !late) {
                    System.arraycopy(piece.text().bytes(), 0, buffer, 0, piece.text().size());
                    return piece.text().size();
                }
            }
            if (closed || finished || !selection.follow() || !running.getAsBoolean()) {
                return -1;
            }
            throw new TakesTime(LOOK);
        }

        @Override
        public synchronized void finish() {
            finished = true;
        }

        @Override
        public synchronized void close() {
            closed = true;
        }
    }
}
