package io.muster.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.agent.reconcile.WorkloadEffect.Interrupt;
import io.muster.agent.reconcile.WorkloadEffect.Perform;
import io.muster.agent.reconcile.WorkloadEffect.Unwatch;
import io.muster.agent.reconcile.WorkloadEffect.Wake;
import io.muster.agent.reconcile.WorkloadEffect.Watch;
import io.muster.agent.reconcile.WorkloadEvent.Answered;
import io.muster.agent.reconcile.WorkloadEvent.Glimpsed;
import io.muster.agent.reconcile.WorkloadEvent.Listed;
import io.muster.agent.reconcile.WorkloadEvent.Placed;
import io.muster.agent.reconcile.WorkloadEvent.ProcessEnded;
import io.muster.agent.reconcile.WorkloadEvent.Wished;
import io.muster.agent.reconcile.WorkloadEvent.Woke;
import io.muster.api.name.InstanceName;
import io.muster.api.runtime.Found;
import io.muster.api.runtime.Mark;
import io.muster.api.runtime.Observation;
import io.muster.api.runtime.RuntimeId;
import io.muster.api.shell.ProcessRef;
import io.muster.api.shell.Serial;
import io.muster.api.state.Phase;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.Workload;
import io.muster.testkit.world.Seeds;
import io.muster.testkit.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** One reconciler in a hostile world: whatever happens, it keeps its promises and comes round. */
final class WorkloadSimulationTest {
    private static final List<String> RUNTIMES = List.of("podman", "native");

    @Test
    void the_last_wish_wins_and_there_are_never_two() {
        var seen = new HashSet<String>();
        Seeds.check(
                1_500,
                seed -> {
                    var node = new Node(seed);
                    for (int i = 0; i < 15; i++) {
                        node.wishAt(node.random.nextInt(60_000));
                        node.troubleAt(node.random.nextInt(60_000));
                    }
                    node.world.run(Duration.ofMinutes(1));
                    node.calm();
                    var last = node.wish;
                    node.world.run(Duration.ofMinutes(20));
                    node.checkComeRound(last);
                    seen.addAll(node.seen);
                });
        assertThat(seen).as("what this test is about has happened").contains("replaced");
    }

    @Test
    void the_same_seed_gives_the_same_run() {
        assertThat(log(7)).isEqualTo(log(7)).isNotEmpty();
    }

    private static List<String> log(long seed) {
        var node = new Node(seed);
        for (int i = 0; i < 15; i++) {
            node.wishAt(node.random.nextInt(60_000));
            node.troubleAt(node.random.nextInt(60_000));
        }
        node.world.run(Duration.ofMinutes(2));
        return node.log;
    }

    /** A node with one workload name, whose runtimes fail and whose messages get lost. */
    private static final class Node {
        private final World world;
        private final RandomGenerator random;
        private final List<String> log = new ArrayList<>();
        private final Set<Mark> prepared = new HashSet<>();
        private final Set<String> seen = new HashSet<>();
        private final TreeMap<String, Thing> things = new TreeMap<>();
        private final Map<Long, Runnable> abort = new HashMap<>();
        private Managed managed;
        private Wish wish = new Wish.Nothing();
        private Optional<Serial.Timer> timer = Optional.empty();
        private Map<InstanceName, String> shown = new TreeMap<>();
        private boolean hostile = true;
        private int working;
        private int life;
        private long changedAt;
        private long made;

        Node(long seed) {
            world = new World(seed);
            random = world.split();
            managed = fresh(1);
            start();
            look();
        }

        private Managed fresh(long next) {
            return Managed.fresh(Bench.WEB, Circumstances.held("starting"), now(), next);
        }

        private Moment now() {
            return new Moment(world.clock().nanoTime());
        }

        private void start() {
            int listed = life;
            world.in(
                    millis(200),
                    () -> {
                        if (life == listed) {
                            RUNTIMES.forEach(each -> deliver(new Listed(each, found(each))));
                            deliver(new Placed(Circumstances.FREE));
                            deliver(new Wished(wish, Circumstances.FREE));
                        }
                    });
        }

        void wishAt(int millis) {
            world.in(
                    Duration.ofMillis(millis),
                    () -> {
                        wish = random.nextInt(4) == 0 ? new Wish.Nothing() : anyRun();
                        deliver(new Wished(wish, managed.circumstances()));
                    });
        }

        private Wish anyRun() {
            var workload =
                    Workload.of(
                            Bench.AGENT,
                            RUNTIMES.get(random.nextInt(2)),
                            "image: " + random.nextInt(3));
            var policies = RestartPolicy.values();
            return Bench.run(
                    workload.withRestartPolicy(policies[random.nextInt(policies.length)]),
                    random.nextInt(5) == 0 ? changedAt : ++changedAt);
        }

