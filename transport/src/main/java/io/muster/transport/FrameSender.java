package io.muster.transport;

import io.muster.api.bus.BusException;
import io.muster.api.bus.Publication;
import io.muster.api.codec.Frame;
import io.muster.api.codec.FrameCodec;
import io.muster.api.codec.Frames;
import io.muster.api.topic.Topic;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Publishes bodies, in chunks if they are big. What is handed over and not acknowledged yet is
 * bounded in bytes; beyond that it takes no more, and the caller keeps it for later, or drops what
 * can be asked for again.
 */
final class FrameSender {
    private final Publisher publisher;
    private final int chunkBytes;
    private final long maxUnacknowledgedBytes;
    private long unacknowledgedBytes;
    private int generation;

    FrameSender(Publisher publisher, LinkOptions options) {
        this.publisher = publisher;
        this.chunkBytes = options.chunkBytes();
        this.maxUnacknowledgedBytes = 2L * options.maxBodyBytes();
    }

    /** Begins with nothing under way. */
    void connected() {
        generation++;
        unacknowledgedBytes = 0;
    }

    /** Says whether so many bytes are taken now. */
    boolean hasRoomFor(int bytes) {
        return unacknowledgedBytes == 0 || unacknowledgedBytes + bytes <= maxUnacknowledgedBytes;
    }

    /**
     * Publishes a body; {@code done} hears once that all is acknowledged, or of the first failure.
     *
     * @param timeToLive of a request; the messages expire with it, unless it is zero
     */
    void send(
            Topic topic,
            String id,
            long part,
            byte[] body,
            Duration timeToLive,
            Consumer<Optional<BusException>> done) {
        var frames = Frames.split(id, part, body, chunkBytes, timeToLive);
        unacknowledgedBytes += body.length;
        var batch = new Batch(frames.size(), body.length, generation, done);
        for (var frame : frames) {
            publisher.publish(publication(topic, frame), batch::answered);
        }
    }

    private static Publication publication(Topic topic, Frame frame) {
        var payload = FrameCodec.encode(frame);
        return frame.timeToLive().isZero()
                ? Publication.live(topic, payload)
                : Publication.expiring(topic, payload, wholeSeconds(frame.timeToLive()));
    }

    /** Rounds up: MQTT counts expiry in seconds, and the reader knows the milliseconds. */
    private static Duration wholeSeconds(Duration duration) {
        return Duration.ofSeconds(Math.max(1, duration.plusMillis(999).toSeconds()));
    }

    private final class Batch {
        private final int bytes;
        private final int of;
        private final Consumer<Optional<BusException>> done;
        private int missing;
        private Optional<BusException> failure = Optional.empty();

        private Batch(int frames, int bytes, int of, Consumer<Optional<BusException>> done) {
            this.missing = frames;
            this.bytes = bytes;
            this.of = of;
            this.done = done;
        }

        private void answered(Optional<BusException> result) {
            missing--;
            if (failure.isEmpty()) {
                failure = result;
            }
            if (missing == 0) {
                if (of == generation) {
                    unacknowledgedBytes -= bytes;
                }
                done.accept(failure);
            }
        }
    }
}
