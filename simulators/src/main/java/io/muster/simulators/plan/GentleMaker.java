package io.muster.simulators.plan;

import io.muster.api.name.AgentName;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.AddCondition;
import io.muster.api.state.Dependency;
import io.muster.api.state.OnUpdate;
import io.muster.api.state.RestartPolicy;
import io.muster.simulators.plan.Happening.Apply;
import io.muster.simulators.plan.Happening.ApplyIfUnchanged;
import io.muster.simulators.plan.Happening.AtOnce;
import io.muster.simulators.plan.Happening.Befall;
import io.muster.simulators.plan.Happening.Delete;
import io.muster.simulators.plan.Happening.Disturb;
import io.muster.simulators.plan.Happening.Drain;
import io.muster.simulators.plan.Happening.Settle;
import io.muster.testkit.bus.NetworkFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Makes up gentle lives: one disturbance at a time, some updates with it, and then it is waited
 * until all is well. Where little goes wrong much more can be promised.
 */
final class GentleMaker {
    private static final int SERVICES = 4;
    private static final int JOBS = 3;
    private static final long WELL = 30_000;

    /** What was lost without a word, or failed again and again, is tried now and then only. */
    private static final long SLOWLY = 90_000;

    private final RandomGenerator random;
    private final int agents;
    private final List<Step> steps = new ArrayList<>();
    private final TreeMap<WorkloadName, Apply> applied = new TreeMap<>();
    private long now = 2_000; // in milliseconds
    private int versions = 10; // others than those of rough lives, which stop without contact

    GentleMaker(RandomGenerator random, int agents) {
        this.random = random;
        this.agents = agents;
    }

    List<Step> life(Duration lasting) {
        for (int i = 0; i < SERVICES + JOBS; i++) {
            at(random.nextInt(1_000), new AtOnce(apply(i)));
        }
        settle(1_000);
        while (now < lasting.toMillis()) {
            disturb();
        }
        steps.sort(Comparator.comparing(Step::at));
        return steps;
    }

    private void at(long offset, Happening what) {
        steps.add(new Step(Duration.ofMillis(now + offset), what));
    }

    private void settle(long offset) {
        settle(offset, WELL);
    }

    private void settle(long offset, long within) {
        at(offset, new Settle(Duration.ofMillis(within)));
        now += offset + within;
    }

    private void befall(long offset, Mishap mishap, String target, long lasting) {
        at(
                offset,
                new Befall(
                        mishap,
                        target,
                        mishap.lasts() ? Duration.ofMillis(lasting) : Duration.ZERO,
                        mishap.chooses() ? random.nextInt(100) : 0));
    }

