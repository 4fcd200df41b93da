package io.muster.server.core;

import io.muster.api.link.AgentPresence;
import io.muster.api.link.Command;
import io.muster.api.link.Load;
import io.muster.api.name.AgentName;
import io.muster.api.state.Phase;
import java.util.Optional;

/**
 * Judges who is there. Announcements and wills may be lost, doubled or late, so each is weighed by
 * instance and nonce, and silence counts as well.
 */
final class PresenceLogic {
    private PresenceLogic() {}

    /** There is a connection: agents that do not announce themselves soon are gone. */
    static void connected(Turn turn, long connection) {
        long end = turn.now() + turn.settings().times().grace().toNanos();
        turn.state(turn.state().connected(connection, turn.now(), end));
        turn.wakeBy(end);
        Telling.everything(turn);
    }

    /** An agent announced itself, or its will says that it is gone. */
    static void announced(Turn turn, AgentName name, AgentPresence presence) {
        if (!presence.online()) {
            left(turn, name, presence);
            return;
        }
        if (!turn.state().agents().containsKey(name)
                && turn.state().agents().size() >= turn.settings().bounds().maxAgents()) {
            turn.note(
                    new Note.Ignored(
                            name,
                            "there are %d agents already, and more are not taken"
                                    .formatted(turn.settings().bounds().maxAgents())));
            return;
        }
        var agent = turn.agent(name);
        switch (agent.claim().judge(presence, holderIsAbout(turn, agent, presence))) {
            case NameClaim.Verdict.Stale _ -> {}
            case NameClaim.Verdict.Refused _ when agent.isThere() -> {
                turn.agent(agent); // one that was not known has its time to come from now on
                turn.note(new Note.NameConflict(name, agent.claim().holder(), presence.instance()));
                Telling.refuse(turn, name, presence.instance());
            }
            case NameClaim.Verdict.Refused _ -> // by one that has left meanwhile
                    await(turn, agent, agent.claim().waitedForBy(presence.instance()), presence);
            case NameClaim.Verdict.Waits(var claim) -> await(turn, agent, claim, presence);
            case NameClaim.Verdict.Granted(var claim, var loser) -> {
                if (!loser.isEmpty()) {
                    turn.note(new Note.NameConflict(name, presence.instance(), loser));
                    Telling.refuse(turn, name, loser);
                }
                granted(turn, agent, claim, presence);
                if (presence.refused()) {
                    Telling.grant(turn, name, presence.instance());
                }
            }
        }
    }

    private static void await(Turn turn, Agent agent, NameClaim claim, AgentPresence presence) {
        var name = agent.name();
        if (!agent.claim().keepsWaiting(presence.instance())) {
            turn.note(new Note.NameAwaited(name, agent.claim().holder(), presence.instance()));
        }
        turn.agent(agent.claimed(claim)); // the time of its last sign of life stays
        Telling.awaitHolder(turn, name, presence.instance());
    }

    /**
     * Says whether the name is kept for its holder. A server that was started anew gives those that
     * an earlier life of it knew their time to come, also while it is still on its way to the
     * broker; who has obeyed this store is one of them.
     */
    private static boolean holderIsAbout(Turn turn, Agent agent, AgentPresence presence) {
        long hold = turn.settings().times().nameHold().toNanos();
        if (agent.claim().isHeld() || presence.refused()) {
            return agent.isThere()
                    || (!agent.claim().free() && !turn.isPast(agent.lastSeen() + hold));
        }
        boolean known =
                presence.seen()
                        .filter(seen ->
                                turn.settings().takeOver()
                                        || seen.comparableTo(turn.state().version()))
                        .isPresent();
        return turn.state().mayHaveMet(agent.name())
                && !known
                && turn.state().since().filter(since -> turn.isPast(since + hold)).isEmpty();
    }

    /** An agent told its load. */
    static void loaded(Turn turn, AgentName name, Load load) {
        var agent = turn.agent(name);
        if (agent.session().isPresent()) {
            turn.agent(agent.with(agent.session().get().with(load), turn.now()));
        } else if (turn.state().agents().containsKey(name)) {
            Telling.announceAgain(turn, agent);
        } else {
            turn.emit(new Effect.SendCommand(name, new Command.AnnounceAgain()));
        }
    }

