package io.muster.server.core;

import io.muster.api.name.AgentName;
import io.muster.api.name.Revision;
import io.muster.api.request.HistoryEntry;
import io.muster.api.request.Response;
import io.muster.api.store.StartupMark;
import java.util.ArrayList;
import java.util.Optional;
import org.pcollections.HashTreePSet;
import org.pcollections.PSet;
import org.pcollections.PVector;
import org.pcollections.TreePVector;

/**
 * What is stored, what is on its way to the store, and what waits for that.
 *
 * @param committed what is on disk; everything that is told comes from here
 * @param planned the same with all updates that are on their way; the next one is planned on it
 * @param inFlight updates that the store is writing now
 * @param waiting updates for the next commit
 * @param open who is owed an answer for those two
 * @param startup what is remembered of the startup manifest
 * @param history the last desired states, up to {@code committed}
 * @param jump above what an agent has seen, if one is due
 * @param jumping whether the store is doing it now
 * @param held proposals that wait for the jump, since they must be planned above it, or for what
 *     the mutating hooks look at
 * @param met the agents that were ever here
 */
record Ledger(
        Wish committed,
        Wish planned,
        PVector<PlannedUpdate> inFlight,
        PVector<PlannedUpdate> waiting,
        PSet<Asker> open,
        Answers answers,
        Optional<StartupMark> startup,
        History history,
        Optional<Jump> jump,
        boolean jumping,
        PVector<Held> held,
        Acquaintances met) {
    /**
     * A jump to a later version.
     *
     * @param because the agent that has seen a later one
     */
    record Jump(long epoch, Revision revision, AgentName because) {}

    /**
     * A proposal that waits.
     *
     * @param deadline in monotonic nanoseconds; it is dropped afterwards
     */
    record Held(Proposal proposal, long deadline) {}

    static Ledger of(
            Wish stored,
            Answers answers,
            Optional<StartupMark> startup,
            History history,
            Acquaintances met) {
        return new Ledger(
                stored,
                stored,
                TreePVector.empty(),
                TreePVector.empty(),
                HashTreePSet.empty(),
                answers,
                startup,
                history,
                Optional.empty(),
                false,
                TreePVector.empty(),
                met);
    }

    /** Returns how many updates wait, in whatever way. */
    int pending() {
        return inFlight.size() + waiting.size() + held.size();
    }

    /** Says whether the store is at work. */
    boolean storeIsBusy() {
        return jumping || met.writing() || !inFlight.isEmpty();
    }

    /** Returns the update that made the state that the next one is planned on. */
    Optional<HistoryEntry> latest() {
        var onTheirWay = new ArrayList<>(inFlight);
        onTheirWay.addAll(waiting);
        for (var update : onTheirWay.reversed()) {
            var past = update.past();
            if (past.isPresent()) {
                return Optional.of(
                        new HistoryEntry(
                                past.get().revision(),
                                past.get().time(),
                                past.get().by(),
                                HistoryEntry.Counts.NONE));
            }
        }
        return history.latest();
    }

    /** The same with one more update waiting for the next commit. */
    Ledger planned(PlannedUpdate update) {
        return new Ledger(
                committed,
                update.plan().after(),
                inFlight,
                waiting.plus(update),
                update.asker().map(open::plus).orElse(open),
                answers,
                startup,
                history,
                jump,
                jumping,
                held,
                met);
    }

    /** The same with the first {@code count} of those that wait given to the store. */
    Ledger given(int count) {
        PVector<PlannedUpdate> given = TreePVector.from(waiting.subList(0, count));
        PVector<PlannedUpdate> rest = TreePVector.from(waiting.subList(count, waiting.size()));
        return new Ledger(
                committed, planned, given, rest, open, answers, startup, history, jump, jumping,
                held, met);
    }

    /** The same with one update of those in flight committed. */
    Ledger taken(PlannedUpdate update, ServerSettings settings) {
        return new Ledger(
                update.plan().after(),
                planned,
                inFlight,
                waiting,
                update.asker().map(open::minus).orElse(open),
                update.asker()
                        .map(asker ->
                                answers.with(
                                        asker,
                                        new Response(asker.id(), update.result()),
                                        settings.bounds().maxAnswers()))
                        .orElse(answers),
                update.startup().isPresent() ? update.startup() : startup,
                update.past()
                        .map(past -> history.with(past, update.plan().after().written(), settings))
                        .orElse(history),
                jump,
                jumping,
                held,
                met);
    }

    /** The same with the store idle again. */
    Ledger nothingInFlight() {
        return new Ledger(
                committed,
                planned,
                TreePVector.empty(),
                waiting,
                open,
                answers,
                startup,
                history,
                jump,
                jumping,
                held,
                met);
    }

    /** The same without everything that was on its way. */
    Ledger rolledBack() {
        return new Ledger(
                committed,
                committed,
                TreePVector.empty(),
                TreePVector.empty(),
                HashTreePSet.empty(),
                answers,
                startup,
                history,
                jump,
                jumping,
                held,
                met);
    }

    Ledger answered(Answers more) {
        return new Ledger(
                committed, planned, inFlight, waiting, open, more, startup, history, jump, jumping,
                held, met);
    }

    Ledger jump(Optional<Jump> due, boolean now) {
        return new Ledger(
                committed, planned, inFlight, waiting, open, answers, startup, history, due, now,
                held, met);
    }

    Ledger met(Acquaintances others) {
        return new Ledger(
                committed, planned, inFlight, waiting, open, answers, startup, history, jump,
                jumping, held, others);
    }

    Ledger held(PVector<Held> others) {
        return new Ledger(
                committed, planned, inFlight, waiting, open, answers, startup, history, jump,
                jumping, others, met);
    }

    /** The same at a later revision, with nothing on its way. */
    Ledger jumped(Revision revision) {
        return new Ledger(
                committed.at(revision),
                committed.at(revision),
                inFlight,
                waiting,
                open,
                answers,
                startup,
                history,
                Optional.empty(),
                false,
                held,
                met);
    }
}
