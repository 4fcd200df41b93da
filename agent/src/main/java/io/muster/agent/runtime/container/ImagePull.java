package io.muster.agent.runtime.container;

import io.muster.api.runtime.LogReader;
import io.muster.api.runtime.RuntimeFailure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;

/**
 * Images that are got for somebody who listens: one after the other, on a thread of its own, which
 * ends with the listener. What is done is told in lines, a few for each image.
 */
final class ImagePull implements LogReader {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Images images;
    private final List<WantedImage> wanted;
    private final LinkedBlockingQueue<Optional<ByteBuffer>> told = new LinkedBlockingQueue<>();
    private final Thread worker;
    private final List<RuntimeFailure> failures = new ArrayList<>(); // read after the last word
    private volatile boolean closed;
    private ByteBuffer begun = NOTHING;
    private boolean over;

    private ImagePull(Images images, List<WantedImage> wanted) {
        this.images = images;
        this.wanted = List.copyOf(wanted);
        this.worker = Thread.ofVirtual().name("image-pull").unstarted(this::work);
    }

    /** Begins. */
    static LogReader begin(Images images, List<WantedImage> wanted) {
        var pull = new ImagePull(images, wanted);
        pull.worker.start();
        return pull;
    }

    private void work() {
        try {
            for (var image : wanted) {
                get(image);
            }
        } finally {
            told.add(Optional.empty());
        }
    }

    private void get(WantedImage image) {
        if (closed) {
            return;
        }
        try {
            images.getAhead(image, what -> tell(image.name() + " " + what));
        } catch (RuntimeFailure e) {
            failures.add(e);
        } catch (RuntimeException e) {
            failures.add(new RuntimeFailure("a fault in pulling: " + e, false, e));
        }
    }

    private void tell(String line) {
        told.add(Optional.of(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8))));
    }

    @Override
    public int read(byte[] buffer) throws RuntimeFailure {
        while (!begun.hasRemaining()) {
            if (over || closed) {
                return -1;
            }
            var next = next();
            if (next.isEmpty()) {
                over = true;
                conclude();
            }
            begun = next.orElse(NOTHING);
        }
        int count = Math.min(buffer.length, begun.remaining());
        begun.get(buffer, 0, count);
        return count;
    }

    private Optional<ByteBuffer> next() throws RuntimeFailure {
        try {
            return told.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeFailure("interrupted while images were pulled", true, e);
        }
    }

    private void conclude() throws RuntimeFailure {
        if (!closed && !failures.isEmpty()) {
            throw new RuntimeFailure(
                    failures.stream().map(PullAdvice::with).collect(Collectors.joining("; ")),
                    true,
                    failures.getFirst());
        }
    }

    /** Nothing that writes has to end: the end comes when the images are there, or are not. */
    @Override
    public void finish() {}

    @Override
    public void close() {
        closed = true;
        worker.interrupt();
    }
}
