package io.muster.server.core;

import io.muster.api.name.AgentName;
import java.util.Set;
import org.pcollections.HashTreePSet;
import org.pcollections.PSet;

/**
 * Which agents were ever here, in earlier lives of the server too: what was meant for one of them
 * may run, and what was meant for another cannot have begun.
 *
 * @param known on disk
 * @param fresh not on disk yet
 * @param writing whether the store is writing those
 */
record Acquaintances(PSet<AgentName> known, PSet<AgentName> fresh, boolean writing) {
    static Acquaintances of(Set<AgentName> stored) {
        return new Acquaintances(HashTreePSet.from(stored), HashTreePSet.empty(), false);
    }

    boolean includes(AgentName agent) {
        return known.contains(agent) || fresh.contains(agent);
    }

    Acquaintances with(AgentName agent) {
        return new Acquaintances(known, fresh.plus(agent), writing);
    }

    /** The same as if the agent had never been here. */
    Acquaintances without(AgentName agent) {
        return new Acquaintances(known.minus(agent), fresh.minus(agent), writing);
    }

    Acquaintances given() {
        return new Acquaintances(known, fresh, true);
    }

    /** The same when the store has written these. */
    Acquaintances written(Set<AgentName> agents) {
        return new Acquaintances(known.plusAll(agents), fresh.minusAll(agents), false);
    }

    /** The same when the store has not: each is remembered when it announces itself again. */
    Acquaintances forgotten() {
        return new Acquaintances(known, HashTreePSet.empty(), false);
    }
}
