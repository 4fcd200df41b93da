package io.muster.api;

import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.AccessRule;
import io.muster.api.state.AddCondition;
import io.muster.api.state.AgentAttributes;
import io.muster.api.state.CompleteState;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.ControlInterfaceAccess;
import io.muster.api.state.Dependency;
import io.muster.api.state.ExecutionState;
import io.muster.api.state.ImagePullPolicy;
import io.muster.api.state.LostContact;
import io.muster.api.state.OnUpdate;
import io.muster.api.state.Phase;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadFile;
import io.muster.api.state.WorkloadState;
import io.muster.api.state.WorkloadUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Makes valid states by chance: all kinds of fields, awkward texts, few names so that they meet.
 */
public final class RandomStates {
    private static final List<String> NAMES =
            List.of("web", "db", "log-7", "a", "X_y", "0", "null", "true", "12", "w".repeat(63));
    private static final List<String> TEXTS =
            List.of(
                    "",
                    "plain",
                    "two\nlines\n",
                    "  indented\n more",
                    "trailing space \nx",
                    "yes",
                    "no",
                    "null",
                    "~",
                    "1.5",
                    "0x1f",
                    "true",
                    "2001-01-01",
                    "# no comment",
                    "a: b",
                    "- item",
                    "{{alias.key}}",
                    "quote \" and ' and \\",
                    "tab\tinside",
                    "carriage\rreturn",
                    "ünïcödé 漢字 🚀",
                    "\u0001\u007f\u0085\u2028",
                    "*star",
                    "&anchor",
                    "!tag",
                    "%",
                    "@at",
                    "`tick",
                    "[1, 2]",
                    "{a: 1}",
                    "? x",
                    ":",
                    "-",
                    "---",
                    "...",
                    "x #y",
                    "\n",
                    "\n\nx\n\n",
                    "=",
                    "<<");

    private final RandomGenerator random;
    private int files;

    /** Takes the source of chance. */
    public RandomStates(RandomGenerator random) {
        this.random = random;
    }

    /** Makes a state. */
    public State state() {
        return State.of(
                map(4, () -> new WorkloadName(name()), this::workload),
                map(3, this::name, () -> config(3)));
    }

    /** Makes a complete state. */
    public CompleteState completeState() {
        return new CompleteState(state(), workloadStates(), agents(), state());
    }

    private SortedMap<AgentName, AgentAttributes> agents() {
        var agents = map(3, () -> new AgentName(name()), this::attributes);
        agents.replaceAll((name, attributes) -> attributes.using(usage(name)));
        return agents;
    }

    /** Makes a workload. */
    public Workload workload() {
        var configs = map(2, this::name, this::name);
        return new Workload(
                random.nextInt(4) == 0 ? "" : configs.isEmpty() ? name() : "{{x.y}}-" + name(),
                text(),
                text(),
                one(RestartPolicy.values()),
                map(2, () -> new WorkloadName(name()), this::dependency),
                map(3, this::text, this::text),
                new ControlInterfaceAccess(list(2, this::rule), list(2, this::rule)),
                configs,
                list(2, this::file),
                one(ImagePullPolicy.values()),
                lostContact());
    }

    private LostContact lostContact() {
        return random.nextBoolean()
                ? LostContact.KEEP
                : new LostContact.StopAfter(Duration.ofSeconds(1L + random.nextInt(200_000)));
    }

    private Dependency dependency() {
        var condition = one(AddCondition.values());
        return condition == AddCondition.ADD_COND_RUNNING
                ? new Dependency(condition, one(OnUpdate.values()))
                : Dependency.on(condition);
    }

    /** Makes a config of at most this depth. */
    public ConfigItem config(int depth) {
        return switch (random.nextInt(depth == 0 ? 1 : 3)) {
            case 0 -> new ConfigItem.Text(text());
            case 1 -> new ConfigItem.Items(list(3, () -> config(depth - 1)));
            default -> new ConfigItem.Fields(map(3, this::name, () -> config(depth - 1)));
        };
    }

    /** Makes workload states, sorted, one per instance. */
    public List<WorkloadState> workloadStates() {
        return map(5, this::instance, this::executionState).entrySet().stream()
                .map(entry ->
                        new WorkloadState(
                                entry.getKey(), new Revision(random.nextInt(3)), entry.getValue()))
                .toList();
    }

    /** Makes an instance name. */
    public InstanceName instance() {
        return InstanceName.of(
                new WorkloadName(name()), text(), random.nextInt(4) == 0 ? "" : name());
    }

    private ExecutionState executionState() {
        return new ExecutionState(one(Phase.values()), text());
    }

    /** Makes the usage of some workloads of an agent, in order. */
    public List<WorkloadUsage> usage(AgentName agent) {
        var usage = new TreeMap<InstanceName, WorkloadUsage>();
        for (int i = random.nextInt(3); i > 0; i--) {
            var instance = InstanceName.of(new WorkloadName(name()), text(), agent.value());
            usage.put(
                    instance,
                    new WorkloadUsage(instance, random.nextInt(64_000), random.nextLong(1L << 40)));
        }
        return List.copyOf(usage.values());
    }

    private AgentAttributes attributes() {
        return new AgentAttributes(
                map(2, this::text, this::text),
                random.nextBoolean()
                        ? Optional.empty()
                        : Optional.of(
                                new AgentAttributes.Status(
                                        random.nextInt(101), random.nextLong(1L << 40))),
                List.of(),
                random.nextBoolean(),
                random.nextBoolean());
    }

    private AccessRule rule() {
        var masks = List.of("*", "desiredState.workloads.*.agent", "workloadStates");
        return random.nextBoolean()
                ? new AccessRule.StateRule(
                        one(AccessRule.Operation.values()), list(2, () -> one(masks)))
                : new AccessRule.LogRule(
                        list(2, () -> one(List.of("*", "we*b", "*", "web", "w*"))));
    }

    private WorkloadFile file() {
        var mountPoint = "/%d/%s".formatted(files++, name()); // two cannot have the same
        return random.nextBoolean()
                ? new WorkloadFile.TextFile(mountPoint, text())
                : new WorkloadFile.BinaryFile(mountPoint, "aGVsbG8=");
    }

    /** Makes a name. */
    public String name() {
        return one(NAMES);
    }

    /** Makes a text. */
    public String text() {
        return one(TEXTS);
    }

    /** Chooses one. */
    public <T> T one(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /** Chooses one. */
    public <T> T one(T[] array) {
        return array[random.nextInt(array.length)];
    }

    private <T> List<T> list(int max, Supplier<T> item) {
        var items = new ArrayList<T>();
        for (int i = random.nextInt(max + 1); i > 0; i--) {
            items.add(item.get());
        }
        return items;
    }

    private <K extends Comparable<K>, V> SortedMap<K, V> map(
            int max, Supplier<K> key, Supplier<V> value) {
        var map = new HashMap<K, V>();
        for (int i = random.nextInt(max + 1); i > 0; i--) {
            map.put(key.get(), value.get());
        }
        return new TreeMap<>(map);
    }
}
