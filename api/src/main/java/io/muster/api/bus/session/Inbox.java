package io.muster.api.bus.session;

import io.muster.api.shell.Serial;
import java.time.Duration;
import java.util.ArrayDeque;

/**
 * Brings what a connection tells to a serial, in order and one at a time.
 *
 * <p>While the serial is full it waits here and is offered again soon: nothing is dropped, and no
 * thread blocks. It stays small because the broker sends no more messages than its window before we
 * acknowledge the first.
 */
final class Inbox {
    /** How soon a serial that was full is asked again. */
    private static final Duration AGAIN = Duration.ofMillis(5);

    private final Serial serial;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean scheduled;

    Inbox(Serial serial) {
        this.serial = serial;
    }

    /** Puts in what is to run; any thread. */
    void put(Runnable happening) {
        synchronized (waiting) {
            waiting.add(happening);
            if (scheduled) {
                return;
            }
            scheduled = true;
        }
        schedule();
    }

    private void schedule() {
        if (!serial.offer(this::takeOne)) {
            var _ = serial.after(AGAIN, this::schedule);
        }
    }

    private void takeOne() {
        Runnable happening;
        boolean more;
        synchronized (waiting) {
            happening = waiting.remove();
            more = !waiting.isEmpty();
            scheduled = more;
        }
        if (more) {
            schedule(); // before it runs: others may queue behind, as if all had been offered
        }
        happening.run();
    }
}
