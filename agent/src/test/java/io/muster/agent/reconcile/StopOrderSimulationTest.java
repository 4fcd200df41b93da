package io.muster.agent.reconcile;

import static io.muster.agent.reconcile.AgentBench.OURS;
import static io.muster.agent.reconcile.AgentBench.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.agent.reconcile.AgentEffect.OfWorkload;
import io.muster.agent.reconcile.WorkloadEffect.Perform;
import io.muster.api.link.Addressee;
import io.muster.api.link.AssignedWorkload;
import io.muster.api.link.Dependents;
import io.muster.api.link.DesiredState;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.runtime.Observation;
import io.muster.api.runtime.Observation.Running;
import io.muster.api.runtime.RuntimeId;
import io.muster.api.shell.ProcessRef;
import io.muster.api.state.AddCondition;
import io.muster.api.state.Dependency;
import io.muster.api.state.OnUpdate;
import io.muster.api.state.Phase;
import io.muster.api.state.RestartPolicy;
import io.muster.testkit.world.Seeds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Workloads of one agent that depend on each other, while wishes race with what happens. */
final class StopOrderSimulationTest {
    private static final int WORKLOADS = 5;

    @Test
    void nothing_starts_before_its_conditions_held_and_nothing_needed_is_stopped() {
        var seen = new TreeSet<String>();
        Seeds.check(
                1_500,
                seed -> {
                    var node = new Node(seed);
                    for (int i = 0; i < 60; i++) {
                        node.step();
                    }
                    node.calm();
                    node.checkComeRound();
                    seen.addAll(node.seen);
                });
        assertThat(seen)
                .as("what this test is about has happened")
                .contains(
                        "starts with conditions",
                        "deletes what others need no more",
                        "stops when all is prepared",
                        "goes on until a job is done",
                        "waits");
    }

    /** An agent, and what a server would wish for it. */
    private static final class Node {
        private final Random random;
        private final AgentBench bench = AgentBench.connected().slow();
        private final TreeMap<WorkloadName, AssignedWorkload> wished = new TreeMap<>();
        private final TreeMap<WorkloadName, AssignedWorkload> departed = new TreeMap<>();
        private final Set<RuntimeId> ended = new HashSet<>();
        private final Set<String> seen = new TreeSet<>();
        private long revision = 1;
        private int made;
        private boolean hostile = true;

        Node(long seed) {
            random = new Random(seed);
        }

        void step() {
            switch (random.nextInt(6)) {
                case 0 -> wish();
                case 1 -> exit();
                case 2 -> rested().ifPresent(this::wake);
                default -> {
                    var tasks = bench.tasks();
                    if (!tasks.isEmpty()) {
                        answer(tasks.get(random.nextInt(tasks.size())).name());
                    }
                }
            }
        }

        private void wish() {
            revision++;
            var before = new TreeMap<>(wished);
            for (int i = random.nextInt(3); i >= 0; i--) {
                int number = random.nextInt(WORKLOADS);
                var name = name(number);
                if (random.nextInt(3) == 0) {
                    Optional.ofNullable(wished.remove(name))
                            .ifPresent(old -> departed.put(name, old));
                } else {
                    wished.put(name, any(number));
                    departed.remove(name);
                }
            }
            for (int number = 0; number < WORKLOADS; number++) {
                restartWith(name(number), before);
            }
            var desired =
                    new DesiredState(
                            version(OURS, 1, revision),
                            false,
                            new Addressee.Anybody(),
                            List.copyOf(wished.values()),
                            dependents());
            on(new AgentEvent.DesiredCame(desired));
            for (var save = bench.save(); save.isPresent(); save = bench.save()) {
                on(new AgentEvent.Saved(save.get().number()));
            }
        }

        private static WorkloadName name(int number) {
            return new WorkloadName("w" + number);
        }