        void troubleAt(int millis) {
            world.in(
                    Duration.ofMillis(millis),
                    () -> {
                        switch (random.nextInt(5)) {
                            case 0 -> restartAgent();
                            case 1 -> {
                                if (!things.isEmpty()) {
                                    things.pollFirstEntry();
                                }
                            }
                            default ->
                                    things.values().forEach(each -> each.exit(random.nextInt(2)));
                        }
                    });
        }

        /** The agent dies: its commands are done, or not; nobody hears of it. */
        private void restartAgent() {
            life++;
            working = 0;
            abort.clear();
            timer.ifPresent(Serial.Timer::cancel);
            things.values().forEach(each -> each.watchers.clear());
            managed = fresh(managed.next());
            shown = new TreeMap<>();
            start();
        }

        void calm() {
            hostile = false;
            if (wish instanceof Wish.Run) {
                // the loss or final failure of an earlier instance is not to be made up for
                wish = Bench.run(Bench.workload("last"), ++changedAt);
            }
            deliver(new Wished(wish, managed.circumstances()));
        }

        void checkComeRound(Wish last) {
            if (last instanceof Wish.Run run) {
                assertThat(things).as("instances").hasSize(1);
                assertThat(things.firstEntry().getValue().mark).isEqualTo(run.mark());
                assertThat(WorkloadView.of(managed).values())
                        .singleElement()
                        .satisfies(each -> assertThat(each.phase()).isEqualTo(Phase.RUNNING_OK));
            } else {
                assertThat(things).as("instances").isEmpty();
                assertThat(managed.isFinished()).isTrue();
            }
        }

        private void look() {
            var asked = now();
            var picture = new HashMap<String, List<Found>>();
            RUNTIMES.forEach(each -> picture.put(each, found(each)));
            world.in(
                    millis(3_000),
                    () -> {
                        RUNTIMES.forEach(each ->
                                deliver(
                                        new Glimpsed(
                                                each,
                                                asked,
                                                picture.getOrDefault(each, List.of()))));
                        world.in(Duration.ofSeconds(30), this::look);
                    });
        }

        private List<Found> found(String runtime) {
            return things.values().stream()
                    .filter(each -> each.runtime.equals(runtime))
                    .map(Thing::found)
                    .toList();
        }

        private Duration millis(int bound) {
            return Duration.ofMillis(random.nextInt(bound));
        }

        /** Once, and sometimes a second time later. */
        private void deliver(WorkloadEvent event) {
            on(event);
            if (hostile && random.nextInt(10) == 0 && !(event instanceof Wished)) {
                int its = life;
                world.in(
                        millis(5_000),
                        () -> {
                            if (life == its) {
                                on(event);
                            }
                        });
            }
        }

        private void on(WorkloadEvent event) {
            if (event instanceof Listed && managed.circumstances().free()) {
                return; // lists are for the start only
            }
            log.add(world.elapsed() + " " + event);
            var step = WorkloadLogic.on(managed, event, Timing.DEFAULTS, now());
            managed = step.next();
            step.effects().forEach(this::perform);
            step.transitions()
                    .forEach(each -> {
                        if (each.phase() == Phase.REMOVED) {
                            shown.remove(each.instance());
                        } else {
                            shown.put(each.instance(), each.changedAt() + " " + each.state());
                        }
                    });
            try {
                check();
            } catch (AssertionError e) {
                var tail = log.subList(Math.max(0, log.size() - 20), log.size());
                throw new AssertionError(e.getMessage() + "\n" + String.join("\n", tail), e);
            }
        }

        private void check() {
            var snapshot = new TreeMap<InstanceName, String>();
            WorkloadView.of(managed)
                    .values()
                    .forEach(each ->
                            snapshot.put(each.instance(), each.changedAt() + " " + each.state()));
            assertThat(shown).as("the sum of all steps").isEqualTo(snapshot);
            if (managed.wish() instanceof Wish.Run run) {
                assertThat(snapshot).as("the wished one is shown").containsKey(run.instance());
            }
            assertThat(working).as("tasks under way").isLessThanOrEqualTo(1);
        }

        /** What runs goes on until what replaces it is prepared. */
        private void checkGoesOn(Task task) {
            if (task instanceof Task.Delete(var instance)
                    && managed.wish() instanceof Wish.Run run
                    && run.refusal().isEmpty()
                    && managed.keeper().isEmpty()) {
                managed.there().stream()
                        .filter(each -> each.instance().is(instance) && each.mayGoOn())
                        .forEach(each -> {
                            seen.add("replaced");
                            assertThat(prepared)
                                    .as("%s replaces %s", run, each)
                                    .contains(run.mark());
                        });
            }
        }

