package io.muster.agent.control;

import java.util.Arrays;
import java.util.Optional;

/**
 * The last bytes of a stream of messages: where that was cut wrongly, since half a message came
 * before, a Hello is recognised in them.
 */
final class Tail {
    /** More than a Hello, and what a program may ask for at once without waiting for the answer. */
    static final int MOST = 1024;

    private static final int TAG_OF_HELLO = 0x0a;

    private byte[] bytes = {};

    void add(byte[] more) {
        if (more.length >= MOST) {
            bytes = Arrays.copyOfRange(more, more.length - MOST, more.length);
            return;
        }
        int kept = Math.min(bytes.length, MOST - more.length);
        var next = Arrays.copyOf(more, kept + more.length);
        System.arraycopy(bytes, bytes.length - kept, next, 0, kept);
        System.arraycopy(more, 0, next, kept, more.length);
        bytes = next;
    }

    void clear() {
        bytes = new byte[] {};
    }

    /** Returns what came from the first Hello on, if only whole messages follow it. */
    Optional<byte[]> fromHello() {
        return fromHello(bytes);
    }

    /**
     * Returns what comes in the last of these bytes from the first Hello on, if only whole messages
     * do. Looks at no more than {@link #MOST} of them, so that a message made for it costs no time.
     */
    static Optional<byte[]> fromHello(byte[] bytes) {
        for (int at = Math.max(0, bytes.length - MOST); at + 1 < bytes.length; at++) {
            if (beginsWithHello(bytes, at)) {
                var rest = Arrays.copyOfRange(bytes, at, bytes.length);
                if (isWhole(rest)) {
                    return Optional.of(rest);
                }
            }
        }
        return Optional.empty();
    }

    private static boolean beginsWithHello(byte[] bytes, int at) {
        int length = bytes[at]; // of one byte, if it is one
        return length > 0
                && bytes[at + 1] == TAG_OF_HELLO
                && at + 1 + length <= bytes.length
                && ControlSession.isHello(Arrays.copyOfRange(bytes, at + 1, at + 1 + length));
    }

    private static boolean isWhole(byte[] messages) {
        var framing = new Framing(MOST);
        var each = framing.take(messages);
        return !each.isEmpty()
                && !framing.isMidway()
                && each.stream().allMatch(ControlSession::isReadable);
    }
}
