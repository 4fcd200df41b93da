package io.muster.server.core;

import io.muster.api.path.FieldMask;
import io.muster.api.request.Requester;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * All subscriptions, in the order in which they were made, and those with equal masks together:
 * what they are told is made once.
 *
 * @param numbers of the subscriptions in {@code all}
 * @param groups by the text of their masks
 * @param made how many subscriptions there ever were
 */
record Audience(
        PSortedMap<Long, Subscription> all,
        PMap<Asker, Long> numbers,
        PSortedMap<String, Group> groups,
        long made) {
    static final Audience EMPTY =
            new Audience(TreePMap.empty(), HashTreePMap.empty(), TreePMap.empty(), 0);

    /**
     * Subscriptions with equal masks.
     *
     * @param told number of the last event that they were told; 0 if there was none
     */
    record Group(List<FieldMask> masks, PSortedMap<Long, Subscription> members, long told) {
        private String key() {
            return Audience.key(masks);
        }
    }

    Optional<Subscription> find(Asker asker) {
        return Optional.ofNullable(numbers.get(asker))
                .flatMap(number -> Optional.ofNullable(all.get(number)));
    }

    /** Returns how many subscriptions workloads have. */
    long workloads() {
        return all.values().stream()
                .filter(each -> each.asker().requester() instanceof Requester.Workload)
                .count();
    }

    /** Returns the number of the last event that a subscription was told, or knew before. */
    long told(Subscription subscription) {
        var group = groups.get(key(subscription.masks()));
        return group == null ? subscription.since() : Math.max(group.told(), subscription.since());
    }

    Audience with(Subscription subscription) {
        var earlier = find(subscription.asker());
        if (earlier.isPresent() && !earlier.get().masks().equals(subscription.masks())) {
            return without(subscription.asker()).with(subscription);
        }
        var known = numbers.get(subscription.asker());
        long number = known != null ? known : made;
        var group = groups.get(key(subscription.masks()));
        var next =
                group == null
                        ? new Group(
                                subscription.masks(),
                                TreePMap.<Long, Subscription>empty().plus(number, subscription),
                                0)
                        : new Group(
                                group.masks(),
                                group.members().plus(number, subscription),
                                group.told());
        return new Audience(
                all.plus(number, subscription),
                numbers.plus(subscription.asker(), number),
                groups.plus(next.key(), next),
                known != null ? made : made + 1);
    }

    Audience without(Asker asker) {
        var number = numbers.get(asker);
        var subscription = number == null ? null : all.get(number);
        if (number == null || subscription == null) {
            return this;
        }
        var key = key(subscription.masks());
        var group = groups.get(key);
        if (group == null) {
            throw new IllegalStateException("a subscription is in no group: " + asker);
        }
        var rest = group.members().minus(number);
        return new Audience(
                all.minus(number),
                numbers.minus(asker),
                rest.isEmpty()
                        ? groups.minus(key)
                        : groups.plus(key, new Group(group.masks(), rest, group.told())),
                made);
    }

    /** The same with a group told an event. */
    Audience told(Group group, long event) {
        return new Audience(
                all,
                numbers,
                groups.plus(group.key(), new Group(group.masks(), group.members(), event)),
                made);
    }

    Collection<Subscription> inOrder() {
        return all.values();
    }

    int size() {
        return all.size();
    }

    /** No mask has a line feed in it. */
    private static String key(List<FieldMask> masks) {
        return masks.stream().map(FieldMask::toString).collect(Collectors.joining("\n"));
    }
}
