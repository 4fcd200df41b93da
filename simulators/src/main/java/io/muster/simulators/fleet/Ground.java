package io.muster.simulators.fleet;

import io.muster.api.bus.BusLimits;
import io.muster.api.bus.session.Wire;
import io.muster.api.shell.Clock;
import io.muster.api.shell.Serial;
import io.muster.api.topic.Topics;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * What a fleet stands on.
 *
 * @param serials makes a serial, cheap enough for thousands
 * @param wires the ways to the broker, each with a network thread of its own; agents use them by
 *     turns
 * @param random never the same twice: whoever used a name or an id again would be taken for a
 *     repetition of another run
 * @param seed of whom something happens to
 */
public record Ground(
        Clock clock,
        Function<String, Serial> serials,
        List<Wire> wires,
        BusLimits limits,
        Topics topics,
        SplittableRandom random,
        long seed) {
    /** Copies the list. */
    public Ground {
        wires = List.copyOf(wires);
    }
}