        private AssignedWorkload any(int number) {
            var dependencies = new TreeMap<WorkloadName, Dependency>();
            for (int i = random.nextInt(3); i > 0 && number > 0; i--) {
                var condition =
                        random.nextInt(8) > 0
                                ? AddCondition.ADD_COND_RUNNING
                                : List.of(AddCondition.values()).get(1 + random.nextInt(2));
                dependencies.put(
                        name(random.nextInt(number)),
                        condition == AddCondition.ADD_COND_RUNNING
                                ? new Dependency(
                                        condition,
                                        List.of(OnUpdate.values()).get(random.nextInt(3)))
                                : Dependency.on(condition));
            }
            var workload =
                    Bench.workload("v" + random.nextInt(2))
                            .withRestartPolicy(
                                    List.of(RestartPolicy.values()).get(random.nextInt(3)))
                            .withDependencies(dependencies);
            var fresh = Bench.assigned(name(number), workload, revision);
            var old = wished.get(name(number));
            if (old != null && old.instance().equals(fresh.instance())) {
                return Bench.assigned(name(number), workload, old.changedAt().value());
            }
            return Optional.ofNullable(bench.state().shown().get(fresh.instance()))
                    .filter(shown -> shown.phase() == Phase.STOPPING_WAITING_TO_STOP)
                    .map(shown -> Bench.assigned(name(number), workload, shown.changedAt().value()))
                    .orElse(fresh);
        }

        /** In the order of the numbers, so that a chain is done in one go. */
        private void restartWith(WorkloadName name, Map<WorkloadName, AssignedWorkload> before) {
            var dependent = wished.get(name);
            if (dependent == null || !before.containsKey(name)) {
                return;
            }
            dependent
                    .workload()
                    .dependencies()
                    .forEach((on, dependency) -> {
                        var other = wished.get(on);
                        if (dependency.onUpdate() == OnUpdate.RESTART
                                && other != null
                                && other.changedAt().equals(new Revision(revision))) {
                            wished.put(name, Bench.assigned(name, dependent.workload(), revision));
                        }
                    });
        }

        private List<Dependents> dependents() {
            var all = new ArrayList<Dependents>();
            for (int number = 0; number < WORKLOADS; number++) {
                var on = name(number);
                var leaving = new TreeSet<WorkloadName>();
                departed.forEach((name, was) -> {
                    if (needs(was, on)) {
                        leaving.add(name);
                    }
                });
                if (!leaving.isEmpty()) {
                    all.add(new Dependents(on, false, false, leaving));
                }
            }
            return all;
        }

        private boolean needs(AssignedWorkload dependent, WorkloadName on) {
            var dependency = dependent.workload().dependencies().get(on);
            return dependency != null
                    && dependency.lasts()
                    && !(wished.containsKey(on) && dependency.onUpdate() == OnUpdate.IGNORE);
        }

        private void exit() {
            for (var managed : bench.state().workloads().values()) {
                for (var there : managed.there()) {
                    if (there.seen() instanceof Running(var processes)
                            && random.nextInt(4) == 0
                            && ended.add(there.instance().id())) {
                        on(
                                new AgentEvent.OfWorkload(
                                        managed.name(),
                                        new WorkloadEvent.ProcessEnded(
                                                there.instance().runtime(),
                                                there.instance().id(),
                                                processes.getFirst())));
                        return;
                    }
                }
            }
        }

        private Optional<Managed> rested() {
            return bench.state().workloads().values().stream()
                    .filter(each -> each.doing() instanceof Doing.Resting)
                    .findAny();
        }

        private void wake(Managed managed) {
            if (managed.doing() instanceof Doing.Resting(var token)) {
                on(new AgentEvent.OfWorkload(managed.name(), new WorkloadEvent.Woke(token)));
            }
        }

        private void answer(WorkloadName name) {
            var working = bench.working(name);
            boolean fails = hostile && random.nextInt(6) == 0;
            var answer =
                    switch (working.task()) {
                        case Task.Prepare _, Task.Create _, Task.Delete _ when fails ->
                                new Answer.Failed("no luck", true);
                        case Task.Prepare _ -> new Answer.Prepared();
                        case Task.Create _ ->
                                new Answer.Created(new RuntimeId("c" + ++made), running());
                        case Task.Delete _ -> new Answer.Deleted();
                        case Task.Search _ -> new Answer.Searched(List.of());
                        case Task.Restart(var instance, _) -> {
                            ended.remove(instance.id());
                            yield new Answer.Observed(running());
                        }
                        case Task.Observe(var instance) ->
                                new Answer.Observed(
                                        ended.contains(instance.id())
                                                ? new Observation.Exited(random.nextInt(2))
                                                : seen(name, instance));
                    };
            on(
                    new AgentEvent.OfWorkload(
                            name, new WorkloadEvent.Answered(working.token(), answer)));
        }

