package io.muster.api.link;

import io.muster.api.name.StateVersion;
import java.util.List;

/**
 * The complete wish for one agent, in one message.
 *
 * @param takeOver obey although the lineage is foreign
 * @param addressee which node it is for, should several have the agent's name
 * @param workloads sorted by workload name, one per name
 * @param drained nothing is to run: what runs is stopped, what has ended stays, nothing starts
 * @param dependents what the workloads do not tell of those that depend on them; by workload
 */
public record DesiredState(
        StateVersion version,
        boolean takeOver,
        Addressee addressee,
        boolean drained,
        List<AssignedWorkload> workloads,
        List<Dependents> dependents) {
    /** Copies the lists. */
    public DesiredState {
        workloads = List.copyOf(workloads);
        dependents = List.copyOf(dependents);
    }

    /** One for an agent that is not drained. */
    public DesiredState(
            StateVersion version,
            boolean takeOver,
            Addressee addressee,
            List<AssignedWorkload> workloads,
            List<Dependents> dependents) {
        this(version, takeOver, addressee, false, workloads, dependents);
    }

    /** One in which no workload has dependents but those that say it themselves. */
    public DesiredState(
            StateVersion version,
            boolean takeOver,
            Addressee addressee,
            List<AssignedWorkload> workloads) {
        this(version, takeOver, addressee, workloads, List.of());
    }

    /** One for whichever node has the name. */
    public DesiredState(StateVersion version, boolean takeOver, List<AssignedWorkload> workloads) {
        this(version, takeOver, new Addressee.Anybody(), workloads);
    }

    /** The same for somebody else. */
    public DesiredState to(Addressee other) {
        return new DesiredState(version, takeOver, other, drained, workloads, dependents);
    }

    /** The same at another version. */
    public DesiredState at(StateVersion other) {
        return new DesiredState(other, takeOver, addressee, drained, workloads, dependents);
    }
}
