package io.muster.agent.reconcile;

import io.muster.agent.reconcile.AgentEffect.Save;
import io.muster.agent.reconcile.AgentEffect.Wake;
import io.muster.agent.reconcile.Desire.Saving;
import io.muster.agent.reconcile.Desire.Troubles;
import io.muster.api.link.Addressee;
import io.muster.api.link.DesiredState;
import io.muster.api.name.AgentName;
import io.muster.api.name.NodeId;
import java.util.List;
import java.util.Optional;

/**
 * Decides which wish is obeyed.
 *
 * <p>Rules: never an older one than was seen; what is obeyed is on the disk before (unless the disk
 * fails, which is said); nothing is written that the disk has already. When a version advances
 * without a change for this agent, the copy stays and only the fence, some dozen bytes, is written:
 * it is what keeps a late message between the two from being obeyed after a restart. The fence is
 * written with the first copy of a lineage, too: if that copy is ever damaged, it still says who is
 * a stranger.
 */
final class DesireLogic {
    private final AgentName agent;
    private final NodeId node;
    private final AgentTiming timing;
    private final List<AgentEffect> effects;

    DesireLogic(AgentProfile profile, AgentTiming timing, List<AgentEffect> effects) {
        this.agent = profile.name();
        this.node = profile.node();
        this.timing = timing;
        this.effects = effects;
    }

    /** Begins with what the disk has. */
    Desire started(Optional<DesiredState> copy, Fence fence, String damage) {
        var troubles = Troubles.NONE.damage(damage);
        var known = Desire.beginning(fence, troubles);
        if (copy.isEmpty()) {
            return known;
        }
        var stranger = stranger(copy.get());
        if (stranger.isPresent()) {
            return known.with(
                    troubles.damage("The offline copy is another agent's: " + stranger.get()));
        }
        // the fence alone advances when the content stays: then the copy is as new as the fence
        var advanced = fence.advancedTo(copy.get().version());
        var version = advanced.newest().orElseThrow();
        return known.obeying(copy.get().at(version), advanced).having(copy);
    }

    /** The server wishes. */
    Desire came(Desire before, DesiredState desired) {
        var stranger = stranger(desired);
        if (stranger.isPresent()) {
            return malformed(before, stranger.get());
        }
        if (!isForThisNode(before, desired.addressee())) {
            return elsewhere(before, desired);
        }
        var ruling = before.horizon().judge(desired.version(), desired.takeOver());
        return switch (ruling) {
            case OLDER -> outdated(before, desired);
            case FOREIGN ->
                    before.with(
                            before.troubles().foreign(foreign(before, desired), Optional.empty()));
            case SAME -> {
                var cleared = before.heard();
                // known from the fence alone when the copy was lost
                boolean known = cleared.obeyed().isPresent() || cleared.saving().isPresent();
                yield known ? cleared : accept(cleared, desired);
            }
            case NEWER, TAKES_OVER -> accept(before.heard(), desired);
        };
    }

    private boolean isForThisNode(Desire before, Addressee addressee) {
        return switch (addressee) {
            case Addressee.Anybody _ -> true;
            case Addressee.Former _ -> before.horizon().newest().isPresent();
            case Addressee.Node(var id) -> id.equals(node);
        };
    }

    private Desire elsewhere(Desire before, DesiredState desired) {
        var whose =
                switch (desired.addressee()) {
                    case Addressee.Node(var id) -> "node " + id;
                    case Addressee.Former _, Addressee.Anybody _ ->
                            "the node that had the name before";
                };
        return before.withholding(Optional.of(desired))
                .with(
                        before.troubles()
                                .malformed("")
                                .elsewhere(
                                        ("The desired state is for %s, and this is node %s: nothing"
                                                        + " changes here until the server says that"
                                                        + " this node has the name \"%s\".")
                                                .formatted(whose, node, agent)));
    }

    /** Neither the node that the wish is for nor the server has shown itself for long. */
    Desire takeWithheld(Desire before) {
        if (before.withheld().isEmpty()) {
            return before;
        }
        var taken = came(before, before.withheld().get().to(new Addressee.Anybody()));
        return taken.with(
                taken.troubles()
                        .elsewhere(
                                ("This node, %s, obeys what was meant for another node named"
                                     + " \"%s\": neither that one nor the server has shown itself"
                                     + " for %d s.")
                                        .formatted(node, agent, timing.nameHold().toSeconds())));
    }

    /** Something came that is no wish. */
    Desire malformed(Desire before, String why) {
        return before.with(
                before.troubles()
                        .malformed(
                                "The last desired state cannot be used ("
                                        + why
                                        + "); what was known before stays in force until the"
                                        + " server sends a better one."));
    }

    /**
     * An older wish of the store that is obeyed is late, or its server learns from our announcement
     * that it has to jump. One of a store that was obeyed once is a foreign one's; if it is to take
     * over again, our next announcement tells its server above what it has to jump.
     */
    private static Desire outdated(Desire before, DesiredState desired) {
        var version = desired.version();
        boolean obeyed =
                before.horizon().newest().filter(each -> each.comparableTo(version)).isPresent();
        if (obeyed) {
            return before;
        }
        return before.with(
                desired.takeOver()
                        ? before.troubles()
                                .foreign(
                                        ("The server's store, of lineage %s, is older than what"
                                             + " this agent has seen of it: it touches nothing"
                                             + " before the server has jumped above that.")
                                                .formatted(version.lineage()),
                                        before.horizon().of(version.lineage()))
                        : before.troubles().foreign(foreign(before, desired), Optional.empty()));
    }

