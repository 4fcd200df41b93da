package io.muster.transport;

import io.muster.api.bus.BusException;
import io.muster.api.bus.Publication;
import io.muster.api.shell.Serial;
import io.muster.api.topic.Topic;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Publishes the latest message of each topic, again and again until the broker has acknowledged it.
 *
 * <p>Holds one message per topic: a newer one takes the place of one that is not on its way yet. At
 * most {@value #WINDOW} are on their way at a time. What fails is tried again after a growing
 * pause; what the broker refuses is complained of and tried after the longest pause; what is too
 * large is complained of and dropped.
 */
final class Slots {
    private static final int WINDOW = 100;
    private static final Pauses PAUSES = new Pauses(Duration.ofMillis(500), Duration.ofSeconds(30));

    private final Publisher publisher;
    private final Serial serial;
    private final RandomGenerator random;
    private final Complaints complaints;
    private final int maxPayloadBytes;
    private final Map<Topic, Slot> slots = new LinkedHashMap<>();
    private final ArrayDeque<Slot> ready = new ArrayDeque<>();
    private int flying;
    private int generation;

    Slots(
            Publisher publisher,
            Serial serial,
            RandomGenerator random,
            Complaints complaints,
            int maxPayloadBytes) {
        this.publisher = publisher;
        this.serial = serial;
        this.random = random;
        this.complaints = complaints;
        this.maxPayloadBytes = maxPayloadBytes;
    }

    /** Puts the latest message of a topic, which is made when its turn comes. */
    void put(Topic topic, Supplier<Publication> latest) {
        var slot = slots.get(topic);
        if (slot == null) {
            slot = new Slot(topic, latest);
            slots.put(topic, slot);
            ready.add(slot);
        } else {
            slot.latest = latest;
            slot.number++;
        }
        pump();
    }

    /** Begins with everything that is not acknowledged yet. */
    void connected() {
        generation++;
        flying = 0;
        ready.clear();
        ready.addAll(slots.values());
        pump();
    }

    /** Forgets what is not acknowledged yet: it was for the connection that is gone. */
    void forget() {
        generation++;
        flying = 0;
        ready.clear();
        slots.clear();
    }

    /** Says whether everything is acknowledged. */
    boolean settled() {
        return slots.isEmpty();
    }

    private void pump() {
        while (publisher.ready() && flying < WINDOW && !ready.isEmpty()) {
            send(ready.remove());
        }
    }

    private void send(Slot slot) {
        var publication = slot.latest.get();
        if (publication.payload().size() > maxPayloadBytes) {
            slots.remove(slot.topic);
            complaints.say(
                    slot.topic.value(),
                    "the message has %d bytes, more than the %d that fit; make it smaller"
                            .formatted(publication.payload().size(), maxPayloadBytes));
            return;
        }
        flying++;
        long sent = slot.number;
        int of = generation;
        publisher.publish(publication, failure -> answered(slot, sent, of, failure));
    }

    private void answered(Slot slot, long sent, int of, Optional<BusException> failure) {
        if (of != generation) {
            return; // whatever it says, a later connection sends again
        }
        flying--;
        if (failure.isPresent()) {
            slot.failures++;
            serial.after(
                    pause(slot, failure.get()),
                    () -> {
                        if (of == generation) {
                            ready.add(slot);
                            pump();
                        }
                    });
        } else if (slot.number == sent) { // nothing newer was put meanwhile
            slots.remove(slot.topic);
        } else {
            slot.failures = 0;
            ready.add(slot);
        }
        pump();
    }

    private Duration pause(Slot slot, BusException failure) {
        if (failure.retryable()) {
            return PAUSES.after(slot.failures, random);
        }
        complaints.say(slot.topic.value(), LinkSession.message(failure));
        return PAUSES.longest(random);
    }

    private static final class Slot {
        private final Topic topic;
        private Supplier<Publication> latest;
        private long number;
        private int failures;

        private Slot(Topic topic, Supplier<Publication> latest) {
            this.topic = topic;
            this.latest = latest;
        }
    }
}