    /** Takes those for gone who should have been heard by now. */
    static void sweep(Turn turn) {
        if (!turn.state().connected()) {
            return; // who cannot hear cannot judge
        }
        var graceEnds = turn.state().graceEnds();
        boolean graceIsOver = graceEnds.isPresent() && turn.isPast(graceEnds.get());
        if (graceIsOver) {
            turn.state(turn.state().graceOver());
            missing(turn);
            // what may still have come does not come any more
            turn.state().agents().keySet().forEach(agent -> turn.factsFor(agent.value()));
        } else {
            graceEnds.ifPresent(turn::wakeBy);
        }
        for (var agent : turn.state().agents().values()) {
            if (agent.session().isEmpty()) {
                continue;
            }
            long end = agent.lastSeen() + turn.settings().times().silence().toNanos();
            if (graceIsOver && agent.session().get().connection() < turn.state().connection()) {
                lose(turn, agent, "it did not announce itself after the server was away");
            } else if (turn.isPast(end)) {
                lose(
                        turn,
                        agent,
                        "nothing was heard of it for %d s"
                                .formatted(turn.settings().times().silence().toSeconds()));
            } else {
                turn.wakeBy(end);
            }
        }
    }

    private static void granted(Turn turn, Agent agent, NameClaim claim, AgentPresence presence) {
        var name = agent.name();
        var before = agent.session();
        boolean sameProcess =
                before.filter(s -> s.instance().equals(presence.instance())).isPresent();
        boolean sameConnection =
                sameProcess && before.filter(s -> s.nonce().equals(presence.nonce())).isPresent();
        var session =
                new Agent.Session(
                        presence.instance(),
                        presence.nonce(),
                        presence.version(),
                        presence.tags(),
                        turn.committed().tagsOf(name),
                        sameProcess ? before.flatMap(Agent.Session::load) : Optional.empty(),
                        turn.state().connection());
        if (before.isPresent() && !sameProcess) {
            LogLogic.lost(turn, name, "agent %s was restarted".formatted(name));
        }
        turn.agent(agent.with(session, claim, turn.now()));
        AcquaintanceLogic.met(turn, name);
        turn.wakeBy(turn.now() + turn.settings().times().silence().toNanos());
        if (!sameConnection) {
            turn.note(new Note.AgentJoined(name, presence.instance(), presence.version()));
            presence.seen()
                    .filter(seen -> !seen.comparableTo(turn.state().version()))
                    .ifPresent(seen ->
                            turn.note(
                                    new Note.ForeignLineage(
                                            name, seen, turn.settings().takeOver())));
        }
        JumpLogic.seen(turn, name, presence.seen(), presence.factsEpoch());
        repair(turn, name, presence, !sameConnection);
    }

    /** Tells again what the agent has not, and asks again for what it has told. */
    private static void repair(Turn turn, AgentName name, AgentPresence presence, boolean isNew) {
        var told = turn.agent(name).told();
        var behind =
                told.desired()
                        .filter(sent ->
                                presence.seen()
                                        .map(seen ->
                                                seen.comparableTo(sent)
                                                        ? seen.isOlderThan(sent)
                                                        : turn.settings().takeOver())
                                        .orElse(true))
                        .isPresent();
        if (isNew || behind || told.desired().isEmpty()) {
            Telling.desired(turn, name);
        }
        boolean lacksFacts =
                presence.factsEpoch() < turn.state().epoch()
                        || presence.factsSequence() < told.factsSequence();
        if (isNew || lacksFacts) {
            FactsLogic.again(turn, name);
        }
        ReportLogic.announced(turn, name, presence, isNew);
    }

    private static void left(Turn turn, AgentName name, AgentPresence presence) {
        var agent = turn.agent(name);
        if (agent.session()
                .filter(s -> s.instance().equals(presence.instance()))
                .filter(s -> s.nonce().equals(presence.nonce()))
                .isPresent()) {
            lose(turn, agent, presence.stopped() ? "it was stopped" : "its connection ended");
            if (presence.stopped()) {
                var parted = turn.agent(name);
                turn.agent(parted.claimed(parted.claim().released()));
            }
        } // else the will of an earlier connection, late
    }

    private static void lose(Turn turn, Agent agent, String why) {
        agent.session()
                .ifPresent(s -> turn.note(new Note.AgentLost(agent.name(), s.instance(), why)));
        turn.agent(agent.gone(turn.now()));
        for (var state : turn.state().board().of(agent.name().value()).values()) {
            turn.show(ServerSays.disconnected(state, why, turn.wall()));
        }
        LeftoverLogic.limit(turn, agent.name());
        LogLogic.lost(turn, agent.name(), "agent %s is gone: %s".formatted(agent.name(), why));
    }

    /**
     * Workloads that were stored before this start, and whose agent was there then and did not come
     * back, are as good as lost; the others wait for their agent to come for the first time.
     */
    private static void missing(Turn turn) {
        for (var entry : turn.state().board().byAgent().entrySet()) {
            if (entry.getKey().isEmpty() || turn.agent(new AgentName(entry.getKey())).isThere()) {
                continue;
            }
            for (var state : entry.getValue().values()) {
                if (AcquaintanceLogic.mayRun(turn, state)) {
                    turn.show(ServerSays.notBack(state));
                } else if (state.phase() == Phase.PENDING_INITIAL) {
                    turn.show(ServerSays.waiting(turn.committed(), state));
                }
            }
        }
    }
}