    private static String foreign(Desire before, DesiredState desired) {
        return ("The server's store is of lineage %s, and this agent obeys %s: it touches nothing."
                        + " If the store was replaced on purpose, start the server with"
                        + " --take-over.")
                .formatted(
                        desired.version().lineage(),
                        before.fence()
                                .newest()
                                .map(each -> each.lineage().value())
                                .orElse("another"));
    }

    private Optional<String> stranger(DesiredState desired) {
        return desired.workloads().stream()
                .filter(each -> !each.instance().agent().equals(agent.value()))
                .findFirst()
                .map(each ->
                        "workload \"%s\" is for agent \"%s\", not for \"%s\""
                                .formatted(
                                        each.instance().workload(),
                                        each.instance().agent(),
                                        agent));
    }

    private Desire accept(Desire before, DesiredState desired) {
        if (before.saving().isPresent()) {
            var waiting = before.next(Optional.of(desired));
            return before.saving().get().givenUp() ? obeyUnsaved(waiting, desired) : waiting;
        }
        return save(before, desired);
    }

    private static Desire obeyUnsaved(Desire before, DesiredState desired) {
        return before.obeying(desired, before.fence().advancedTo(desired.version()));
    }

    private Desire save(Desire before, DesiredState desired) {
        var advanced = before.fence().advancedTo(desired.version());
        boolean copies = before.onDisk().filter(copy -> meansTheSame(copy, desired)).isEmpty();
        boolean knownLineage =
                before.fence()
                        .newest()
                        .filter(each -> each.comparableTo(desired.version()))
                        .isPresent();
        long number = before.number();
        effects.add(
                new Save(
                        number,
                        copies ? Optional.of(desired) : Optional.empty(),
                        copies && knownLineage ? Optional.empty() : Optional.of(advanced)));
        effects.add(new Wake(new AgentTimer.SaveOverdue(number), timing.saveWithin(), false));
        return before.numbered()
                .next(Optional.empty())
                .saving(Optional.of(new Saving(number, desired, advanced, copies, false)));
    }

    private static boolean meansTheSame(DesiredState copy, DesiredState desired) {
        return copy.version().comparableTo(desired.version())
                && copy.drained() == desired.drained()
                && copy.workloads().equals(desired.workloads())
                && copy.dependents().equals(desired.dependents());
    }

    /** The disk has it. */
    Desire saved(Desire before, long number) {
        var saving = before.saving().filter(each -> each.number() == number);
        if (saving.isEmpty()) {
            return before;
        }
        var done = saving.get();
        var kept = done.copied() ? before.having(Optional.of(done.desired())) : before;
        var healthy = kept.with(kept.troubles().disk("").damage(""));
        return goOn(obey(healthy, done));
    }

    /** The disk does not have it. */
    Desire notSaved(Desire before, long number, String reason) {
        var saving = before.saving().filter(each -> each.number() == number);
        if (saving.isEmpty()) {
            return before;
        }
        effects.add(new Wake(new AgentTimer.SaveAgain(), timing.saveAgain(), false));
        // what the disk has now is anybody's guess: the next save writes all of it
        var unsure = saving.get().copied() ? before.having(Optional.empty()) : before;
        return goOn(obey(inTrouble(unsure, reason), saving.get()));
    }

    /** The disk takes too long: go on without it, and leave it to its work. */
    Desire overdue(Desire before, long number) {
        var saving = before.saving().filter(each -> each.number() == number && !each.givenUp());
        if (saving.isEmpty()) {
            return before;
        }
        var reason = "the disk did not answer within " + timing.saveWithin().toSeconds() + " s";
        var late = inTrouble(before, reason).saving(Optional.of(saving.get().giveUp()));
        var newest = before.next().orElse(saving.get().desired());
        return late.obeying(newest, saving.get().fence().advancedTo(newest.version()));
    }

    /** Another try to write what could not be written. */
    Desire saveAgain(Desire before) {
        boolean worthIt = before.saving().isEmpty() && !before.troubles().disk().isEmpty();
        return worthIt && before.obeyed().isPresent()
                ? save(before, before.obeyed().get())
                : before;
    }

    private Desire obey(Desire before, Saving done) {
        var free = before.saving(Optional.empty());
        return done.givenUp() ? free : free.obeying(done.desired(), done.fence());
    }

    private Desire goOn(Desire before) {
        if (before.next().isPresent()) {
            return save(before, before.next().get());
        }
        boolean behind =
                before.obeyed()
                        .filter(each -> before.troubles().disk().isEmpty())
                        .filter(each -> isNotOnDisk(before, each))
                        .isPresent();
        return behind ? save(before, before.obeyed().get()) : before;
    }

    private static boolean isNotOnDisk(Desire desire, DesiredState obeyed) {
        return desire.onDisk().filter(copy -> meansTheSame(copy, obeyed)).isEmpty();
    }

    private Desire inTrouble(Desire before, String reason) {
        return before.with(
                before.troubles()
                        .disk(
                                "The offline copy is old and could not be written ("
                                        + reason
                                        + "): without the server, a restarted agent would obey "
                                        + before.onDisk()
                                                .map(each ->
                                                        "revision " + each.version().revision())
                                                .orElse("nothing")
                                        + ". Free space in the state directory."));
    }
}
