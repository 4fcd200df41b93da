package io.muster.simulators.fleet;

import io.muster.api.name.WorkloadName;
import io.muster.api.shell.Clock;
import io.muster.api.state.Workload;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Many agents, and somebody who gives them work: connects them, has their workloads made, disturbs
 * them, and looks whether everything is as it should be afterwards. For one thread, which waits.
 */
public final class Fleet {
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration SERVER_WITHIN = Duration.ofSeconds(10);
    private static final Duration DOWN_AT_MOST = Duration.ofSeconds(5);
    private static final Duration GOOD_BYES = Duration.ofSeconds(3);

    private final FleetPlan plan;
    private final Listener listener;
    private final Pause pause;
    private final Clock clock;
    private final SplittableRandom random;
    private final List<FleetAgent> agents = new ArrayList<>();
    private final ArrayDeque<Down> down = new ArrayDeque<>();
    private final Operator operator;
    private final Updates updates;
    private boolean stopped;
    private long cuts;
    private long kills;
    private long version;

    /** Hears how it goes. */
    public interface Listener {
        /** How it is at this moment, ten times a second; to say it costs a look at every agent. */
        void now(Supplier<String> line);

        /** Something that was measured, or has gone wrong. */
        void told(String line);
    }

    /** Waits. */
    @FunctionalInterface
    public interface Pause {
        /** Waits for this time; says at once if everything shall end. */
        boolean isAskedToStopWithin(Duration time) throws InterruptedException;
    }

    /** An agent that was killed, and when it comes again. */
    private record Down(FleetAgent agent, long until) {}

    /** Makes one; nobody connects yet. */
    public Fleet(Ground ground, FleetPlan plan, Listener listener, Pause pause) {
        this.plan = plan;
        this.listener = listener;
        this.pause = pause;
        this.clock = ground.clock();
        this.random = new SplittableRandom(ground.seed());
        this.operator = new Operator(ground, ground.random().split());
        this.updates = new Updates(clock);
        for (int i = 0; i < plan.agents(); i++) {
            agents.add(
                    new FleetAgent(
                            ground,
                            plan.agent(i),
                            ground.wires().get(i % ground.wires().size()),
                            ground.random().split()));
        }
    }

    /**
     * Does all of the plan.
     *
     * @param keep leaves workloads and agents in the state of the server
     * @return whether everything was as it should be at the end
     * @throws FleetFailure if there is no server, or it refuses
     */
    public boolean run(boolean keep) throws FleetFailure, InterruptedException {
        try {
            operator.awaitServer(SERVER_WITHIN);
            try {
                return connect() && work() && disturb() && settle() && serverAgrees();
            } finally {
                end(keep);
            }
        } finally {
            operator.close();
        }
    }

    private boolean connect() throws InterruptedException {
        long start = clock.nanoTime();
        int begun = 0;
        long limit = plan.agents() * 1_000L / plan.connectsPerSecond() + plan.settles().toMillis();
        while (connected() < plan.agents()) {
            long due = millisSince(start) * plan.connectsPerSecond() / 1_000 + 1;
            for (; begun < Math.min(plan.agents(), due); begun++) {
                agents.get(begun).start();
            }
            if (millisSince(start) > limit) {
                return fails("%,d of %,d agents are connected".formatted(connected(), begun));
            }
            if (!goesOn()) {
                return false;
            }
        }
        double seconds = millisSince(start) / 1e3;
        listener.told(
                "%,d agents connected in %.1f s: %,.0f a second, where %,d were to begin"
                        .formatted(
                                plan.agents(),
                                seconds,
                                plan.agents() / Math.max(0.001, seconds),
                                plan.connectsPerSecond()));
        return true;
    }

    private boolean work() throws FleetFailure, InterruptedException {
        if (plan.workloads() == 0) {
            return true;
        }
        long start = clock.nanoTime();
        for (int agent = 0; agent < plan.agents(); ) {
            var portion = new TreeMap<WorkloadName, Workload>();
            for (; agent < plan.agents() && portion.size() < Operator.PORTION; agent++) {
                for (int number = 0; number < plan.workloads(); number++) {
                    portion.put(plan.workload(agent, number), plan.of(agent, 0));
                }
            }
            operator.apply(portion);
            if (!goesOn()) {
                return false;
            }
        }
        long accepted = millisSince(start);
        while (running() < plan.allWorkloads()) {
            if (millisSince(start) - accepted > plan.settles().toMillis()) {
                return fails("%,d of %,d workloads run".formatted(running(), plan.allWorkloads()));
            }
            if (!goesOn()) {
                return false;
            }
        }
        listener.told(
                "%,d workloads accepted in %.1f s, and all run %.1f s after the first was asked for"
                        .formatted(plan.allWorkloads(), accepted / 1e3, millisSince(start) / 1e3));
        return true;
    }