        private Observation running() {
            return new Running(new ProcessRef(++made, made));
        }

        private Observation seen(WorkloadName name, Instance instance) {
            return bench.managed(name).there().stream()
                    .filter(each -> each.instance().is(instance))
                    .findFirst()
                    .orElseThrow()
                    .seen();
        }

        private void on(AgentEvent event) {
            var before = bench.state();
            bench.steps();
            bench.on(event);
            var steps = bench.steps();
            for (var effect : bench.effects(OfWorkload.class)) {
                if (effect.effect() instanceof Perform(_, var task)) {
                    switch (task) {
                        case Task.Create(_, var order) ->
                                checkStart(effect.name(), before, steps, order.mark().changedAt());
                        case Task.Delete(var instance) ->
                                checkStop(effect.name(), instance, before, steps);
                        case Task.Prepare _, Task.Restart _, Task.Observe _, Task.Search _ -> {}
                    }
                }
            }
        }

        private void checkStart(
                WorkloadName name, AgentState before, List<String> steps, Revision changedAt) {
            var was = before.workloads().get(name);
            boolean released =
                    was != null
                            && was.progress().released()
                            && was.wish() instanceof Wish.Run run
                            && run.changedAt().equals(changedAt);
            var wish = wished.get(name);
            if (released || wish == null) {
                return;
            }
            wish.workload()
                    .dependencies()
                    .forEach((on, dependency) -> {
                        seen.add("starts with conditions");
                        assertThat(hasHeld(on, dependency.condition(), before, steps))
                                .as(
                                        "%s starts, and %s on %s held: %s, %s, %s, then %s",
                                        name,
                                        dependency,
                                        on,
                                        was,
                                        before.shown().values(),
                                        steps,
                                        bench.shown())
                                .isTrue();
                    });
        }

        private boolean hasHeld(
                WorkloadName on, AddCondition condition, AgentState before, List<String> steps) {
            var other = wished.get(on);
            if (other == null) {
                return false;
            }
            for (var state : List.of(before, bench.state())) {
                var shown = state.shown().get(other.instance());
                if (shown != null
                        && shown.changedAt().equals(other.changedAt())
                        && condition.holds(shown.phase())) {
                    return true;
                }
            }
            return steps.stream()
                    .anyMatch(step ->
                            List.of(Phase.values()).stream()
                                    .filter(condition::holds)
                                    .anyMatch(phase -> step.equals(on + " " + phase)));
        }

        private void checkStop(
                WorkloadName name, Instance instance, AgentState before, List<String> steps) {
            var known =
                    Optional.ofNullable(before.workloads().get(name)).stream()
                            .flatMap(managed -> managed.there().stream())
                            .filter(each -> each.instance().is(instance))
                            .findFirst();
            boolean wasStopping = known.filter(each -> each.undeletable().isPresent()).isPresent();
            boolean runs =
                    known.filter(There::runs).isPresent()
                            && !ended.contains(instance.id())
                            && known.filter(There::discarded).isEmpty();
            var wish = wished.get(name);
            boolean asWished =
                    wish != null
                            && wish.changedAt().equals(instance.changedAt())
                            && wish.instance().equals(instance.name());
            if (!runs || asWished || wasStopping) {
                return;
            }
            if (wish != null) {
                checkNotTooEarly(name, wish, before);
            }
            var dependents = new ArrayList<>(wished.values());
            dependents.addAll(departed.values());
            for (var dependent : dependents) {
                if (needs(dependent, name)) {
                    seen.add("deletes what others need no more");
                    assertThat(isNeeding(dependent, before, steps))
                            .as(
                                    "%s is stopped, and %s needs it: %s, %s, then %s",
                                    name,
                                    dependent.instance().workload(),
                                    before.shown().values(),
                                    steps,
                                    bench.shown())
                            .isFalse();
                }
            }
        }

