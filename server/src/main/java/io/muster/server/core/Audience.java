package io.muster.server.core;

import java.util.Collection;
import java.util.Optional;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * All subscriptions, in the order in which they were made.
 *
 * @param numbers of the subscriptions in {@code all}
 * @param made how many there ever were
 */
record Audience(PSortedMap<Long, Subscription> all, PMap<Asker, Long> numbers, long made) {
    static final Audience EMPTY = new Audience(TreePMap.empty(), HashTreePMap.empty(), 0);

    Optional<Subscription> find(Asker asker) {
        return Optional.ofNullable(numbers.get(asker))
                .flatMap(number -> Optional.ofNullable(all.get(number)));
    }

    Audience with(Subscription subscription) {
        var number = numbers.get(subscription.asker());
        return number != null
                ? new Audience(all.plus(number, subscription), numbers, made)
                : new Audience(
                        all.plus(made, subscription),
                        numbers.plus(subscription.asker(), made),
                        made + 1);
    }

    Audience without(Asker asker) {
        var number = numbers.get(asker);
        return number == null ? this : new Audience(all.minus(number), numbers.minus(asker), made);
    }

    Collection<Subscription> inOrder() {
        return all.values();
    }

    int size() {
        return all.size();
    }
}
