package io.muster.agent.reconcile;

import io.muster.api.link.AssignedWorkload;
import io.muster.api.link.DesiredState;
import io.muster.api.name.StateVersion;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.LostContact;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The wish for the agent as a whole, and how far it is on the disk.
 *
 * @param fence what has been seen
 * @param obeyed what the workloads are held against; empty as long as nothing is known
 * @param assigned its workloads by name
 * @param ties which of them depend on which
 * @param limits after how much time without contact some of them are to be stopped
 * @param onDisk the copy that a restarted agent would find
 * @param saving what the disk is busy with
 * @param next the newest wish that came meanwhile
 * @param number of the next order to the disk
 * @param troubles what went wrong
 * @param withheld the newest wish, if it is for another node of the same name
 */
record Desire(
        Fence fence,
        Optional<DesiredState> obeyed,
        SortedMap<WorkloadName, AssignedWorkload> assigned,
        Ties ties,
        SortedSet<Duration> limits,
        Optional<DesiredState> onDisk,
        Optional<Saving> saving,
        Optional<DesiredState> next,
        long number,
        Troubles troubles,
        Optional<DesiredState> withheld) {
    /**
     * An order to the disk that is under way.
     *
     * @param givenUp the agent went on without waiting any longer
     */
    record Saving(long number, DesiredState desired, Fence fence, boolean copied, boolean givenUp) {
        Saving giveUp() {
            return new Saving(number, desired, fence, copied, true);
        }
    }

    /**
     * What goes wrong with wishes, each empty if it does not.
     *
     * @param foreign a server of another lineage speaks
     * @param malformed what came last cannot be read
     * @param disk the copy is old
     * @param damage what was on the disk at the start cannot be read
     * @param elsewhere the wish is for another node of the same name
     * @param outdated what was seen of a store that wants to be obeyed again, and is older than
     *     that
     */
    record Troubles(
            String foreign,
            String malformed,
            String disk,
            String damage,
            String elsewhere,
            Optional<StateVersion> outdated) {
        static final Troubles NONE = new Troubles("", "", "", "", "", Optional.empty());

        Troubles foreign(String text, Optional<StateVersion> older) {
            return new Troubles(text, malformed, disk, damage, elsewhere, older);
        }

        Troubles malformed(String text) {
            return new Troubles(foreign, text, disk, damage, elsewhere, outdated);
        }

        Troubles disk(String text) {
            return new Troubles(foreign, malformed, text, damage, elsewhere, outdated);
        }

        Troubles damage(String text) {
            return new Troubles(foreign, malformed, disk, text, elsewhere, outdated);
        }

        Troubles elsewhere(String text) {
            return new Troubles(foreign, malformed, disk, damage, text, outdated);
        }

        /** The server's word is understood. */
        Troubles heard() {
            return new Troubles("", "", disk, damage, "", Optional.empty());
        }
    }

    static final Desire NONE = beginning(Fence.OPEN, Troubles.NONE);

    static Desire beginning(Fence fence, Troubles troubles) {
        return new Desire(
                fence,
                Optional.empty(),
                Collections.emptySortedMap(),
                Ties.NONE,
                Collections.emptySortedSet(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                1,
                troubles,
                Optional.empty());
    }

    Optional<StateVersion> observed() {
        return obeyed.map(DesiredState::version);
    }

    /** Returns the fence that counts what is not yet on the disk too. */
    Fence horizon() {
        var fence = saving.map(Saving::fence).orElse(this.fence);
        return next.map(each -> fence.advancedTo(each.version())).orElse(fence);
    }

    Desire with(Troubles other) {
        return new Desire(
                fence, obeyed, assigned, ties, limits, onDisk, saving, next, number, other,
                withheld);
    }

    Desire obeying(DesiredState desired, Fence advanced) {
        var byName = new TreeMap<WorkloadName, AssignedWorkload>();
        desired.workloads().forEach(each -> byName.put(each.instance().workload(), each));
        return new Desire(
                advanced,
                Optional.of(desired),
                Collections.unmodifiableSortedMap(byName),
                Ties.of(desired),
                limits(desired),
                onDisk,
                saving,
                next,
                number,
                troubles,
                withheld);
    }

    private static SortedSet<Duration> limits(DesiredState desired) {
        var limits = new TreeSet<Duration>();
        for (var each : desired.workloads()) {
            if (each.workload().lostContact() instanceof LostContact.StopAfter(var time)) {
                limits.add(time);
            }
        }
        return Collections.unmodifiableSortedSet(limits);
    }

    Desire having(Optional<DesiredState> copy) {
        return new Desire(
                fence, obeyed, assigned, ties, limits, copy, saving, next, number, troubles,
                withheld);
    }

    Desire saving(Optional<Saving> other) {
        return new Desire(
                fence, obeyed, assigned, ties, limits, onDisk, other, next, number, troubles,
                withheld);
    }

    Desire numbered() {
        return new Desire(
                fence,
                obeyed,
                assigned,
                ties,
                limits,
                onDisk,
                saving,
                next,
                number + 1,
                troubles,
                withheld);
    }

    Desire next(Optional<DesiredState> other) {
        return new Desire(
                fence, obeyed, assigned, ties, limits, onDisk, saving, other, number, troubles,
                withheld);
    }

    Desire withholding(Optional<DesiredState> other) {
        return new Desire(
                fence, obeyed, assigned, ties, limits, onDisk, saving, next, number, troubles,
                other);
    }

    /** The server's word for this node is understood. */
    Desire heard() {
        return with(troubles.heard()).withholding(Optional.empty());
    }
}
