package io.muster.api.host;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Reads a stream on a virtual thread, keeps the first 4 MiB and drops the rest, so that the writer
 * never waits.
 */
final class OutputCollector implements AutoCloseable {
    private static final int MAX_BYTES = 4 << 20;

    private final InputStream stream;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final Thread reader;

    OutputCollector(InputStream stream) {
        this.stream = stream;
        this.reader = Thread.startVirtualThread(this::read);
    }

    /** Returns what has come, after the end of the stream or when {@code patience} has passed. */
    String text(Duration patience) throws InterruptedException {
        reader.join(patience);
        synchronized (kept) {
            return kept.toString(StandardCharsets.UTF_8);
        }
    }

    @SuppressWarnings(
            "EmptyCatch") // a stream closed under our hands has ended; what came before still
    // counts
    private void read() {
        var buffer = new byte[8192];
        try {
            for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                synchronized (kept) {
                    kept.write(buffer, 0, Math.min(n, MAX_BYTES - kept.size()));
                }
            }
        } catch (IOException closed) {
        }
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