        /** What it depends on is still being got: the successor could not start. */
        private void checkNotTooEarly(WorkloadName name, AssignedWorkload wish, AgentState before) {
            for (var on : wish.workload().dependencies().keySet()) {
                var other = before.workloads().get(on);
                if (other != null
                        && other.doing() instanceof Doing.Working(_, Task.Prepare _, var over, _)
                        && !over
                        && bench.managed(on).doing().equals(other.doing())) {
                    throw new AssertionError(
                            "%s is stopped, though %s is still being prepared: %s, then %s"
                                    .formatted(name, on, other, bench.managed(name)));
                }
            }
            seen.add("stops when all is prepared");
        }

        private boolean isWaiting(AssignedWorkload wish) {
            return wish.workload().dependencies().entrySet().stream()
                    .anyMatch(each ->
                            !hasHeld(
                                    each.getKey(),
                                    each.getValue().condition(),
                                    bench.state(),
                                    List.of()));
        }

        /** Before, after, and at no time in between it did not. */
        private boolean isNeeding(
                AssignedWorkload dependent, AgentState before, List<String> steps) {
            var name = dependent.instance().workload();
            boolean ceased =
                    steps.stream()
                            .anyMatch(step ->
                                    List.of(Phase.values()).stream()
                                            .filter(phase -> !Dependency.isNeededIn(phase))
                                            .anyMatch(phase -> step.equals(name + " " + phase)));
            return !ceased && isNeeding(name, before) && isNeeding(name, bench.state());
        }

        private static boolean isNeeding(WorkloadName name, AgentState state) {
            return state.shown().values().stream()
                    .filter(each -> each.instance().workload().equals(name))
                    .anyMatch(each -> Dependency.isNeededIn(each.phase()));
        }

        /** All goes well from now on, until nothing is to do. */
        void calm() {
            hostile = false;
            for (int i = 0; i < 1_000; i++) {
                var tasks = bench.tasks();
                if (!tasks.isEmpty()) {
                    answer(tasks.getFirst().name());
                } else if (rested().isPresent()) {
                    wake(rested().get());
                } else {
                    return;
                }
            }
            throw new AssertionError("it does not come to rest: " + bench.shown());
        }

        /** Something that it depends on, be it by way of others, may still succeed. */
        private boolean awaitsJob(AssignedWorkload wish) {
            return wish.workload().dependencies().entrySet().stream()
                    .anyMatch(each -> {
                        var other = wished.get(each.getKey());
                        if (other == null) {
                            return false;
                        }
                        var shown = bench.state().shown().get(other.instance());
                        boolean runs = shown != null && shown.phase() == Phase.RUNNING_OK;
                        if (runs
                                && each.getValue().condition() == AddCondition.ADD_COND_SUCCEEDED) {
                            seen.add("goes on until a job is done");
                            return true;
                        }
                        return awaitsJob(other);
                    });
        }

        void checkComeRound() {
            for (var shown : bench.state().shown().values()) {
                var name = shown.instance().workload();
                var wish = wished.get(name);
                boolean asWished = wish != null && wish.changedAt().equals(shown.changedAt());
                switch (shown.phase()) {
                    case RUNNING_OK ->
                            assertThat(asWished || (wish != null && awaitsJob(wish)))
                                    .as("%s as wished", shown)
                                    .isTrue();
                    case SUCCEEDED_OK, FAILED_EXEC_FAILED ->
                            assertThat(asWished).as("%s as wished", shown).isTrue();
                    case PENDING_WAITING_TO_START ->
                            assertThat(wish != null && isWaiting(wish))
                                    .as("%s waits for something", shown)
                                    .isTrue();
                    case PENDING_INITIAL ->
                            assertThat(bench.shown()).contains(name + " Stopping(WaitingToStop)");
                    case STOPPING_WAITING_TO_STOP -> {
                        seen.add("waits");
                        var dependents = new ArrayList<>(wished.values());
                        dependents.addAll(departed.values());
                        assertThat(dependents)
                                .as("%s is needed", shown)
                                .anyMatch(each ->
                                        needs(each, name)
                                                && isNeeding(
                                                        each.instance().workload(), bench.state()));
                    }
                    default -> throw new AssertionError("left over: " + shown);
                }
            }
            for (var name : wished.keySet()) {
                assertThat(bench.shown()).anyMatch(each -> each.startsWith(name + " "));
            }
        }
    }
}