        private void perform(WorkloadEffect effect) {
            log.add(world.elapsed() + " -> " + effect);
            switch (effect) {
                case Perform(var token, var task) -> {
                    checkGoesOn(task);
                    begin(token, task);
                }
                case Interrupt(var token) ->
                        Optional.ofNullable(abort.remove(token)).ifPresent(Runnable::run);
                case Wake(var token, var after, var jittered) -> {
                    timer.ifPresent(Serial.Timer::cancel);
                    var pause =
                            jittered
                                    ? Duration.ofNanos(
                                            (long) (after.toNanos() * random.nextDouble()))
                                    : after;
                    timer = Optional.of(world.in(pause, () -> deliver(new Woke(token))));
                }
                case Watch(var instance, var process) -> watch(instance, process);
                case Unwatch(var instance, _) ->
                        thing(instance).ifPresent(each -> each.watchers.clear());
            }
        }

        private void watch(Instance instance, ProcessRef process) {
            int its = life;
            Runnable ended =
                    () ->
                            world.in(
                                    millis(20),
                                    () -> {
                                        boolean lost = hostile && random.nextInt(5) == 0;
                                        if (life == its && !lost) {
                                            deliver(
                                                    new ProcessEnded(
                                                            instance.runtime(),
                                                            instance.id(),
                                                            process));
                                        }
                                    });
            var thing = thing(instance);
            if (thing.isPresent() && thing.get().seen.equals(new Observation.Running(process))) {
                thing.get().watchers.add(ended);
            } else {
                ended.run();
            }
        }

        private Optional<Thing> thing(Instance instance) {
            return Optional.ofNullable(things.get(instance.id().value()))
                    .filter(each -> each.runtime.equals(instance.runtime()));
        }

        private void begin(long token, Task task) {
            working++;
            int its = life;
            boolean hangs = hostile && random.nextInt(20) == 0;
            var done =
                    world.in(
                            hangs ? Duration.ofHours(2) : millis(2_000),
                            () -> end(its, token, task));
            abort.put(
                    token,
                    () -> {
                        done.cancel();
                        world.in(millis(50), () -> end(its, token, task));
                    });
        }

        private void end(int its, long token, Task task) {
            if (its != life) {
                return; // what the dead agent began was not done
            }
            abort.remove(token);
            var answer = answer(task);
            working--;
            deliver(new Answered(token, answer));
        }

        private Answer answer(Task task) {
            boolean fails = hostile && random.nextInt(5) == 0;
            boolean does = !fails || random.nextBoolean();
            Answer answer =
                    switch (task) {
                        case Task.Create create -> create(create, does);
                        case Task.Prepare(_, var order) -> {
                            if (!fails) {
                                prepared.add(order.mark());
                            }
                            yield new Answer.Prepared();
                        }
                        case Task.Restart(var instance, _) -> {
                            if (does) {
                                thing(instance).ifPresent(each -> each.run(++made));
                            }
                            yield observed(instance);
                        }
                        case Task.Observe(var instance) -> observed(instance);
                        case Task.Delete(var instance) -> {
                            if (does) {
                                thing(instance)
                                        .ifPresent(each -> {
                                            things.remove(each.id);
                                            each.exit(137);
                                        });
                            }
                            yield new Answer.Deleted();
                        }
                        case Task.Search(var runtime) -> new Answer.Searched(found(runtime));
                    };
            return fails ? new Answer.Failed("chance", random.nextInt(10) != 0) : answer;
        }

        private Answer create(Task.Create create, boolean does) {
            var order = create.order();
            things.values()
                    .removeIf(each ->
                            each.runtime.equals(create.runtime())
                                    && each.name.equals(order.instance()));
            assertThat(things).as("what is there when another is created").isEmpty();
            var id = create.runtime() + ++made;
            if (!does) {
                return new Answer.Failed("unused", true);
            }
            var thing = new Thing(id, create.runtime(), order.instance(), order.mark());
            thing.run(made);
            things.put(id, thing);
            prepared.add(order.mark());
            if (hostile && random.nextInt(4) == 0) {
                world.in(millis(20_000), () -> thing.exit(random.nextInt(2)));
            }
            return new Answer.Created(new RuntimeId(id), thing.seen);
        }

        private Answer observed(Instance instance) {
            return new Answer.Observed(
                    thing(instance).map(each -> each.seen).orElse(new Observation.Gone()));
        }
    }

    /** A container. */
    private static final class Thing {
        private final String id;
        private final String runtime;
        private final InstanceName name;
        private final Mark mark;
        private final List<Runnable> watchers = new ArrayList<>();
        private Observation seen = new Observation.Starting("created");

        Thing(String id, String runtime, InstanceName name, Mark mark) {
            this.id = id;
            this.runtime = runtime;
            this.name = name;
            this.mark = mark;
        }

        void run(long pid) {
            seen = new Observation.Running(new ProcessRef(pid, pid));
        }

        void exit(int code) {
            if (seen instanceof Observation.Running) {
                seen = new Observation.Exited(code);
                var told = List.copyOf(watchers);
                watchers.clear();
                told.forEach(Runnable::run);
            }
        }

        Found found() {
            return new Found(new RuntimeId(id), name, Optional.of(mark), seen);
        }
    }
}
