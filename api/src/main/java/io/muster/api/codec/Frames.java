package io.muster.api.codec;

import io.muster.api.bus.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts a body into chunks and puts it together again. */
public final class Frames {
    private Frames() {}

    /**
     * Cuts a body.
     *
     * @param maxContent the most bytes of content in one chunk
     * @return at least one frame, in order of their index
     * @throws IllegalArgumentException if that takes more than {@link Frame#MAX_COUNT} chunks
     */
    public static List<Frame> split(
            String id, long part, byte[] body, int maxContent, Duration timeToLive) {
        if (maxContent < 1) {
            throw new IllegalArgumentException("chunks of %d bytes".formatted(maxContent));
        }
        int count = Math.max(1, Math.ceilDiv(body.length, maxContent));
        var digest = Payload.of(Digests.sha256(body));
        var frames = new ArrayList<Frame>();
        for (int index = 0; index < count; index++) {
            int from = index * maxContent;
            int to = (int) Math.min((long) from + maxContent, body.length);
            var content = Payload.of(Arrays.copyOfRange(body, from, to));
            frames.add(new Frame(id, part, index, count, digest, content, timeToLive));
        }
        return List.copyOf(frames);
    }

    /**
     * Puts the body together and checks its digest.
     *
     * @param frames all of one body, in order of their index
     * @throws MalformedMessage if they are not all of one body, or the digest does not match
     */
    public static byte[] join(List<Frame> frames) throws MalformedMessage {
        if (frames.isEmpty()) {
            throw new MalformedMessage("no chunk");
        }
        var first = frames.getFirst();
        if (frames.size() != first.count()) {
            throw new MalformedMessage("%d chunks of %d".formatted(frames.size(), first.count()));
        }
        long size = 0;
        for (int index = 0; index < frames.size(); index++) {
            var frame = frames.get(index);
            if (frame.index() != index || !ofOneBody(first, frame)) {
                throw new MalformedMessage("chunk %d is of another body".formatted(index));
            }
            size += frame.content().size();
        }
        if (size > Integer.MAX_VALUE - 8) {
            throw new MalformedMessage("a body of %d bytes".formatted(size));
        }
        var body = new byte[(int) size];
        int filled = 0;
        for (var frame : frames) {
            System.arraycopy(frame.content().bytes(), 0, body, filled, frame.content().size());
            filled += frame.content().size();
        }
        if (!Arrays.equals(Digests.sha256(body), first.digest().bytes())) {
            throw new MalformedMessage("the digest does not match the body");
        }
        return body;
    }

    private static boolean ofOneBody(Frame first, Frame other) {
        return first.id().equals(other.id())
                && first.part() == other.part()
                && first.count() == other.count()
                && first.digest().equals(other.digest());
    }
}
