package io.muster.cli.difference;

import io.muster.api.name.WorkloadName;
import io.muster.api.request.UpdatePlan;
import io.muster.api.request.UpdatePlan.Action;
import io.muster.api.request.UpdatePlan.PlannedConfig;
import io.muster.api.request.UpdatePlan.PlannedField;
import io.muster.api.request.UpdatePlan.PlannedWorkload;
import io.muster.api.tree.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What an update would do, for people and for programs. */
public final class PlanView {
    /** So many workloads to which nothing happens are listed. */
    private static final int FEW = 10;

    private final UpdatePlan plan;

    /** Shows a plan. */
    public PlanView(UpdatePlan plan) {
        this.plan = plan;
    }

    /** Says whether the update would change nothing. */
    public boolean changesNothing() {
        return plan.changesNothing();
    }

    /**
     * Returns it for people; a line begins with a sign, or with blanks.
     *
     * @param all whether to list workloads to which nothing happens even if they are many;
     *     otherwise they are counted then
     */
    public List<String> lines(boolean all) {
        var lines = new ArrayList<String>();
        for (var tags : plan.tags()) {
            lines.add("~ agent %s: change tags".formatted(tags.agent()));
            lines(tags.fields(), lines);
        }
        plan.agents()
                .forEach((agent, action) ->
                        lines.add(
                                switch (action) {
                                    case DRAIN -> "~ agent %s: drain".formatted(agent);
                                    case UNDRAIN -> "~ agent %s: undrain".formatted(agent);
                                    case DELETE -> "- agent %s: delete".formatted(agent);
                                }));
        for (var config : plan.configs()) {
            lines.add(
                    "%s config %s: %s%s"
                            .formatted(
                                    sign(config.action()),
                                    config.name(),
                                    config.action() == Action.CHANGE_IN_PLACE
                                            ? "change"
                                            : words(config.action()),
                                    users(config)));
            lines(config.fields(), lines);
        }
        long untouched =
                plan.workloads().stream().filter(each -> each.action() == Action.NOTHING).count();
        boolean counted = !all && untouched > FEW;
        for (var workload : plan.workloads()) {
            if (workload.action() == Action.NOTHING && counted) {
                continue;
            }
            lines.add(
                    "%s workload %s: %s%s"
                            .formatted(
                                    sign(workload.action()),
                                    workload.name(),
                                    words(workload.action()),
                                    where(workload)));
            if (!workload.obstacle().isEmpty()) {
                lines.add("    no agent gets it: " + workload.obstacle());
            }
            if (workload.drained() && workload.action() != Action.NOTHING) {
                lines.add(
                        "    agent is drained: will not start (muster undrain %s)"
                                .formatted(workload.agent()));
            }
            if (!workload.waitsFor().isEmpty()) {
                lines.add(waits(workload));
            }
            lines(workload.fields(), lines);
        }
        if (counted) {
            lines.add("= %d workloads: nothing to do (--verbose lists them)".formatted(untouched));
        }
        if (!lines.isEmpty()) {
            lines.add("");
        }
        lines.add(summary());
        return lines;
    }

