package io.muster.server.core;

import io.muster.api.link.Addressee;
import io.muster.api.link.Command;
import io.muster.api.link.DesiredState;
import io.muster.api.name.AgentName;
import java.time.Duration;
import java.util.TreeSet;

/** What the server tells its agents. */
final class Telling {
    /** How often at most an agent is asked to announce itself. */
    private static final Duration NUDGE_PAUSE = Duration.ofSeconds(2);

    private Telling() {}

    /**
     * Publishes the desired state of an agent, with no workloads if there are none: absence would
     * not be emptiness. Without a connection nothing is lost, since the next one tells everything
     * again.
     */
    static void desired(Turn turn, AgentName name) {
        if (!turn.state().connected()) {
            return;
        }
        var version = turn.state().version();
        var dependents = NeedLogic.dependents(turn.state(), name);
        turn.emit(
                new Effect.SendDesired(
                        name,
                        new DesiredState(
                                version,
                                turn.settings().takeOver(),
                                addressee(turn, name),
                                turn.committed().isDrained(name.value()),
                                turn.committed().assignedTo(name.value()),
                                dependents)));
        var agent = turn.agent(name);
        turn.agent(agent.told(agent.told().with(version, dependents)));
        turn.factsFor(name.value()); // what is needed as of this version
    }

    private static Addressee addressee(Turn turn, AgentName name) {
        var claim = turn.agent(name).claim();
        if (claim.isHeld()) {
            return claim.node().<Addressee>map(Addressee.Node::new).orElse(new Addressee.Anybody());
        }
        return turn.state().mayHaveMet(name) ? new Addressee.Former() : new Addressee.Anybody();
    }

    /**
     * Tells all agents everything: those that are known, and those that have workloads. A broker
     * may have lost what it retained; and it may still retain what was meant for an agent that was
     * deleted just before an earlier life of the server ended.
     */
    static void everything(Turn turn) {
        var names = new TreeSet<>(turn.state().agents().keySet());
        for (var agent : turn.committed().byAgent().keySet()) {
            if (!agent.isEmpty()) {
                names.add(new AgentName(agent));
            }
        }
        for (var name : turn.ledger().history().deletedAgents()) {
            if (!names.contains(name) && isNobody(turn, name)) {
                turn.emit(new Effect.ClearDesired(name));
            }
        }
        for (var name : names) {
            desired(turn, name);
            if (turn.agent(name).isThere()) {
                FactsLogic.again(turn, name);
            }
        }
    }

    /** Says whether there is no such agent, as far as is known, and nothing is wished of it. */
    static boolean isNobody(Turn turn, AgentName name) {
        return !turn.agent(name).isThere()
                && !turn.ledger().met().includes(name)
                && !turn.committed().isDrained(name.value())
                && turn.committed().of(name.value()).isEmpty();
    }

    /** Asks an agent how its workloads are. */
    static void reportAgain(Turn turn, AgentName name) {
        turn.emit(new Effect.SendCommand(name, new Command.ReportAgain()));
    }

    /** Asks whoever has an agent's name to announce itself, not too often. */
    static void announceAgain(Turn turn, Agent agent) {
        var last = agent.nudged();
        if (last.isEmpty() || turn.isPast(last.get() + NUDGE_PAUSE.toNanos())) {
            turn.agent(agent.nudged(turn.now()));
            turn.emit(new Effect.SendCommand(agent.name(), new Command.AnnounceAgain()));
        }
    }

    /** Lets an instance that was refused know that it has the name. */
    static void grant(Turn turn, AgentName name, String instance) {
        turn.emit(new Effect.SendCommand(name, new Command.NameGranted(instance)));
    }

    /** Tells an instance that it is not to have the name. */
    static void refuse(Turn turn, AgentName name, String instance) {
        turn.emit(
                new Effect.SendCommand(
                        name,
                        new Command.NameRefused(
                                instance,
                                "another running agent is named \""
                                        + name
                                        + "\" and had the name before; stop that one, or give this"
                                        + " one another name",
                                true)));
    }

    /** Tells an instance that another may come back for the name. */
    static void awaitHolder(Turn turn, AgentName name, String instance) {
        turn.emit(
                new Effect.SendCommand(
                        name,
                        new Command.NameRefused(
                                instance,
                                "an agent on another node has the name \"%s\", or had it until lately; if it stays away, this one has the name %d s after it was heard last"
                                        .formatted(
                                                name,
                                                turn.settings().times().nameHold().toSeconds()),
                                false)));
    }
}