    private boolean disturb() throws InterruptedException {
        long start = clock.nanoTime();
        long churned = 0;
        long asked = 0;
        boolean replaces = plan.updatesPerSecond() > 0 && plan.workloads() > 0;
        while (millisSince(start) < plan.lasts().toMillis()) {
            long millis = millisSince(start);
            for (; churned < millis * plan.churnPerMinute() / 60_000; churned++) {
                churn();
            }
            for (; replaces && asked < millis * plan.updatesPerSecond() / 1_000; asked++) {
                replaceOne();
            }
            comeAgain(clock.nanoTime());
            if (!goesOn()) {
                return false;
            }
        }
        if (cuts + kills > 0) {
            listener.told("%,d connections were cut, %,d agents crashed".formatted(cuts, kills));
        }
        return true;
    }

    private void churn() {
        var agent = agents.get(random.nextInt(agents.size()));
        if (random.nextBoolean()) {
            cuts++;
            agent.cut();
        } else {
            kills++;
            agent.kill();
            down.add(
                    new Down(
                            agent, clock.nanoTime() + random.nextLong(DOWN_AT_MOST.toNanos()) + 1));
        }
    }

    private void comeAgain(long now) {
        down.removeIf(each -> {
            boolean due = each.until - now <= 0;
            if (due) {
                each.agent.start();
            }
            return due;
        });
    }

    private void replaceOne() {
        if (updates.mayBegin()) {
            int agent = random.nextInt(plan.agents());
            updates.begun(
                    operator.begin(
                            plan.workload(agent, random.nextInt(plan.workloads())),
                            plan.of(agent, ++version)));
        }
    }

    /** Waits until all are back and do what they should. */
    private boolean settle() throws InterruptedException {
        long start = clock.nanoTime();
        while (!down.isEmpty()
                || updates.underWay() > 0
                || connected() < plan.agents()
                || running() != plan.allWorkloads()) {
            comeAgain(clock.nanoTime());
            if (millisSince(start) > plan.settles().toMillis()) {
                return fails(
                        "%,d of %,d agents are connected, and %,d of %,d workloads run"
                                .formatted(
                                        connected(),
                                        plan.agents(),
                                        running(),
                                        plan.allWorkloads()));
            }
            if (!goesOn()) {
                return false;
            }
        }
        if (updates.answered() + updates.failed() > 0) {
            listener.told(
                    "%,d updates answered: p50 %.1f ms, p99 %.1f ms; %,d refused or unknown, %,d held back"
                            .formatted(
                                    updates.answered(),
                                    updates.within(0.5).toNanos() / 1e6,
                                    updates.within(0.99).toNanos() / 1e6,
                                    updates.failed(),
                                    updates.heldBack()));
        }
        if (cuts + kills + updates.answered() > 0) {
            listener.told("all were back after %.1f s".formatted(millisSince(start) / 1e3));
        }
        return true;
    }

    private boolean serverAgrees() throws FleetFailure, InterruptedException {
        long start = clock.nanoTime();
        var names = plan.agentNames();
        long known = operator.running(names);
        while (known != plan.allWorkloads()) {
            if (millisSince(start) > plan.settles().toMillis()) {
                return fails(
                        "the server knows of %,d workloads that run, and %,d do"
                                .formatted(known, running()));
            }
            if (!goesOn()) {
                return false;
            }
            known = operator.running(names);
        }
        listener.told("the server knows that %,d workloads run".formatted(known));
        return true;
    }

    private void end(boolean keep) throws FleetFailure, InterruptedException {
        if (!keep) {
            operator.delete(plan.workloadNames());
        }
        down.clear();
        agents.forEach(FleetAgent::stop);
        var _ = pause.isAskedToStopWithin(GOOD_BYES);
        if (!keep) {
            operator.forget(plan.agentNames());
        }
    }

    private boolean fails(String what) {
        listener.told(
                "%s, and %d s are over; look at the log of the server, or give more time with --settles"
                        .formatted(what, plan.settles().toSeconds()));
        return false;
    }

    private boolean goesOn() throws InterruptedException {
        listener.now(this::line);
        stopped = stopped || pause.isAskedToStopWithin(TICK);
        return !stopped;
    }

    /** Says whether somebody has ended it before its time. */
    public boolean wasStopped() {
        return stopped;
    }

    private String line() {
        var line =
                "%,d of %,d agents connected, %,d of %,d workloads run"
                        .formatted(connected(), plan.agents(), running(), plan.allWorkloads());
        return updates.answered() + cuts + kills == 0
                ? line
                : line
                        + ", %,d updates, %,d cut, %,d crashed"
                                .formatted(updates.answered(), cuts, kills);
    }

    private int connected() {
        return (int) agents.stream().filter(FleetAgent::isConnected).count();
    }

    private long running() {
        return agents.stream().mapToLong(FleetAgent::running).sum();
    }

    private long millisSince(long start) {
        return (clock.nanoTime() - start) / 1_000_000;
    }
}
