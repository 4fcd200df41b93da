package io.muster.simulators.plan;

import io.muster.api.name.AgentName;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.AddCondition;
import io.muster.api.state.Dependency;
import io.muster.api.state.OnUpdate;
import io.muster.simulators.plan.Happening.Apply;
import io.muster.simulators.plan.Happening.ApplyIfUnchanged;
import io.muster.simulators.plan.Happening.Befall;
import io.muster.simulators.plan.Happening.Delete;
import io.muster.simulators.plan.Happening.DeleteAgent;
import io.muster.simulators.plan.Happening.Disturb;
import io.muster.simulators.plan.Happening.Drain;
import io.muster.simulators.plan.Happening.DryRun;
import io.muster.simulators.plan.Happening.Preload;
import io.muster.simulators.plan.Happening.ReadLogs;
import io.muster.simulators.plan.Happening.RollBack;
import io.muster.simulators.plan.Happening.StopReading;
import io.muster.testkit.bus.NetworkFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Makes up what happens to a cluster, from a generator. */
public final class PlanMaker {
    /** Each fourth seed lives a gentle life. */
    private static final int GENTLE = 3;

    /** There is less in it at a time. */
    private static final int GENTLE_LASTS = 3;

    private static final int WORKLOADS = 8;
    private static final int VERSIONS = 5;

    /** What befalls nobody by chance: plans made by hand have it. */
    public static final List<Mishap> HITCHES =
            List.of(
                    Mishap.STORE_SLOW,
                    Mishap.DISK_SLOW,
                    Mishap.LISTING_FAILS,
                    Mishap.LISTING_HANGS,
                    Mishap.RETAINED_LOSS);

    private static final List<Mishap> EVERY_MISHAP =
            Arrays.stream(Mishap.values()).filter(each -> !HITCHES.contains(each)).toList();

    private static final List<Mishap> SPARES_WORKLOADS =
            List.of(
                    Mishap.SERVER_CRASH,
                    Mishap.AGENT_CRASH,
                    Mishap.CUT,
                    Mishap.FREEZE,
                    Mishap.BROKER_RESTART,
                    Mishap.BROKER_LOSS);

    private final RandomGenerator random;
    private final int agents;
    private final boolean dependent;

    /**
     * Makes one.
     *
     * @param dependent whether workloads depend on each other
     */
    public PlanMaker(RandomGenerator random, int agents, boolean dependent) {
        this.random = random;
        this.agents = agents;
        this.dependent = dependent;
    }

    /**
     * Returns the plan of a seed: everything happens, in a rough network. With even seeds workloads
     * depend on each other, and nodes are looked after.
     */
    public static Plan plan(long seed, int agents, Duration lasting) {
        // not the generator that the run takes from the same seed
        var random = new SplittableRandom(seed * 31 + 17);
        if (Math.floorMod(seed, 4) == GENTLE) {
            var steps = new GentleMaker(random, agents).life(lasting.multipliedBy(GENTLE_LASTS));
            return new Plan(seed, agents, Network.CALM, steps.getLast().at(), steps);
        }
        var steps = new ArrayList<>(new PlanMaker(random, agents, seed % 2 == 0).life(lasting));
        if (seed % 2 == 0) {
            // nor the same for what is rare: what befalls the others stays as it is
            var rare = new SplittableRandom(seed * 37 + 5);
            steps.addAll(new PlanMaker(rare, agents, false).upkeep(lasting));
            steps.sort(Comparator.comparing(Step::at));
        }
        return new Plan(seed, agents, Network.ROUGH, lasting, steps);
    }

    /** Returns what is done to nodes now and then, but not to their workloads. */
    private List<Step> upkeep(Duration lasting) {
        var steps = new ArrayList<Step>();
        for (var at = Duration.ofMillis(random.nextLong(30_000));
                at.compareTo(lasting) < 0;
                at = at.plusMillis(5_000 + random.nextLong(50_000))) {
            var agent = new AgentName(node());
            switch (random.nextInt(5)) {
                case 0 -> {
                    // mostly it is known by then that it is away
                    var away = Duration.ofSeconds(25);
                    steps.add(new Step(at, new Befall(Mishap.POWER_CUT, agent.value(), away, 0)));
                    var then = at.plusMillis(random.nextLong(25_000));
                    if (then.compareTo(lasting) < 0) {
                        steps.add(new Step(then, new DeleteAgent(agent)));
                    }
                }
                case 1, 2 -> steps.add(new Step(at, new Preload(agent, 1 + random.nextInt(3))));
                default ->
                        steps.add(
                                new Step(
                                        at,
                                        new Drain(
                                                agent,
                                                Duration.ofMillis(random.nextLong(30_000)))));
            }
        }
        return steps;
    }

