package io.muster.server.core;

import io.muster.api.link.Dependents;
import io.muster.api.link.Load;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.StateVersion;
import io.muster.api.state.AgentAttributes;
import io.muster.api.state.TagEdits;
import io.muster.api.state.WorkloadState;
import io.muster.api.state.WorkloadUsage;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * What the server knows of one agent.
 *
 * @param claim who holds the name
 * @param session there while the agent is
 * @param heard the last report
 * @param told the last that the agent was told
 * @param lastSeen when it was heard or lost last, in monotonic nanoseconds
 * @param nudged when it was asked to announce itself, in monotonic nanoseconds; empty if not since
 *     it did
 */
record Agent(
        AgentName name,
        NameClaim claim,
        Optional<Session> session,
        Heard heard,
        Told told,
        long lastSeen,
        Optional<Long> nudged) {
    /**
     * A connection of the agent.
     *
     * @param version of the program
     * @param own the tags that it was started with
     * @param edits what updates made of them
     * @param load empty until it was told
     * @param connection of the server during which the agent announced itself last
     */
    record Session(
            String instance,
            String nonce,
            String version,
            SortedMap<String, String> own,
            TagEdits edits,
            Optional<Load> load,
            long connection) {
        /**
         * What observers are told of. What single workloads use is none of that: it changes all the
         * time, and would drown what happens.
         */
        AgentAttributes attributes() {
            return new AgentAttributes(edits.over(own), load.map(Load::node));
        }

        /** What the workloads of the agent use. */
        List<WorkloadUsage> usage() {
            return load.map(Load::workloads).orElse(List.of());
        }

        Session with(Load other) {
            return new Session(
                    instance, nonce, version, own, edits, Optional.of(other), connection);
        }

        Session with(TagEdits others) {
            return new Session(instance, nonce, version, own, others, load, connection);
        }
    }

    /**
     * The last report.
     *
     * @param instance of the agent process; empty if there was no report
     * @param transition number of its last transition
     * @param states all that it reported
     */
    record Heard(
            String instance,
            long sequence,
            long transition,
            Optional<StateVersion> observed,
            PSortedMap<InstanceName, WorkloadState> states,
            String trouble) {
        static final Heard NOTHING = new Heard("", 0, 0, Optional.empty(), TreePMap.empty(), "");
    }

    /**
     * What the agent was told last.
     *
     * @param desired its version; empty if none was sent in this life of the server
     * @param dependents what it said of those that depend on the agent's workloads
     * @param factsSequence of the last facts, 0 if none
     */
    record Told(
            Optional<StateVersion> desired,
            List<Dependents> dependents,
            long factsSequence,
            FactsLogic.Content content) {
        static final Told NOTHING =
                new Told(Optional.empty(), List.of(), 0, FactsLogic.Content.NOTHING);

        Told with(StateVersion version, List<Dependents> others) {
            return new Told(Optional.of(version), others, factsSequence, content);
        }

        Told with(long sequence, FactsLogic.Content facts) {
            return new Told(desired, dependents, sequence, facts);
        }
    }

    static Agent unknown(AgentName name, long now) {
        return new Agent(
                name,
                NameClaim.NONE,
                Optional.empty(),
                Heard.NOTHING,
                Told.NOTHING,
                now,
                Optional.empty());
    }

    boolean isThere() {
        return session.isPresent();
    }

    Agent with(Session other, NameClaim nextClaim, long now) {
        return new Agent(name, nextClaim, Optional.of(other), heard, told, now, Optional.empty());
    }

    Agent with(Session other, long now) {
        return with(other, claim, now);
    }

    Agent claimed(NameClaim other) {
        return new Agent(name, other, session, heard, told, lastSeen, nudged);
    }

    Agent with(TagEdits edits) {
        return new Agent(
                name, claim, session.map(s -> s.with(edits)), heard, told, lastSeen, nudged);
    }

    Agent gone(long now) {
        return new Agent(name, claim, Optional.empty(), heard, told, now, nudged);
    }

    Agent heard(Heard other, long now) {
        return new Agent(name, claim, session, other, told, now, nudged);
    }

    Agent told(Told other) {
        return new Agent(name, claim, session, heard, other, lastSeen, nudged);
    }

    Agent nudged(long now) {
        return new Agent(name, claim, session, heard, told, lastSeen, Optional.of(now));
    }
}