    private static void lines(List<PlannedField> fields, List<String> lines) {
        for (var field : fields) {
            lines(field).forEach(line -> lines.add("    " + line));
        }
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static String waits(PlannedWorkload workload) {
        return "    what runs is stopped only when nobody needs it: waits for "
                + names(workload.waitsFor())
                + (workload.action() == Action.DELETE
                        ? " (delete it too, or let it not depend on this one)"
                        : " (its dependency may say onUpdate: restart, or ignore)");
    }

    private static String names(List<WorkloadName> names) {
        return names.stream().map(WorkloadName::value).collect(Collectors.joining(", "));
    }

    private static List<String> lines(PlannedField field) {
        if (field.cut()) {
            return List.of("  " + field.path() + ": changes; too long to show");
        }
        return change(field).lines();
    }

    private static FieldChange change(PlannedField field) {
        return new FieldChange(field.path(), field.before(), field.after());
    }

    private static String sign(Action action) {
        return switch (action) {
            case NOTHING -> "=";
            case CREATE -> "+";
            case REPLACE -> "!";
            case CHANGE_IN_PLACE -> "~";
            case DELETE -> "-";
        };
    }

    private static String words(Action action) {
        return switch (action) {
            case NOTHING -> "nothing to do";
            case CREATE -> "create";
            case REPLACE -> "replace";
            case CHANGE_IN_PLACE -> "change in place";
            case DELETE -> "delete";
        };
    }

    private static String users(PlannedConfig config) {
        return config.workloads().isEmpty()
                ? ", used by no workload"
                : ", used by "
                        + config.workloads().stream()
                                .map(WorkloadName::value)
                                .collect(Collectors.joining(", "));
    }

    private static String where(PlannedWorkload workload) {
        if (workload.action() == Action.NOTHING) {
            return "";
        }
        var because =
                !workload.restartedBy().isEmpty()
                        ? ", with " + names(workload.restartedBy()) + " on which it depends"
                        : reasons(workload);
        return place(workload) + agent(workload) + because;
    }

    private static String reasons(PlannedWorkload workload) {
        return workload.action() == Action.REPLACE
                ? workload.fields().stream()
                        .filter(PlannedField::restarts)
                        .map(field -> field.path().split("[.\\[]", 2)[0])
                        .distinct()
                        .collect(Collectors.joining(", ", ", because of ", ""))
                : "";
    }

    private static String place(PlannedWorkload workload) {
        var before = workload.agentBefore();
        var after = workload.agent();
        if (workload.action() == Action.DELETE) {
            return before.isEmpty() ? "" : " from " + before;
        }
        if (workload.action() != Action.CREATE && !before.equals(after)) {
            return " from %s to %s".formatted(named(before), named(after));
        }
        return " on " + named(after);
    }

    private static String named(String agent) {
        return agent.isEmpty() ? "no agent" : agent;
    }

    private static String agent(PlannedWorkload workload) {
        return switch (workload.agentState()) {
            case NONE, CONNECTED -> "";
            case DISCONNECTED -> " (disconnected; when it is back)";
            case UNKNOWN -> " (never seen; when it comes)";
        };
    }

    private String summary() {
        if (plan.changesNothing()) {
            return "Nothing would change at revision %s.".formatted(plan.revision());
        }
        var counts = new TreeMap<Action, Integer>();
        plan.workloads().forEach(each -> counts.merge(each.action(), 1, Integer::sum));
        counts.remove(Action.NOTHING);
        var parts =
                counts.entrySet().stream()
                        .map(entry -> entry.getValue() + " to " + words(entry.getKey()))
                        .collect(Collectors.joining(", "));
        var others = new ArrayList<String>();
        others.add(parts.isEmpty() ? "no workload to change" : "workloads: " + parts);
        if (!plan.configs().isEmpty()) {
            others.add(count(plan.configs().size(), "config") + " to change");
        }
        if (!plan.tags().isEmpty()) {
            others.add("tags of " + count(plan.tags().size(), "agent") + " to change");
        }
        if (!plan.agents().isEmpty()) {
            others.add(count(plan.agents().size(), "agent") + " to drain, undrain or delete");
        }
        return "Planned on revision %s: %s. Nothing was changed."
                .formatted(plan.revision(), String.join("; ", others));
    }

    /** Returns the masks that would change nothing, as there is no such agent. */
    public List<String> ignored() {
        return plan.ignored();
    }

    /** Returns it for programs. */
    public Node.Entries tree() {
        var workloads = new TreeMap<String, Node>();
        for (var workload : plan.workloads()) {
            workloads.put(workload.name().value(), tree(workload));
        }
        var configs = new TreeMap<String, Node>();
        for (var config : plan.configs()) {
            var entries = new LinkedHashMap<String, Node>();
            entries.put("action", action(config.action()));
            entries.put(
                    "workloads",
                    new Node.Items(
                            config.workloads().stream()
                                    .<Node>map(name -> new Node.Text(name.value()))
                                    .toList()));
            entries.put("fields", fields(config.fields()));
            configs.put(config.name(), new Node.Entries(entries));
        }
        var tags = new TreeMap<String, Node>();
        for (var each : plan.tags()) {
            tags.put(each.agent().value(), new Node.Entries(Map.of("tags", fields(each.fields()))));
        }
        plan.agents()
                .forEach((agent, action) ->
                        tags.merge(
                                agent.value(),
                                new Node.Entries(
                                        Map.of(
                                                "action",
                                                new Node.Text(
                                                        action.name().toLowerCase(Locale.ROOT)))),
                                PlanView::both));
        var tree = new LinkedHashMap<String, Node>();
        tree.put("revision", new Node.Whole(plan.revision().value()));
        tree.put("workloads", new Node.Entries(workloads));
        tree.put("configs", new Node.Entries(configs));
        tree.put("agents", new Node.Entries(tags));
        return new Node.Entries(tree);
    }

    private static Node tree(PlannedWorkload workload) {
        var entries = new LinkedHashMap<String, Node>();
        entries.put("action", action(workload.action()));
        entries.put("agentBefore", new Node.Text(workload.agentBefore()));
        entries.put("agent", new Node.Text(workload.agent()));
        entries.put(
                "agentState", new Node.Text(workload.agentState().name().toLowerCase(Locale.ROOT)));
        if (workload.drained()) {
            entries.put("drained", new Node.Text("true"));
        }
        if (!workload.obstacle().isEmpty()) {
            entries.put("obstacle", new Node.Text(workload.obstacle()));
        }
        put(entries, "waitsFor", workload.waitsFor());
        put(entries, "restartedBy", workload.restartedBy());
        var fields = new ArrayList<Node>();
        for (var field : workload.fields()) {
            var one = Trees.field(change(field));
            one.put("effect", new Node.Text(field.restarts() ? "restart" : "in place"));
            fields.add(new Node.Entries(one));
        }
        entries.put("fields", new Node.Items(fields));
        return new Node.Entries(entries);
    }

    private static Node both(Node first, Node second) {
        var entries = new LinkedHashMap<String, Node>();
        for (var node : List.of(first, second)) {
            if (node instanceof Node.Entries(var each)) {
                entries.putAll(each);
            }
        }
        return new Node.Entries(entries);
    }

    private static Node fields(List<PlannedField> fields) {
        return new Node.Items(
                fields.stream()
                        .<Node>map(field -> new Node.Entries(Trees.field(change(field))))
                        .toList());
    }

    private static void put(Map<String, Node> entries, String key, List<WorkloadName> names) {
        if (!names.isEmpty()) {
            entries.put(
                    key,
                    new Node.Items(
                            names.stream()
                                    .<Node>map(name -> new Node.Text(name.value()))
                                    .toList()));
        }
    }

    private static Node action(Action action) {
        return new Node.Text(words(action));
    }
}