    /** Returns a life: updates by chance, and everything goes wrong by chance. */
    public List<Step> life(Duration lasting) {
        var steps = new ArrayList<Step>();
        for (var at = Duration.ZERO;
                at.compareTo(lasting) < 0;
                at = at.plusMillis(random.nextInt(3_000))) {
            steps.add(
                    new Step(
                            at,
                            switch (random.nextInt(9)) {
                                case 0, 1, 2, 3, 4, 5 -> order();
                                case 6, 7 -> mishap(EVERY_MISHAP);
                                default ->
                                        random.nextInt(4) == 0 ? disturb() : mishap(EVERY_MISHAP);
                            }));
        }
        return steps;
    }

    /** Returns a life without orders, and without what ends workloads. */
    public List<Step> suffering(Duration lasting) {
        var steps = new ArrayList<Step>();
        for (var at = Duration.ZERO;
                at.compareTo(lasting) < 0;
                at = at.plusMillis(random.nextInt(6_000))) {
            steps.add(new Step(at, mishap(SPARES_WORKLOADS)));
        }
        return steps;
    }

    private Happening order() {
        int number = random.nextInt(WORKLOADS);
        var name = new WorkloadName("w" + number);
        var apply =
                new Apply(
                        name,
                        new AgentName("n" + random.nextInt(agents)),
                        random.nextInt(VERSIONS),
                        dependent ? needs(number) : new TreeMap<>());
        return switch (random.nextInt(14)) {
            case 0, 1, 2 -> new Delete(name);
            case 3 -> new ApplyIfUnchanged(apply, random.nextInt(3));
            case 4 -> new RollBack(random.nextInt(20));
            case 5 -> new DryRun(random.nextInt(3), apply);
            case 6 -> new ReadLogs(1 + random.nextInt(4));
            case 7 -> new StopReading(random.nextBoolean());
            default -> apply;
        };
    }

    /** Lets a workload depend on such as have lower numbers: so there are no cycles. */
    private SortedMap<WorkloadName, Dependency> needs(int number) {
        var needs = new TreeMap<WorkloadName, Dependency>();
        for (int i = random.nextInt(3); i > 0 && number > 0; i--) {
            var on = new WorkloadName("w" + random.nextInt(number));
            needs.put(
                    on,
                    random.nextInt(10) == 0
                            ? Dependency.on(any(AddCondition.values()))
                            : new Dependency(
                                    AddCondition.ADD_COND_RUNNING, any(OnUpdate.values())));
        }
        return needs;
    }

    private Befall mishap(List<Mishap> choices) {
        var mishap = choices.get(random.nextInt(choices.size()));
        var target =
                switch (mishap.aim()) {
                    case NOTHING -> "";
                    case NODE -> node();
                    case HOST ->
                            switch (random.nextInt(5)) {
                                case 0 -> "server";
                                case 1 -> "observer";
                                default -> node();
                            };
                };
        long most = mishap == Mishap.NAMESAKE || mishap == Mishap.RIVAL ? 45_000 : 15_000;
        var lasting = mishap.lasts() ? Duration.ofMillis(random.nextLong(most)) : Duration.ZERO;
        return new Befall(mishap, target, lasting, mishap.chooses() ? random.nextInt(100) : 0);
    }

    private Disturb disturb() {
        return new Disturb(
                any(NetworkFault.values()),
                random.nextInt(1, 8) / 10.0,
                Duration.ofMillis(random.nextLong(10_000)));
    }

    private String node() {
        return "n" + random.nextInt(agents);
    }

    private <T> T any(T[] values) {
        return List.of(values).get(random.nextInt(values.length));
    }
}
