package io.muster.agent;

import io.muster.api.shell.Serial;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** One timer per key; setting it again replaces it. All calls from the serial. */
final class Timers<K> {
    private final Serial serial;
    private final RandomGenerator random;
    private final Map<K, Serial.Timer> running = new HashMap<>();

    Timers(Serial serial, RandomGenerator random) {
        this.serial = serial;
        this.random = random;
    }

    /**
     * Sets a timer.
     *
     * @param jittered any time up to {@code after}, each as likely
     */
    void set(K key, Duration after, boolean jittered, Runnable task) {
        cancel(key);
        var pause = jittered ? Duration.ofNanos(random.nextLong(after.toNanos() + 1)) : after;
        running.put(
                key,
                serial.after(
                        pause,
                        () -> {
                            running.remove(key);
                            task.run();
                        }));
    }

    void cancel(K key) {
        var timer = running.remove(key);
        if (timer != null) {
            timer.cancel();
        }
    }

    void cancelAll() {
        running.values().forEach(Serial.Timer::cancel);
        running.clear();
    }
}
