package io.muster.cli.table;

import io.muster.api.name.InstanceName;
import io.muster.api.state.WorkloadState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** The table of workloads: one row per instance, sorted by workload. */
public final class WorkloadTable {
    /** The order of rows. */
    public static final Comparator<InstanceName> ORDER =
            Comparator.comparing((InstanceName each) -> each.workload().value())
                    .thenComparing(InstanceName::agent)
                    .thenComparing(InstanceName::id);

    private static final List<String> HEADERS =
            List.of("WORKLOAD NAME", "AGENT", "RUNTIME", "EXECUTION STATE", "ADDITIONAL INFO");

    private WorkloadTable() {}

    /**
     * Makes the table.
     *
     * @param runtimes by workload and agent; an instance that is no longer desired has none
     */
    public static Table of(List<WorkloadState> states, Map<Placement, String> runtimes) {
        var sorted = new ArrayList<>(states);
        sorted.sort(Comparator.comparing(WorkloadState::instance, ORDER));
        var rows = new ArrayList<List<String>>();
        for (var each : sorted) {
            var instance = each.instance();
            var placement = new Placement(instance.workload().value(), instance.agent());
            rows.add(
                    List.of(
                            placement.workload(),
                            placement.agent(),
                            runtimes.getOrDefault(placement, ""),
                            each.phase().toString(),
                            TextWidth.printable(each.state().additionalInfo())));
        }
        return new Table(HEADERS, rows);
    }

    /** A workload on an agent. */
    public record Placement(String workload, String agent) {}
}
