package io.muster.server.core;

import io.muster.api.name.AgentName;
import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;
import io.muster.api.name.StateVersion;
import io.muster.api.state.CompleteState;
import io.muster.api.store.Head;
import java.util.Optional;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * All that the server knows. Persistent: states share what did not change.
 *
 * @param start of the server on its store
 * @param contact with the broker
 * @param ledger what is stored and on its way there
 * @param mutation what the mutating hooks look at
 * @param agents by name
 * @param board the execution states
 * @param observers of it
 * @param wakeAt when the alarm rings; empty if none is set
 */
public record ServerState(
        ServerSettings settings,
        Start start,
        Contact contact,
        Ledger ledger,
        Mutation mutation,
        PSortedMap<AgentName, Agent> agents,
        Board board,
        Observers observers,
        Optional<Long> wakeAt) {
    /** The state right after the store was opened, with events that are numbered from 1. */
    public static ServerState of(Head head, ServerSettings settings) {
        return of(head, settings, 0);
    }

    /**
     * The state right after the store was opened.
     *
     * @param firstEvent is where the numbers of events begin: different for each start, so that a
     *     position from before a backup was restored is no position here
     */
    public static ServerState of(Head head, ServerSettings settings, long firstEvent) {
        var wish = Planning.load(head);
        var board = Board.EMPTY;
        for (var placed : wish.workloads().values()) {
            board =
                    board.with(
                            ServerSays.atFirst(
                                    placed, ServerSays.obstacle(wish, placed.agent(), true)));
        }
        return new ServerState(
                settings,
                new Start(head.lineage(), head.epoch(), head.revision(), Moved.of(head)),
                Contact.NONE,
                Ledger.of(
                        wish,
                        Answers.of(head.answers(), settings.bounds().maxAnswers()),
                        head.startup(),
                        History.of(head, wish.written(), settings),
                        Acquaintances.of(head.met())),
                Mutation.NONE,
                TreePMap.empty(),
                board,
                new Observers(Audience.EMPTY, EventLog.startingAt(firstEvent), LogReaders.NONE),
                Optional.empty());
    }

    /** Returns the lineage of the store. */
    public Lineage lineage() {
        return start.lineage();
    }

    /** Returns the epoch of this start of the server, or the one it has jumped to. */
    public long epoch() {
        return start.epoch();
    }

    /** Returns the revision that the store held at start. */
    Revision opened() {
        return start.opened();
    }

    /** Returns when it was connected first, in monotonic nanoseconds. */
    Optional<Long> since() {
        return contact.since();
    }

    /** Counts the connections to the broker, 0 before the first. */
    public long connection() {
        return contact.connection();
    }

    /** Says whether there is a connection to the broker. */
    public boolean connected() {
        return contact.connected();
    }

    /** Returns when agents that did not announce themselves are taken for gone. */
    Optional<Long> graceEnds() {
        return contact.graceEnds();
    }

    Audience audience() {
        return observers.audience();
    }

    EventLog events() {
        return observers.events();
    }

    LogReaders logs() {
        return observers.logs();
    }

    /** Returns everything that can be asked for: stored, and told by the agents. */
    public CompleteState complete() {
        return Reading.complete(this, Selection.EVERYTHING);
    }

    /** Returns the version of what is stored. */
    public StateVersion version() {
        return new StateVersion(lineage(), epoch(), ledger.committed().revision());
    }

    /** Says whether an agent of this name may have been here in an earlier life of the server. */
    boolean mayHaveMet(AgentName agent) {
        return epoch() > 1 && ledger.met().includes(agent);
    }

    /** Returns how many updates wait for the store. */
    public int pending() {
        return ledger.pending() + (mutation.now().isPresent() ? 1 : 0);
    }

    /** Returns how many subscriptions there are. */
    public int subscriptions() {
        return audience().size();
    }

    /** Returns how many readers of logs there are. */
    public int logReaders() {
        return logs().size();
    }

    ServerState with(Ledger other) {
        return new ServerState(
                settings, start, contact, other, mutation, agents, board, observers, wakeAt);
    }

    ServerState with(Mutation other) {
        return new ServerState(
                settings, start, contact, ledger, other, agents, board, observers, wakeAt);
    }

    ServerState with(Agent agent) {
        return new ServerState(
                settings,
                start,
                contact,
                ledger,
                mutation,
                agents.plus(agent.name(), agent),
                board,
                observers,
                wakeAt);
    }

    ServerState without(AgentName agent) {
        return new ServerState(
                settings,
                start,
                contact,
                ledger,
                mutation,
                agents.minus(agent),
                board,
                observers,
                wakeAt);
    }

    ServerState with(Board other) {
        return new ServerState(
                settings, start, contact, ledger, mutation, agents, other, observers, wakeAt);
    }

    ServerState with(Audience other) {
        return with(observers.with(other));
    }

    ServerState with(EventLog other) {
        return with(observers.with(other));
    }

    ServerState with(LogReaders other) {
        return with(observers.with(other));
    }

    private ServerState with(Observers other) {
        return new ServerState(
                settings, start, contact, ledger, mutation, agents, board, other, wakeAt);
    }

    ServerState connected(long number, long now, long graceUntil) {
        return with(contact.made(number, now, graceUntil));
    }

    ServerState disconnected() {
        return with(contact.lost());
    }

    ServerState graceOver() {
        return with(contact.graceOver());
    }

    private ServerState with(Contact other) {
        return new ServerState(
                settings, start, other, ledger, mutation, agents, board, observers, wakeAt);
    }

    ServerState waking(Optional<Long> nanos) {
        return new ServerState(
                settings, start, contact, ledger, mutation, agents, board, observers, nanos);
    }

    ServerState jumped(long to, Ledger next) {
        return new ServerState(
                settings,
                start.jumped(to),
                contact,
                next,
                mutation,
                agents,
                board,
                observers.with(events().forgotten()),
                wakeAt);
    }
}
