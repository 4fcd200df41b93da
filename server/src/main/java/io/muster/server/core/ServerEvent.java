package io.muster.server.core;

import io.muster.api.link.AgentPresence;
import io.muster.api.link.Load;
import io.muster.api.link.Report;
import io.muster.api.name.AgentName;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import io.muster.api.state.State;
import java.time.Duration;
import java.util.Set;

/** Something that happened to the server. Any of these may be missed, doubled or late. */
public sealed interface ServerEvent {
    /**
     * There is a startup manifest. Comes at most once, first of all.
     *
     * @param digest of its text
     */
    record StartupManifest(String digest, State state) implements ServerEvent {}

    /**
     * There is a connection to the broker.
     *
     * @param connection counts the connections of this server
     */
    record Connected(long connection) implements ServerEvent {}

    /** There is none any more: nobody can be heard. */
    record Disconnected() implements ServerEvent {}

    /** An agent announced itself, or its will says that it is gone. */
    record Announced(AgentName agent, AgentPresence presence) implements ServerEvent {}

    /** An agent told how its workloads are. */
    record Reported(AgentName agent, Report report) implements ServerEvent {}

    /** An agent told its load. */
    record Loaded(AgentName agent, Load load) implements ServerEvent {}

    /**
     * Somebody asked for something.
     *
     * @param timeToLive what has not begun when this has passed is not to begin at all
     */
    record Asked(Requester requester, Request request, Duration timeToLive)
            implements ServerEvent {}

    /** The commit is on disk: the answer to {@link Effect.Persist}. */
    record Persisted() implements ServerEvent {}

    /** The commit is not on disk, and the store is as before. */
    record NotPersisted(String why) implements ServerEvent {}

    /** The jump is on disk: the answer to {@link Effect.Raise}. */
    record Raised() implements ServerEvent {}

    /** The jump is not on disk, and the store is as before. */
    record NotRaised(String why) implements ServerEvent {}

    /** These agents are remembered: the answer to {@link Effect.Remember}. */
    record Remembered(Set<AgentName> agents) implements ServerEvent {
        /** Copies the set. */
        public Remembered {
            agents = Set.copyOf(agents);
        }
    }

    /** They are not. */
    record NotRemembered(String why) implements ServerEvent {}

    /**
     * The mutating hooks are done: the answer to {@link Effect.Mutate}.
     *
     * @param number of the order
     * @param verdict what they made of the desired state, or why they refuse
     */
    record Mutated(long number, HookVerdict verdict) implements ServerEvent {}

    /** The time of {@link Effect.WakeAt} has come. */
    record Woke() implements ServerEvent {}
}
