package io.muster.agent.runtime.container;

import io.muster.api.runtime.Created;
import io.muster.api.runtime.Found;
import io.muster.api.runtime.Observation;
import io.muster.api.runtime.Order;
import io.muster.api.runtime.RuntimeFailure;
import java.util.List;
import java.util.Optional;

/**
 * What an order finds done already where no listing has looked, because nobody had noted the
 * general options with which it was made: Ankaios notes none, and an agent may lose its folder.
 */
final class Adoption {
    private Adoption() {}

    /**
     * Returns what there is of an order's instance, if it is not to be made anew. What shows itself
     * without these options as well was listed before, and who orders knows of it.
     */
    static Optional<Created> of(
            Order order,
            KnownOptions known,
            List<String> options,
            KnownOptions.Question<Found> listing)
            throws RuntimeFailure {
        if (!known.areNew(options)) {
            return Optional.empty();
        }
        var met =
                listing.ask(options).stream()
                        .filter(found -> isOf(order, found) && meets(found, order))
                        .findFirst();
        return met.isEmpty()
                        || listing.ask(List.of()).stream().anyMatch(found -> isOf(order, found))
                ? Optional.empty()
                : met.map(found -> new Created(found.id(), found.observation()));
    }

    private static boolean isOf(Order order, Found found) {
        return found.instance().equals(order.instance());
    }

    /**
     * One without a mark is of Ankaios, and its name says what it was made from, but not what it
     * was given.
     */
    private static boolean meets(Found found, Order order) {
        return switch (found.observation()) {
            case Observation.Running _ -> found.isAsOrdered(order);
            case Observation.Exited _, Observation.Interrupted _ ->
                    found.mark().isEmpty() && found.isAsOrdered(order);
            case Observation.Starting _,
                    Observation.Stopping _,
                    Observation.Unclear _,
                    Observation.Gone _ ->
                    false;
        };
    }
}
