package io.muster.cli.table;

import io.muster.api.name.AgentName;
import io.muster.api.state.AgentAttributes;
import io.muster.api.state.WorkloadUsage;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** The tables of what nodes and workloads use: numbers stand at the right of their columns. */
public final class UsageTable {
    private static final int MILLIS_PER_PERCENT = 10;
    private static final int STEP = 1024;
    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB");

    private UsageTable() {}

    /** What comes first. */
    public enum Order {
        /** Who uses the most processor time. */
        CPU,
        /** Who uses the most memory. */
        MEMORY,
        /** Whose name does. */
        NAME;

        /** Returns the same in this order. */
        public List<WorkloadUsage> sort(List<WorkloadUsage> usage) {
            var byName = Comparator.comparing(WorkloadUsage::instance, WorkloadTable.ORDER);
            return usage.stream()
                    .sorted(
                            switch (this) {
                                case CPU ->
                                        Comparator.comparingInt(WorkloadUsage::cpuMillis)
                                                .thenComparingLong(WorkloadUsage::memoryBytes)
                                                .reversed()
                                                .thenComparing(byName);
                                case MEMORY ->
                                        Comparator.comparingLong(WorkloadUsage::memoryBytes)
                                                .thenComparingInt(WorkloadUsage::cpuMillis)
                                                .reversed()
                                                .thenComparing(byName);
                                case NAME -> byName;
                            })
                    .toList();
        }
    }

    /** Makes the table of agents, sorted by name; of one that tells nothing cells are empty. */
    public static Table agents(SortedMap<AgentName, AgentAttributes> agents) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("AGENT", "WORKLOADS", "CPU", "FREE MEMORY"));
        agents.forEach((name, attributes) -> {
            var status = attributes.status();
            rows.add(
                    List.of(
                            name.value(),
                            status.map(_ -> String.valueOf(attributes.usage().size())).orElse(""),
                            status.map(each -> each.cpuPercent() + "%").orElse(""),
                            status.map(each -> bytes(each.freeMemoryBytes())).orElse("")));
        });
        return table(rows, 1);
    }

    /** Makes the table of workloads, in the order given. */
    public static Table workloads(List<WorkloadUsage> usage) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("WORKLOAD NAME", "AGENT", "CPU", "MEMORY"));
        for (var each : usage) {
            rows.add(
                    List.of(
                            each.instance().workload().value(),
                            each.instance().agent(),
                            percent(each.cpuMillis()),
                            bytes(each.memoryBytes())));
        }
        return table(rows, 2);
    }

    private static Table table(List<List<String>> rows, int firstNumber) {
        var widths = new int[rows.getFirst().size()];
        for (var row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        var aligned = new ArrayList<List<String>>();
        for (var row : rows) {
            var cells = new ArrayList<>(row);
            for (int i = firstNumber; i < widths.length; i++) {
                cells.set(i, " ".repeat(widths[i] - row.get(i).length()) + row.get(i));
            }
            aligned.add(cells);
        }
        return new Table(aligned.getFirst(), aligned.subList(1, aligned.size()));
    }

    /**
     * Makes the same for programs: the agents as in the state, the workloads in the order given.
     */
    public static Node.Entries tree(
            SortedMap<AgentName, AgentAttributes> agents, List<WorkloadUsage> usage) {
        var nodes = new TreeMap<AgentName, AgentAttributes>();
        agents.forEach((name, attributes) ->
                nodes.put(name, new AgentAttributes(new TreeMap<>(), attributes.status())));
        var workloads = new ArrayList<Node>();
        for (var each : usage) {
            var entries = new LinkedHashMap<String, Node>();
            entries.put("name", new Node.Text(each.instance().workload().value()));
            entries.put("agent", new Node.Text(each.instance().agent()));
            entries.put("id", new Node.Text(each.instance().id()));
            entries.put("cpuMillis", new Node.Whole(each.cpuMillis()));
            entries.put("memoryBytes", new Node.Whole(each.memoryBytes()));
            workloads.add(new Node.Entries(entries));
        }
        var tree = new LinkedHashMap<String, Node>();
        tree.put("agents", StateTree.ofAgents(nodes));
        tree.put("workloads", new Node.Items(workloads));
        return new Node.Entries(tree);
    }

    /** Of one processor. */
    private static String percent(int millis) {
        return "%d.%d%%".formatted(millis / MILLIS_PER_PERCENT, millis % MILLIS_PER_PERCENT);
    }

    private static String bytes(long number) {
        int unit = 0;
        double value = number;
        while (value >= STEP && unit < UNITS.size() - 1) {
            value /= STEP;
            unit++;
        }
        return unit == 0
                ? number + " B"
                : String.format(Locale.ROOT, "%.1f %s", value, UNITS.get(unit));
    }
}
