package io.muster.cli.table;

import io.muster.api.name.AgentName;
import io.muster.api.state.AgentAttributes;
import io.muster.api.state.WorkloadState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** The table of connected agents, sorted by name. */
public final class AgentTable {
    private static final List<String> HEADERS =
            List.of("NAME", "WORKLOADS", "CPU USAGE", "FREE MEMORY", "TAGS");

    private AgentTable() {}

    /** Makes the table. */
    public static Table of(
            SortedMap<AgentName, AgentAttributes> agents, List<WorkloadState> states) {
        var counts = new HashMap<String, Integer>();
        for (var each : states) {
            counts.merge(each.instance().agent(), 1, Integer::sum);
        }
        var rows = new ArrayList<List<String>>();
        agents.forEach((name, attributes) -> {
            var status = attributes.status();
            rows.add(
                    List.of(
                            name.value(),
                            String.valueOf(counts.getOrDefault(name.value(), 0)),
                            status.map(each -> each.cpuPercent() + "%").orElse(""),
                            status.map(each -> each.freeMemoryBytes() + "B").orElse(""),
                            attributes.tags().entrySet().stream()
                                    .map(tag -> tag.getKey() + "=" + tag.getValue())
                                    .collect(Collectors.joining(", "))));
        });
        return new Table(HEADERS, rows);
    }
}
