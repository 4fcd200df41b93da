package io.muster.simulators;

import io.muster.api.name.ClientName;
import io.muster.api.request.Response.EventPosition;
import io.muster.api.request.Response.Refused;
import io.muster.api.request.Response.StateAnswer;
import io.muster.api.topic.Topics;
import io.muster.api.tree.Node;
import io.muster.simulators.Invariants.Promise;
import io.muster.testkit.bus.MemoryBroker;
import io.muster.testkit.events.Replica;
import io.muster.testkit.world.World;
import io.muster.transport.ClientLink;
import io.muster.transport.LinkOptions;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who listens to everything that changes, and compares it with what it knows. Since
 * nothing is left out, the numbers of its events must have no gap, whatever it went through, unless
 * a snapshot lies between.
 */
public final class SimulatedObserver {
    static final String HOST = "observer";

    private final Invariants invariants;
    private @Nullable Replica replica;
    private EventPosition last = new EventPosition(0, 0);
    private int snapshots;
    private int resumptions;

    SimulatedObserver(World world, MemoryBroker broker, Topics topics, Invariants invariants) {
        this.invariants = invariants;
        var link =
                new ClientLink(
                        broker.connector(HOST),
                        topics,
                        new ClientName(HOST),
                        world.serial(HOST, 1_000),
                        world.clock(),
                        world.split(),
                        LinkOptions.DEFAULTS);
        link.start();
        link.subscribe(List.of(), new Listening());
    }

    /** Returns the state as it is known; empty if it never was. */
    public Optional<Node.Entries> tree() {
        return Optional.ofNullable(replica).map(Replica::tree);
    }

    /** Returns how often everything had to be told. */
    public int snapshots() {
        return snapshots;
    }

    /** Returns how often it went on after an interruption. */
    public int resumptions() {
        return resumptions;
    }

    private final class Listening implements ClientLink.EventListener {
        @Override
        public void snapshot(StateAnswer answer) {
            snapshots++;
            last = answer.position();
            replica = new Replica(answer.state());
        }

        @Override
        public void event(StateAnswer answer) {
            invariants.looked(Promise.EVERY_CHANGE_ONCE);
            var position = answer.position();
            var known = replica;
            var altered = answer.altered();
            if (known == null || altered.isEmpty()) {
                invariants.broken("an event without a state before it: " + answer);
                return;
            }
            if (position.epoch() != last.epoch() || position.sequence() != last.sequence() + 1) {
                invariants.broken("an event at %s follows %s".formatted(position, last));
            }
            last = position;
            try {
                known.hear(answer.state(), altered.get());
            } catch (AssertionError e) {
                invariants.broken("an event at %s: %s".formatted(position, e.getMessage()));
            }
        }

        @Override
        public void interrupted(String why) {
            // what counts is what comes next
        }

        @Override
        public void resumed() {
            resumptions++;
        }

        @Override
        public void refused(Refused refused) {
            invariants.broken("the subscription was refused: " + refused.message());
        }
    }
}
