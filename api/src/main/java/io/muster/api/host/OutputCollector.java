package io.muster.api.host;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Reads a stream on a virtual thread, up to 4 MiB. */
final class OutputCollector implements AutoCloseable {
    private static final int MAX_BYTES = 4 << 20;

    private final InputStream stream;
    private final Runnable tooMuch;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final Thread reader;
    private volatile boolean flooded;

    /**
     * Begins to read.
     *
     * @param tooMuch is called when there is more; it has to end the writer, whom nobody reads then
     */
    OutputCollector(InputStream stream, Runnable tooMuch) {
        this.stream = stream;
        this.tooMuch = tooMuch;
        this.reader = Thread.startVirtualThread(this::read);
    }

    /** Returns what has come, after the end of the stream or when {@code patience} has passed. */
    String text(Duration patience) throws InterruptedException {
        reader.join(patience);
        synchronized (kept) {
            return kept.toString(StandardCharsets.UTF_8);
        }
    }

    /** Says whether there was more than is read. */
    boolean isFlooded() {
        return flooded;
    }

    @SuppressWarnings(
            "EmptyCatch") // a stream closed under our hands has ended; what came before still
    // counts
    private void read() {
        var buffer = new byte[8192];
        try {
            for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                synchronized (kept) {
                    if (kept.size() + n <= MAX_BYTES) {
                        kept.write(buffer, 0, n);
                        continue;
                    }
                }
                flooded = true;
                tooMuch.run();
                return;
            }
        } catch (IOException closed) {
        }
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
