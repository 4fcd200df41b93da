package io.muster.testkit.bus;

import io.muster.api.shell.Serial;
import java.time.Duration;
import java.util.ArrayDeque;

/**
 * Packets under way that do not overtake each other: each arrives when its delay has passed and
 * those before it have arrived. On the broker's serial only.
 */
final class Lane {
    private final Serial serial;
    private final ArrayDeque<Packet> packets = new ArrayDeque<>();
    private boolean held;

    Lane(Serial serial) {
        this.serial = serial;
    }

    void put(Duration delay, Runnable arrival) {
        var packet = new Packet(arrival);
        packets.add(packet);
        if (delay.isZero()) {
            packet.due = true;
            flow();
        } else {
            var _ =
                    serial.after(
                            delay,
                            () -> {
                                packet.due = true;
                                flow();
                            });
        }
    }

    boolean isEmpty() {
        return packets.isEmpty();
    }

    /** Lets nothing arrive until released. */
    void hold() {
        held = true;
    }

    void release() {
        held = false;
        flow();
    }

    /** Loses what is under way. */
    void clear() {
        packets.clear();
    }

    private void flow() {
        while (!held && !packets.isEmpty() && packets.element().due) {
            packets.remove().arrival.run();
        }
    }

    private static final class Packet {
        private final Runnable arrival;
        private boolean due;

        Packet(Runnable arrival) {
            this.arrival = arrival;
        }
    }
}
