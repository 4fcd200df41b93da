package io.muster.agent.reconcile;

import io.muster.agent.reconcile.AgentEvent.CommandCame;
import io.muster.agent.reconcile.AgentEvent.Connected;
import io.muster.agent.reconcile.AgentEvent.DesiredCame;
import io.muster.agent.reconcile.AgentEvent.DesiredMalformed;
import io.muster.agent.reconcile.AgentEvent.Disconnected;
import io.muster.agent.reconcile.AgentEvent.FactsCame;
import io.muster.agent.reconcile.AgentEvent.Glimpsed;
import io.muster.agent.reconcile.AgentEvent.Leaving;
import io.muster.agent.reconcile.AgentEvent.ListFailed;
import io.muster.agent.reconcile.AgentEvent.Listed;
import io.muster.agent.reconcile.AgentEvent.LostKept;
import io.muster.agent.reconcile.AgentEvent.LostNotKept;
import io.muster.agent.reconcile.AgentEvent.OfWorkload;
import io.muster.agent.reconcile.AgentEvent.ReportAcknowledged;
import io.muster.agent.reconcile.AgentEvent.ReportFailed;
import io.muster.agent.reconcile.AgentEvent.SaveFailed;
import io.muster.agent.reconcile.AgentEvent.Saved;
import io.muster.agent.reconcile.AgentEvent.ServerSeen;
import io.muster.agent.reconcile.AgentEvent.Started;
import io.muster.agent.reconcile.AgentEvent.Woke;
import io.muster.api.link.DesiredState;
import io.muster.api.state.WorkloadState;
import java.util.List;
import java.util.Optional;

/**
 * Decides for an agent as a whole: which wish is obeyed, when its workloads may be touched, what is
 * told to the server. It asks {@link DesireLogic} about the wish, {@link ListingLogic} about the
 * runtimes, {@link PresenceLogic} about the connection, {@link ContactLogic} about its loss; {@link
 * AssemblyLogic} tells the workloads, about each of which {@link WorkloadLogic} decides.
 */
public final class AgentLogic {
    private final Turn turn;
    private final DesireLogic desires;

    private AgentLogic(Turn turn) {
        this.turn = turn;
        this.desires = new DesireLogic(turn.state().profile(), turn.timing(), turn.effects());
    }

    /**
     * What comes of an event.
     *
     * @param transitions the steps that workloads took, in order
     */
    public record Step(
            AgentState next, List<AgentEffect> effects, List<WorkloadState> transitions) {
        /** Copies the lists. */
        public Step {
            effects = List.copyOf(effects);
            transitions = List.copyOf(transitions);
        }
    }

    /** Folds the event in, and decides what to do. */
    public static Step on(AgentState before, AgentEvent event, AgentTiming timing, Moment now) {
        var turn = new Turn(before, timing, now);
        new AgentLogic(turn).learn(event);
        ContactLogic.review(turn, before);
        report(turn, before);
        return turn.step();
    }

    private void learn(AgentEvent event) {
        switch (event) {
            case Started started -> start(started);
            case Listed(var runtime, var found) -> {
                ListingLogic.listed(turn, runtime, found);
                PresenceLogic.connectWhenListed(turn);
            }
            case ListFailed(var runtime, var reason) -> {
                ListingLogic.notListed(turn, runtime, reason);
                PresenceLogic.connectWhenListed(turn);
            }
            case Glimpsed glimpsed -> ListingLogic.glimpsed(turn, glimpsed);
            case DesiredCame(var desired) -> desired(desired);
            case DesiredMalformed(var why) ->
                    turn.state(turn.state().with(desires.malformed(desire(), why)));
            case FactsCame(var facts) -> PresenceLogic.told(turn, facts);
            case CommandCame(var command) -> PresenceLogic.command(turn, command);
            case ServerSeen(var presence) -> PresenceLogic.serverSeen(turn, presence);
            case Connected(var nonce) -> PresenceLogic.connected(turn, nonce);
            case Disconnected(var thrownOut) -> PresenceLogic.disconnected(turn, thrownOut);
            case Saved(var number) -> heard(desires.saved(desire(), number));
            case SaveFailed(var number, var reason) ->
                    heard(desires.notSaved(desire(), number, reason));
            case LostKept(var time) -> ContactLogic.kept(turn, time);
            case LostNotKept _ -> ContactLogic.notKept(turn);
            case ReportAcknowledged(var sequence) -> tell(reporter().acknowledged(sequence));
            case ReportFailed(var sequence) ->
                    tell(reporter().failed(sequence, turn.timing(), turn.effects()));
            case Leaving _ -> {
                turn.state(turn.state().leave());
                AssemblyLogic.place(turn);
            }
            case OfWorkload(var name, var its) -> AssemblyLogic.happened(turn, name, its);
            case Woke(var timer) -> woke(timer);
        }
    }

