package io.muster.server.core;

import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.request.Requester;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * Who reads logs.
 *
 * @param byKey in an order that is always the same
 */
record LogReaders(PSortedMap<String, LogReader> byKey) {
    static final LogReaders NONE = new LogReaders(TreePMap.empty());

    /**
     * One reader.
     *
     * @param byAgent whose logs, as long as more may come
     * @param lease until when it lives without being renewed, in monotonic nanoseconds
     */
    record LogReader(Asker asker, PSortedMap<AgentName, List<InstanceName>> byAgent, long lease) {
        LogReader without(AgentName agent) {
            return new LogReader(asker, byAgent.minus(agent), lease);
        }
    }

    Optional<LogReader> find(Asker asker) {
        return Optional.ofNullable(byKey.get(key(asker)));
    }

    LogReaders with(LogReader reader) {
        return new LogReaders(byKey.plus(key(reader.asker()), reader));
    }

    LogReaders without(Asker asker) {
        return new LogReaders(byKey.minus(key(asker)));
    }

    Collection<LogReader> all() {
        return byKey.values();
    }

    int size() {
        return byKey.size();
    }

    /** How many of them are workloads. */
    int workloads() {
        return (int)
                byKey.values().stream()
                        .filter(each -> each.asker().requester() instanceof Requester.Workload)
                        .count();
    }

    private static String key(Asker asker) {
        return asker.requester() + " " + asker.id();
    }
}
