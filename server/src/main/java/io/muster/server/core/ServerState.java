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
 * @param lineage of the store
 * @param epoch of this start of the server, or the one it has jumped to
 * @param opened the revision that the store held at start
 * @param since when it was connected first, in monotonic nanoseconds
 * @param connection counts the connections to the broker, 0 before the first
 * @param connected whether there is one now
 * @param graceEnds when agents that did not announce themselves are taken for gone; empty when that
 *     is done
 * @param ledger what is stored and on its way there
 * @param mutation what the mutating hooks look at
 * @param agents by name
 * @param board the execution states
 * @param audience the subscriptions
 * @param events the last ones
 * @param logs who reads the logs of which workloads
 * @param wakeAt when the alarm rings; empty if none is set
 */
public record ServerState(
        ServerSettings settings,
        Lineage lineage,
        long epoch,
        Revision opened,
        Optional<Long> since,
        long connection,
        boolean connected,
        Optional<Long> graceEnds,
        Ledger ledger,
        Mutation mutation,
        PSortedMap<AgentName, Agent> agents,
        Board board,
        Audience audience,
        EventLog events,
        LogReaders logs,
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
            board = board.with(ServerSays.atFirst(placed));
        }
        return new ServerState(
                settings,
                head.lineage(),
                head.epoch(),
                head.revision(),
                Optional.empty(),
                0,
                false,
                Optional.empty(),
                Ledger.of(
                        wish,
                        Answers.of(head.answers(), settings.bounds().maxAnswers()),
                        head.startup(),
                        History.of(head, wish.written(), settings),
                        Acquaintances.of(head.met())),
                Mutation.NONE,
                TreePMap.empty(),
                board,
                Audience.EMPTY,
                EventLog.startingAt(firstEvent),
                LogReaders.NONE,
                Optional.empty());
    }

    /** Returns everything that can be asked for: stored, and told by the agents. */
    public CompleteState complete() {
        return Reading.complete(this, Selection.EVERYTHING);
    }

    /** Returns the version of what is stored. */
    public StateVersion version() {
        return new StateVersion(lineage, epoch, ledger.committed().revision());
    }

    /** Says whether an agent of this name may have been here in an earlier life of the server. */
    boolean mayHaveMet(AgentName agent) {
        return epoch > 1 && ledger.met().includes(agent);
    }

    /** Returns how many updates wait for the store. */
    public int pending() {
        return ledger.pending() + (mutation.now().isPresent() ? 1 : 0);
    }

    /** Returns how many subscriptions there are. */
    public int subscriptions() {
        return audience.size();
    }

    /** Returns how many readers of logs there are. */
    public int logReaders() {
        return logs.size();
    }

    ServerState with(Ledger other) {
        return new ServerState(
                settings,
                lineage,
                epoch,
                opened,
                since,
                connection,
                connected,
                graceEnds,
                other,
                mutation,
                agents,
                board,
                audience,
                events,
                logs,
                wakeAt);
    }

    ServerState with(Mutation other) {
        return new ServerState(
                settings,
                lineage,
                epoch,
                opened,
                since,
                connection,
                connected,
                graceEnds,
                ledger,
                other,
                agents,
                board,
                audience,
                events,
                logs,
                wakeAt);
    }

    ServerState with(Agent agent) {
        return new ServerState(
                settings,
                lineage,
                epoch,
                opened,
                since,
                connection,
                connected,
                graceEnds,
                ledger,
                mutation,
                agents.plus(agent.name(), agent),
                board,
                audience,
                events,
                logs,
                wakeAt);
    }

    ServerState without(AgentName agent) {
        return new ServerState(
                settings,
                lineage,
                epoch,
                opened,
                since,
                connection,
                connected,
                graceEnds,
                ledger,
                mutation,
                agents.minus(agent),
                board,
                audience,
                events,
                logs,
                wakeAt);
    }

    ServerState with(Board other) {
        return new ServerState(
                settings,
                lineage,
                epoch,
                opened,
                since,
                connection,
                connected,
                graceEnds,
                ledger,
                mutation,
                agents,
                other,
                audience,
                events,
                logs,
                wakeAt);
    }

    ServerState with(Audience other) {
        return new ServerState(
                settings,
                lineage,
                epoch,
                opened,
                since,
                connection,
                connected,
                graceEnds,
                ledger,
                mutation,
                agents,
                board,
                other,
                events,
                logs,
                wakeAt);
    }

    ServerState with(EventLog other) {
        return new ServerState(
                settings,
                lineage,
                epoch,
                opened,
                since,
                connection,
                connected,
                graceEnds,
                ledger,
                mutation,
                agents,
                board,
                audience,
                other,
                logs,
                wakeAt);
    }

    ServerState with(LogReaders other) {
        return new ServerState(
                settings,
                lineage,
                epoch,
                opened,
                since,
                connection,
                connected,
                graceEnds,
                ledger,
                mutation,
                agents,
                board,
                audience,
                events,
                other,
                wakeAt);
    }

    ServerState connected(long number, long now, long graceUntil) {
        return new ServerState(
                settings,
                lineage,
                epoch,
                opened,
                Optional.of(since.orElse(now)),
                number,
                true,
                Optional.of(graceUntil),
                ledger,
                mutation,
                agents,
                board,
                audience,
                events,
                logs,
                wakeAt);
    }

    ServerState disconnected() {
        return new ServerState(
                settings,
                lineage,
                epoch,
                opened,
                since,
                connection,
                false,
                Optional.empty(),
                ledger,
                mutation,
                agents,
                board,
                audience,
                events,
                logs,
                wakeAt);
    }

    ServerState graceOver() {
        return new ServerState(
                settings,
                lineage,
                epoch,
                opened,
                since,
                connection,
                connected,
                Optional.empty(),
                ledger,
                mutation,
                agents,
                board,
                audience,
                events,
                logs,
                wakeAt);
    }

    ServerState waking(Optional<Long> nanos) {
        return new ServerState(
                settings,
                lineage,
                epoch,
                opened,
                since,
                connection,
                connected,
                graceEnds,
                ledger,
                mutation,
                agents,
                board,
                audience,
                events,
                logs,
                nanos);
    }

    ServerState jumped(long to, Ledger next) {
        return new ServerState(
                settings,
                lineage,
                to,
                opened,
                since,
                connection,
                connected,
                graceEnds,
                next,
                mutation,
                agents,
                board,
                audience,
                events.forgotten(),
                logs,
                wakeAt);
    }
}