    private void woke(AgentTimer timer) {
        switch (timer) {
            case AgentTimer.SaveOverdue(var number) -> {
                if (desire().saving().filter(each -> each.number() == number).isPresent()) {
                    heard(desires.overdue(desire(), number));
                }
            }
            case AgentTimer.SaveAgain _ ->
                    turn.state(turn.state().with(desires.saveAgain(desire())));
            case AgentTimer.ListAgain(var runtime) -> ListingLogic.again(turn, runtime);
            case AgentTimer.ConnectAnyway _ -> PresenceLogic.connect(turn);
            case AgentTimer.GraceOver _ -> {
                turn.state(turn.state().waiting(false));
                AssemblyLogic.place(turn);
            }
            case AgentTimer.NameSilent _ -> {
                if (NameLogic.wasSilent(turn.state())) {
                    obey(desires.takeWithheld(desire()));
                }
            }
            case AgentTimer.FactsOverdue _ -> PresenceLogic.factsOverdue(turn);
            case AgentTimer.LostLong _ -> ContactLogic.passed(turn);
            case AgentTimer.KeepLostAgain _ -> ContactLogic.again(turn);
            case AgentTimer.Announce _ -> PresenceLogic.announce(turn);
            case AgentTimer.Heartbeat _ -> PresenceLogic.beat(turn);
            case AgentTimer.ReportDue _ -> tell(reporter().due());
            case AgentTimer.LookDue _ -> ListingLogic.look(turn);
        }
    }

    private Desire desire() {
        return turn.state().desire();
    }

    private Reporter reporter() {
        return turn.state().reporter();
    }

    private void tell(Reporter next) {
        turn.state(turn.state().with(next));
    }

    private void start(Started started) {
        turn.state(
                turn.state()
                        .with(Contact.started(turn.now(), started.lost()))
                        .with(desires.started(started.copy(), started.fence(), started.damage())));
        ListingLogic.start(turn);
        turn.wake(new AgentTimer.ConnectAnyway(), turn.timing().listWithin());
        if (desire().obeyed().isPresent()) {
            turn.state(turn.state().waiting(true));
            AssemblyLogic.wish(turn);
        }
        PresenceLogic.connectWhenListed(turn);
    }

    private void desired(DesiredState desired) {
        var next = desires.came(desire(), desired);
        boolean obeyed =
                next.saving().isEmpty()
                        && next.withheld().isEmpty()
                        && next.observed().equals(Optional.of(desired.version()));
        if (obeyed) {
            heard(next);
        } else {
            obey(next);
            NameLogic.expectSilence(turn);
        }
    }

    /** The server's word counts, so there is no need to wait for it any longer. */
    private void heard(Desire next) {
        turn.state(turn.state().waiting(false));
        obey(next);
    }

    private void obey(Desire next) {
        var before = desire();
        turn.state(turn.state().with(next));
        if (!before.troubles().outdated().equals(next.troubles().outdated())) {
            PresenceLogic.announce(turn); // so that the server jumps, or knows whom we obey
        }
        if (before.obeyed().equals(next.obeyed())) {
            AssemblyLogic.place(turn);
            return;
        }
        boolean taken =
                before.observed().isPresent()
                        && next.observed()
                                .filter(each -> !each.comparableTo(before.observed().get()))
                                .isPresent();
        if (taken) {
            turn.state(turn.state().with(turn.state().presence().withoutFacts()));
            PresenceLogic.announce(turn); // so that the new server tells its facts again
        }
        if (next.ties().areForeign()) {
            PresenceLogic.expectFacts(turn);
        }
        AssemblyLogic.wish(turn);
    }

    private static void report(Turn turn, AgentState before) {
        var state = turn.state();
        var reporter = state.reporter();
        if (!before.observed().equals(state.observed())
                || !before.trouble().equals(state.trouble())) {
            reporter = reporter.withNews();
        }
        var context =
                new Reporter.Context(
                        state.profile(),
                        state.presence().nonce(),
                        state.observed(),
                        state.states().values(),
                        state.trouble());
        turn.state(state.with(reporter.report(context, turn.timing(), turn.effects())));
    }
}
