package io.muster.agent.logs;

import io.muster.api.bus.Payload;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Cuts bytes into lines at the newlines. A line that is too long ends with a mark, and what is left
 * of it is dropped.
 */
final class LineCutter {
    /** The longest line, in bytes without its mark. */
    static final int MAX_LINE = 32 << 10;

    private static final byte[] MARK = " [truncated]".getBytes(StandardCharsets.UTF_8);

    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
    private boolean dropping;

    /** Takes bytes, and gives the lines that end in them. */
    void cut(byte[] bytes, int length, Consumer<Payload> lines) {
        int start = 0;
        for (int i = 0; i < length; i++) {
            if (bytes[i] == '\n') {
                take(bytes, start, i);
                end().ifPresent(lines);
                start = i + 1;
            }
        }
        take(bytes, start, length);
    }

    private void take(byte[] bytes, int from, int to) {
        if (dropping) {
            return;
        }
        int room = MAX_LINE - begun.size();
        begun.write(bytes, from, Math.min(to - from, room));
        if (to - from > room) {
            begun.writeBytes(MARK);
            dropping = true;
        }
    }

    private Optional<Payload> end() {
        var line = Payload.of(begun.toByteArray());
        begun.reset();
        dropping = false;
        return Optional.of(line);
    }

    /** Ends the last line, which has no newline; empty if there is none. */
    Optional<Payload> last() {
        return begun.size() == 0 ? Optional.empty() : end();
    }
}
