package io.muster.api.codec;

import io.muster.api.bus.Payload;
import io.muster.api.request.Request;
import java.time.Duration;

/**
 * A request or response, or one numbered chunk of it.
 *
 * @param id of the request
 * @param part counts the messages that share this id, from 0, so that events do not mix with
 *     answers
 * @param index of this chunk, from 0
 * @param count of chunks, 1 to {@value #MAX_COUNT}
 * @param digest SHA-256 of the whole body, the same on every chunk
 * @param content of this chunk
 * @param timeToLive of a request: what is not begun by then is not begun at all; zero in responses
 */
public record Frame(
        String id,
        long part,
        int index,
        int count,
        Payload digest,
        Payload content,
        Duration timeToLive) {
    /** The most chunks that one body may have. */
    public static final int MAX_COUNT = 4096;

    /** The longest time to live. */
    public static final Duration MAX_TIME_TO_LIVE = Duration.ofDays(1);

    /** Checks the numbers. */
    public Frame {
        if (id.isEmpty() || id.length() > Request.MAX_ID_LENGTH) {
            throw new IllegalArgumentException(
                    "id of %d characters; use 1 to %d"
                            .formatted(id.length(), Request.MAX_ID_LENGTH));
        }
        if (part < 0) {
            throw new IllegalArgumentException("part %d is negative".formatted(part));
        }
        if (count < 1 || count > MAX_COUNT) {
            throw new IllegalArgumentException(
                    "%d chunks; use 1 to %d".formatted(count, MAX_COUNT));
        }
        if (index < 0 || index >= count) {
            throw new IllegalArgumentException("chunk %d of %d".formatted(index, count));
        }
        if (digest.size() != Digests.LENGTH) {
            throw new IllegalArgumentException(
                    "digest of %d bytes instead of %d".formatted(digest.size(), Digests.LENGTH));
        }
        if (timeToLive.isNegative() || timeToLive.compareTo(MAX_TIME_TO_LIVE) > 0) {
            throw new IllegalArgumentException(
                    "time to live %s; use 0 to %s".formatted(timeToLive, MAX_TIME_TO_LIVE));
        }
    }
}