    private void disturb() {
        var node = "n" + random.nextInt(agents);
        long some = 500L + random.nextInt(5_000);
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3 -> {
                updates(0, 1 + random.nextInt(4));
                settle(2_000);
            }
            case 4 -> {
                befall(0, Mishap.CUT, "server", 0);
                updates(-random.nextInt(300), 1 + random.nextInt(3));
                settle(2_000);
            }
            case 5 -> {
                befall(random.nextInt(500), Mishap.EXIT, node, 0);
                befall(
                        random.nextInt(500),
                        random.nextBoolean() ? Mishap.CUT : Mishap.CUT_WITHOUT_WILL,
                        node,
                        0);
                befall(random.nextInt(500), Mishap.EXIT, node, 0);
                settle(1_000);
            }
            case 6 -> {
                befall(0, Mishap.FREEZE, node, 8_000);
                befall(4_000, Mishap.EXIT, node, 0);
                updates(random.nextInt(8_000), random.nextInt(3));
                settle(8_500);
            }
            case 7 -> {
                updates(0, 1 + random.nextInt(3));
                befall(random.nextInt(600), Mishap.SERVER_CRASH, "", some);
                updates(random.nextInt(3_000), random.nextInt(3));
                settle(some + 1_000);
            }
            case 8 -> {
                befall(0, Mishap.AGENT_CRASH, node, some);
                updates(random.nextInt(3_000), random.nextInt(3));
                settle(some + 500);
            }
            case 9 -> {
                befall(0, Mishap.POWER_CUT, node, some);
                updates(random.nextInt(3_000), random.nextInt(2));
                settle(some + 500);
            }
            case 10 -> {
                befall(0, Mishap.AGENT_CRASH, node, 50_000);
                updates(1_000, 1 + random.nextInt(3));
                settle(3_000);
                now -= WELL;
                settle(48_000);
            }
            case 11 -> {
                befall(0, Mishap.FREEZE, node, 45_000);
                befall(200, Mishap.POWER_CUT, node, 2_000);
                settle(3_000);
                now -= WELL;
                settle(43_000);
            }
            case 12 -> {
                boolean isCut = random.nextBoolean();
                at(0, new Drain(new AgentName(node), Duration.ofSeconds(isCut ? 80 : 40)));
                settle(2_000);
                if (isCut) {
                    now -= 1;
                    befall(0, Mishap.FREEZE, node, 44_000);
                    befall(200, Mishap.POWER_CUT, node, 2_000);
                    settle(3_000);
                }
                now += 12_000;
                settle(0);
            }
            case 13 -> {
                befall(0, Mishap.EXIT, node, 0);
                befall(
                        random.nextInt(1_500),
                        random.nextInt(3) == 0 ? Mishap.VANISH : Mishap.EXIT,
                        node,
                        0);
                settle(1_600);
            }
            case 14 -> {
                var how = List.of(Mishap.BROKER_LOSS, Mishap.BROKER_RESTART, Mishap.BROKER_OLD);
                befall(0, how.get(random.nextInt(how.size())), "", some);
                updates(random.nextInt(6_000), 1 + random.nextInt(2));
                settle(some + 2_000);
            }
            case 15 -> {
                befall(
                        0,
                        random.nextBoolean() ? Mishap.DISK_FULL : Mishap.DISK_READ_ONLY,
                        node,
                        6_000);
                updates(1_000, 1 + random.nextInt(3));
                settle(6_500);
            }
            case 16 -> {
                befall(
                        0,
                        random.nextBoolean() ? Mishap.RUNTIME_FAILS : Mishap.RUNTIME_HANGS,
                        node,
                        9_000);
                if (random.nextBoolean()) {
                    befall(200, Mishap.AGENT_CRASH, node, 500);
                }
                updates(2_000, random.nextInt(3));
                settle(9_500, SLOWLY);
            }
            case 17 -> {
                at(0, new Disturb(any(NetworkFault.values()), 0.5, Duration.ofSeconds(5)));
                updates(500, 1 + random.nextInt(4));
                befall(random.nextInt(4_000), Mishap.EXIT, node, 0);
                settle(5_500, SLOWLY);
            }
            case 18 -> {
                befall(
                        0,
                        random.nextBoolean()
                                ? Mishap.SERVER_CRASH_BEFORE_COMMIT
                                : Mishap.SERVER_CRASH_AFTER_COMMIT,
                        "",
                        some);
                updates(100, 1 + random.nextInt(3));
                settle(some + 2_000);
            }
            default -> {
                befall(0, Mishap.SERVER_CRASH, "", 1_000);
                befall(random.nextInt(500), Mishap.AGENT_CRASH, node, 100_000);
                settle(70_000);
                now = Math.max(now, steps.getLast().at().toMillis() + 30_000);
                settle(1_000);
            }
        }
    }

    /** Some updates at a time. */
    private void updates(long offset, int count) {
        for (int i = 0; i < count; i++) {
            int number = random.nextInt(SERVICES + JOBS);
            var name = new WorkloadName("w" + number);
            var before = applied.get(name);
            long at = Math.max(0, offset + random.nextInt(30));
            switch (random.nextInt(8)) {
                case 0, 1 -> at(at, new AtOnce(new Delete(name)));
                case 2 -> {
                    if (before != null) {
                        at(offset, new AtOnce(new Delete(name)));
                        at(offset, new AtOnce(before));
                    }
                }
                case 3 -> {
                    at(at, new AtOnce(new ApplyIfUnchanged(apply(number), 0)));
                    at(at, new AtOnce(new ApplyIfUnchanged(apply(random.nextInt(SERVICES)), 0)));
                }
                case 4, 5 -> {
                    if (before != null) {
                        at(
                                at,
                                new AtOnce(
                                        new Apply(
                                                name,
                                                before.agent(),
                                                before.version(),
                                                before.needs(),
                                                before.policy(),
                                                1 + random.nextInt(1_000))));
                    }
                }
                default -> at(at, new AtOnce(apply(number)));
            }
        }
    }

    private Apply apply(int number) {
        var name = new WorkloadName("w" + number);
        boolean isJob = number >= SERVICES;
        var apply =
                new Apply(
                        name,
                        new AgentName("n" + random.nextInt(agents)),
                        versions++,
                        isJob ? new TreeMap<>() : needs(number),
                        isJob ? any(RestartPolicy.values()) : RestartPolicy.ALWAYS,
                        0);
        applied.put(name, apply);
        return apply;
    }

    private SortedMap<WorkloadName, Dependency> needs(int number) {
        var needs = new TreeMap<WorkloadName, Dependency>();
        for (int i = random.nextInt(3); i > 0 && number > 0; i--) {
            needs.put(
                    new WorkloadName("w" + random.nextInt(number)),
                    new Dependency(AddCondition.ADD_COND_RUNNING, any(OnUpdate.values())));
        }
        return needs;
    }

    private <T> T any(T[] values) {
        return List.of(values).get(random.nextInt(values.length));
    }
}
