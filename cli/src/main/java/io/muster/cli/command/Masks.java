package io.muster.cli.command;

import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.path.FieldMask;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The parts of the state that commands ask for: no more than they show, so that answers stay small.
 */
final class Masks {
    /** With more masks than this, one for everything is cheaper for the server. */
    private static final int MANY = 64;

    private static final String ANY = FieldMask.ANY;
    private static final String USAGE = "usage";

    private Masks() {}

    static FieldMask workload(WorkloadName name) {
        return FieldMask.of("desiredState", "workloads", name.value());
    }

    static FieldMask config(String name) {
        return FieldMask.of("desiredState", "configs", name);
    }

    /** Whether workloads are desired, and their runtimes; of all if none is named. */
    static List<FieldMask> runtimes(Collection<WorkloadName> names) {
        if (names.isEmpty() || names.size() > MANY) {
            return List.of(FieldMask.of("desiredState", "workloads", ANY, "runtime"));
        }
        return names.stream()
                .map(name -> FieldMask.of("desiredState", "workloads", name.value(), "runtime"))
                .toList();
    }

    /** All that waiting for these instances needs. */
    static List<FieldMask> waitingFor(Collection<InstanceName> instances) {
        var masks = new ArrayList<FieldMask>();
        var names = instances.stream().map(InstanceName::workload).distinct().toList();
        var agents = instances.stream().map(InstanceName::agent).distinct().toList();
        // what has no agent is under an empty key, which no mask can name
        boolean single = instances.size() <= MANY && !agents.contains("");
        if (single) {
            for (var each : instances) {
                masks.add(FieldMask.of("workloadStates", each.agent(), each.workload().value()));
            }
            agents.forEach(agent -> masks.add(FieldMask.of("agents", agent)));
        } else {
            masks.add(FieldMask.of("workloadStates"));
            masks.add(FieldMask.of("agents"));
        }
        masks.addAll(runtimes(names));
        return masks.stream().distinct().toList();
    }

    /** The table of workloads. */
    static List<FieldMask> table(WorkloadFilter filter) {
        var agent = filter.agent().filter(name -> !name.isEmpty()).orElse(ANY);
        var names =
                filter.names().isEmpty() || filter.names().size() > MANY
                        ? List.of(ANY)
                        : filter.names().stream().map(WorkloadName::value).toList();
        var masks = new ArrayList<FieldMask>();
        for (var name : names) {
            masks.add(
                    name.equals(ANY) && agent.equals(ANY)
                            ? FieldMask.of("workloadStates")
                            : FieldMask.of("workloadStates", agent, name));
            masks.add(FieldMask.of("effectiveState", "workloads", name, "agent"));
            masks.add(FieldMask.of("effectiveState", "workloads", name, "runtime"));
        }
        return masks;
    }

    /** What nodes and workloads use, and which of the workloads asked for are wished. */
    static List<FieldMask> usage(Optional<String> agent, Collection<WorkloadName> names) {
        var its = agent.orElse(ANY);
        if (names.isEmpty()) {
            return List.of(FieldMask.of("agents", its), FieldMask.of("agents", its, USAGE));
        }
        var wanted =
                names.size() > MANY
                        ? List.of(ANY)
                        : names.stream().map(WorkloadName::value).toList();
        var masks = new ArrayList<FieldMask>();
        masks.add(FieldMask.of("agents", its, "status"));
        for (var name : wanted) {
            masks.add(FieldMask.of("agents", its, USAGE, name));
            masks.add(FieldMask.of("desiredState", "workloads", name, "agent"));
        }
        return masks;
    }
}
