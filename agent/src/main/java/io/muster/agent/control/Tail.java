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

    /** Returns what comes in these bytes from the first Hello on, if only whole messages do. */
    static Optional<byte[]> fromHello(byte[] bytes) {
        for (int at = 0; at + 1 < bytes.length; at++) {
            if (bytes[at] > 0 && bytes[at + 1] == TAG_OF_HELLO) { // a length of one byte
                var rest = Arrays.copyOfRange(bytes, at, bytes.length);
                if (beginsWithHello(rest)) {
                    return Optional.of(rest);
                }
            }
        }
        return Optional.empty();
    }

    private static boolean beginsWithHello(byte[] rest) {
        var framing = new Framing(MOST);
        var messages = framing.take(rest);
        return !messages.isEmpty()
                && !framing.isMidway()
                && ControlSession.isHello(messages.getFirst())
                && messages.stream().allMatch(ControlSession::isReadable);
    }
}
