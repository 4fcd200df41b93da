package io.muster.transport;

import io.muster.api.bus.Payload;
import io.muster.api.codec.Frame;
import io.muster.api.codec.Frames;
import io.muster.api.codec.MalformedMessage;
import io.muster.api.request.Response.Reason;
import io.muster.api.shell.Serial;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Puts chunks together again, one body per (sender, id, part), so that the repetition of a body
 * fills the gaps of the first sending.
 *
 * <p>Bounded: what one sender has unfinished is at most one body of the largest size in bytes and
 * {@value #MAX_OPEN} in number, beyond which its oldest goes; all senders together have four of the
 * largest and {@value #MAX_ALL_OPEN} in number, beyond which the newcomer is refused, so that
 * nobody drives out the work of others; a body that gets no new chunk for 30 s is dropped.
 */
final class Reassembler {
    private static final int MAX_OPEN = 8;
    private static final int MAX_ALL_OPEN = 1024;
    private static final int ALL_SENDERS = 4;

    /** What a chunk costs in memory, however little is in it. */
    private static final int MIN_CHARGE = 256;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Serial serial;
    private final int maxBodyBytes;
    private final Drops drops;
    private final Map<Key, Assembly> open = new LinkedHashMap<>();
    private final Map<String, Sender> senders = new TreeMap<>();
    private long allCharged;

    Reassembler(Serial serial, int maxBodyBytes, Drops drops) {
        this.serial = serial;
        this.maxBodyBytes = maxBodyBytes;
        this.drops = drops;
    }

    /** Takes a chunk. */
    Result add(String sender, Frame frame) {
        var key = new Key(sender, frame.id(), frame.part());
        var assembly = open.get(key);
        if (assembly != null && assembly.refusal != null) {
            return refusalOnce(frame, assembly.refusal);
        }
        if (assembly != null && !assembly.isOf(frame)) {
            drop(key, assembly, "another body came under the same number: the older is dropped");
            assembly = null;
        }
        if (assembly == null) {
            if (frame.count() == 1) {
                return whole(frame, List.of(frame));
            }
            if (open.size() >= MAX_ALL_OPEN) {
                return refusalOnce(frame, tooMany());
            }
            assembly = new Assembly(frame.count(), frame.digest());
            open.put(key, assembly);
            senders.computeIfAbsent(sender, _ -> new Sender()).open++;
            evict(key, own -> own.open > MAX_OPEN);
        }
        return add(key, assembly, frame);
    }

    private Result add(Key key, Assembly assembly, Frame frame) {
        if (assembly.chunks.putIfAbsent(frame.index(), frame) != null) {
            return new Result.Incomplete();
        }
        assembly.size += frame.content().size();
        int charge = Math.max(frame.content().size(), MIN_CHARGE);
        assembly.charged += charge;
        sender(key).charged += charge;
        allCharged += charge;
        patience(key, assembly);
        if (assembly.size > maxBodyBytes) {
            return refuse(key, assembly, tooLarge());
        }
        evict(key, own -> own.open > 1 && own.charged > maxBodyBytes);
        if (allCharged > (long) ALL_SENDERS * maxBodyBytes) {
            return refuse(key, assembly, tooMany());
        }
        if (assembly.chunks.size() < assembly.count) {
            return new Result.Incomplete();
        }
        drop(key, assembly);
        return whole(frame, List.copyOf(assembly.chunks.values()));
    }

    private static Result whole(Frame last, List<Frame> chunks) {
        try {
            return new Result.Whole(last.id(), Payload.of(Frames.join(chunks)), last.timeToLive());
        } catch (MalformedMessage e) {
            return new Result.Broken(
                    "%s: dropped, all %d chunks of it".formatted(e.getMessage(), chunks.size()));
        }
    }

    /**
     * Drops the oldest bodies of the sender until it is within its bound: the chunks of one body
     * come together, so what is older lost some of them.
     */
    private void evict(Key newest, Predicate<Sender> beyond) {
        while (beyond.test(sender(newest))) {
            var oldest = oldestBefore(newest);
            drop(
                    oldest,
                    assembly(oldest),
                    "newer chunks of the same sender need the room: dropped");
        }
    }

    private Key oldestBefore(Key newest) {
        for (var key : open.keySet()) {
            if (key.sender.equals(newest.sender) && !key.equals(newest)) {
                return key;
            }
        }
        throw new IllegalStateException("one body alone is beyond the bounds: " + newest);
    }

    private Assembly assembly(Key key) {
        var assembly = open.get(key);
        if (assembly == null) {
            throw new IllegalStateException("no assembly: " + key);
        }
        return assembly;
    }

    private Sender sender(Key key) {
        var sender = senders.get(key.sender);
        if (sender == null) {
            throw new IllegalStateException("an assembly without a sender: " + key);
        }
        return sender;
    }

    /** Keeps the place without the bytes, so that chunks on their way do not begin it anew. */
    private Result refuse(Key key, Assembly assembly, Result.Refused refusal) {
        release(key, assembly);
        assembly.chunks.clear();
        assembly.refusal = refusal;
        return refusal;
    }

    /** Says it with the first chunk only: one answer to a body, not one to each chunk of it. */
    private static Result refusalOnce(Frame frame, Result.Refused refusal) {
        return frame.index() == 0 ? refusal : new Result.Incomplete();
    }

    private void patience(Key key, Assembly assembly) {
        if (assembly.timer != null) {
            assembly.timer.cancel();
        }
        assembly.timer =
                serial.after(
                        PATIENCE,
                        () -> {
                            if (open.get(key) == assembly) {
                                drop(key, assembly, assembly.overdue());
                            }
                        });
    }

    private void drop(Key key, Assembly assembly, String why) {
        drop(key, assembly);
        if (assembly.refusal == null) {
            drops.dropped(key.sender, key.id, why);
        }
    }

    private void drop(Key key, Assembly assembly) {
        open.remove(key);
        release(key, assembly);
        if (assembly.timer != null) {
            assembly.timer.cancel();
        }
        if (--sender(key).open == 0) {
            senders.remove(key.sender);
        }
    }

    private void release(Key key, Assembly assembly) {
        sender(key).charged -= assembly.charged;
        allCharged -= assembly.charged;
        assembly.charged = 0;
    }

    private Result.Refused tooLarge() {
        return new Result.Refused(
                Reason.REFUSED,
                "the message has more than %d bytes; ask for less at once".formatted(maxBodyBytes));
    }

    private static Result.Refused tooMany() {
        return new Result.Refused(
                Reason.BUSY, "too much is under way in unfinished chunks; ask again later");
    }

    /** What came of a chunk. */
    sealed interface Result {
        /** The body is complete and its digest matches. */
        record Whole(String id, Payload body, Duration timeToLive) implements Result {}

        /** More chunks are needed, or this one was not. */
        record Incomplete() implements Result {}

        /** All chunks were there, and do not make the body that was sent; nothing is left of it. */
        record Broken(String why) implements Result {}

        /** A bound would be broken. */
        record Refused(Reason reason, String why) implements Result {}
    }

    /** Hears what was dropped later than with a chunk of its own. */
    interface Drops {
        /** The body with this id will not become complete. */
        void dropped(String sender, String id, String why);
    }

    private record Key(String sender, String id, long part) {}

    private static final class Sender {
        private int open;
        private long charged;
    }

    private static final class Assembly {
        private final int count;
        private final Payload digest;
        private final TreeMap<Integer, Frame> chunks = new TreeMap<>();
        private long size;
        private long charged;
        private Result.@Nullable Refused refusal;
        private Serial.@Nullable Timer timer;

        private Assembly(int count, Payload digest) {
            this.count = count;
            this.digest = digest;
        }

        private boolean isOf(Frame frame) {
            return frame.count() == count && frame.digest().equals(digest);
        }

        private String overdue() {
            return "%d of %d chunks came, the last %d s ago: dropped"
                    .formatted(chunks.size(), count, PATIENCE.toSeconds());
        }
    }
}
