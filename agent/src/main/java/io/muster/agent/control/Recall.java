package io.muster.agent.control;

import io.muster.api.shell.Serial;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hears a Hello that was taken for something else, since half a message came before it: a program
 * that was killed in the middle of one has left that, or an earlier agent has heard its beginning.
 *
 * <p>Who says Hello waits for the answer. So only when nothing more comes is it looked for, and no
 * message that merely comes in pieces is cut wrongly.
 */
final class Recall {
    /** How long nothing comes. The published clients wait for 5 s. */
    static final Duration SILENCE = Duration.ofMillis(500);

    private final Tail tail = new Tail();
    private final Serial serial;
    private final Consumer<byte[]> found;
    private Serial.@Nullable Timer timer;

    /**
     * Nothing was said yet.
     *
     * @param found hears a Hello, and the messages after it
     */
    Recall(Serial serial, Consumer<byte[]> found) {
        this.serial = serial;
        this.found = found;
    }

    /** This was said. */
    void took(byte[] bytes) {
        cancel();
        tail.add(bytes);
    }

    /** What was said cannot be understood, and more of it is waited for. */
    void await() {
        cancel();
        timer = serial.after(SILENCE, this::look);
    }

    /** Whatever was said is over. */
    void clear() {
        cancel();
        tail.clear();
    }

    private void look() {
        timer = null;
        tail.fromHello()
                .ifPresent(bytes -> {
                    tail.clear();
                    found.accept(bytes);
                });
    }

    private void cancel() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }
}
