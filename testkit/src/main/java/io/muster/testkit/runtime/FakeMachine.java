package io.muster.testkit.runtime;

import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.runtime.Found;
import io.muster.api.runtime.Mark;
import io.muster.api.runtime.Observation;
import io.muster.api.runtime.Order;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.runtime.RuntimeId;
import io.muster.api.shell.Clock;
import io.muster.api.shell.ExitWatch;
import io.muster.api.shell.ProcessRef;
import io.muster.testkit.world.TakesTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A machine in memory: instances and their processes, which outlive the agents that come and go
 * ({@link #runtime}, {@link #exitWatch}).
 *
 * <p>What happens is chosen by the {@link Behaviour} of each instance and by the test itself
 * ({@link #end}, {@link #vanish}, {@link #reboot} ...); nothing happens by chance. Any thread.
 * Where time has to pass, calls throw {@link io.muster.testkit.world.TakesTime}, so behaviours that
 * take time need a {@link io.muster.testkit.world.World}.
 */
public final class FakeMachine {
    private final Clock clock;
    private final BiConsumer<Duration, Runnable> timetable;
    private final Function<Order, Behaviour> behaviours;
    private final TreeMap<RuntimeId, Instance> instances = new TreeMap<>(FakeMachine::byNumber);
    private final List<FakeExitWatch> watches = new CopyOnWriteArrayList<>();
    private Function<Order, Preparation> preparations = _ -> Preparation.NONE;
    private Consumer<Resident> deletions = _ -> {};
    private Optional<Watch> watch = Optional.empty();
    private final List<RuntimeFailure> listFailures = new ArrayList<>();
    private Optional<RuntimeFailure> outage = Optional.empty();
    private Optional<RuntimeFailure> listOutage = Optional.empty();
    private long hangsUntil = Long.MIN_VALUE; // of the monotonic clock
    private long listingHangsUntil = Long.MIN_VALUE;
    private boolean losesExits;
    private long count;
    private long starts;
    private long prepared;

    /**
     * What happens when an instance is prepared.
     *
     * @param takes how long it takes
     * @param failure why it fails, when that time has passed
     */
    public record Preparation(Duration takes, Optional<Behaviour.Failure> failure) {
        /** It is there already. */
        public static final Preparation NONE = new Preparation(Duration.ZERO, Optional.empty());

        /** It takes time. A very long time is one that hangs. */
        public static Preparation taking(Duration time) {
            return new Preparation(time, Optional.empty());
        }

        /** The same, but it fails then. */
        public Preparation failing(String message, boolean retryable) {
            return new Preparation(takes, Optional.of(new Behaviour.Failure(message, retryable)));
        }
    }

    /** One instance on the machine. */
    private static final class Instance {
        final String runtime;
        final AgentName agent;
        final InstanceName name;
        final Optional<Mark> mark;
        final Behaviour behaviour;
        final FakeLog log = new FakeLog();
        Optional<Observation> paused = Optional.empty();
        Observation observation = new Observation.Starting("created");

        Instance(
                String runtime,
                AgentName agent,
                InstanceName name,
                Optional<Mark> mark,
                Behaviour behaviour) {
            this.runtime = runtime;
            this.agent = agent;
            this.name = name;
            this.mark = mark;
            this.behaviour = behaviour;
        }

        Optional<ProcessRef> process() {
            return observation instanceof Observation.Running(var processes)
                    ? Optional.of(processes.getFirst())
                    : Optional.empty();
        }
    }

    /** What the machine holds, for invariants. */
    public record Resident(
            RuntimeId id,
            String runtime,
            AgentName agent,
            InstanceName instance,
            Optional<Mark> mark,
            Observation observation) {
        /** Says whether its process lives. */
        public boolean alive() {
            return observation instanceof Observation.Running;
        }
    }

    /**
     * Makes an empty machine.
     *
     * @param timetable runs something after a time, such as {@code world::in}
     * @param behaviours asked at each creation and restart
     */
    public FakeMachine(
            Clock clock,
            BiConsumer<Duration, Runnable> timetable,
            Function<Order, Behaviour> behaviours) {
        this.clock = clock;
        this.timetable = timetable;
        this.behaviours = behaviours;
    }

    /** Hears what runtimes do here. */
    public interface Watch {
        /** The image of an instance is there. */
        void prepared(Order order);

        /** A process has begun. */
        void started(Resident resident);

        /** An agent has something stopped that is here. */
        void stopping(Resident resident);
    }

    /** Tells somebody what runtimes do here; one at a time. */
    public synchronized void watch(Watch who) {
        watch = Optional.of(who);
    }

    private static Resident resident(RuntimeId id, Instance instance) {
        return new Resident(
                id,
                instance.runtime,
                instance.agent,
                instance.name,
                instance.mark,
                instance.observation);
    }

    synchronized void toldPrepared(Order order) {
        watch.ifPresent(each -> each.prepared(order));
    }

    synchronized void toldStopping(RuntimeId id) {
        var instance = find(id);
        if (instance != null) {
            watch.ifPresent(each -> each.stopping(resident(id, instance)));
        }
    }

    /** Returns a runtime as one life of an agent has it. */
    public FakeRuntime runtime(String name, AgentName agent) {
        return new FakeRuntime(this, clock, name, agent);
    }

    /** Returns an exit watch as one life of an agent has it. */
    public ExitWatch exitWatch() {
        var watch = new FakeExitWatch(this);
        watches.add(watch);
        return watch;
    }

    /** Returns all there is, in the order of creation. */
    public synchronized List<Resident> residents() {
        return instances.entrySet().stream()
                .map(entry -> resident(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** From now on this hears of each instance that an agent has begun to delete. */
    public synchronized void deleting(Consumer<Resident> heard) {
        deletions = heard;
    }

    /** An agent begins to delete something, if it is there. */
    void beginDeleting(RuntimeId id) {
        Consumer<Resident> hears;
        synchronized (this) {
            hears = deletions;
        }
        residents().stream().filter(each -> each.id().equals(id)).forEach(hears);
    }

    /** Returns how many processes were ever started here. */
    public synchronized long starts() {
        return starts;
    }

    /** Returns how many instances were prepared, and how often. */
    public synchronized long prepared() {
        return prepared;
    }

    /** From now on preparing takes what is chosen here, at the beginning of each. */
    public synchronized void preparing(Function<Order, Preparation> chosen) {
        preparations = chosen;
    }

    synchronized Preparation preparation(Order order) {
        return preparations.apply(order);
    }

    synchronized void countPrepared() {
        prepared++;
    }

    /** Ends the process of an instance; nothing if it does not run. */
    public void end(RuntimeId id, int exitCode) {
        turn(id, new Observation.Exited(exitCode), false);
    }

    /** Removes an instance behind the agent's back. */
    public void vanish(RuntimeId id) {
        turn(id, new Observation.Gone(), false);
    }

    /** Makes an instance look like this, such as paused. */
    public void show(RuntimeId id, Observation observation) {
        turn(id, observation, true);
    }

    /**
     * Pauses an instance behind the agent's back, as an operator may: its process neither runs nor
     * ends. Nothing if it does not run.
     */
    public synchronized void pause(RuntimeId id) {
        var instance = find(id);
        if (instance != null && instance.process().isPresent()) {
            instance.paused = Optional.of(instance.observation);
            instance.observation = new Observation.Unclear("paused");
        }
    }

    /** Lets a paused instance go on; nothing if it is not there any more. */
    public synchronized void resume(RuntimeId id) {
        var instance = find(id);
        if (instance != null && instance.paused.isPresent()) {
            instance.observation = instance.paused.get();
            instance.paused = Optional.empty();
        }
    }

    /** Lets no runtime answer until this time has passed; then each does what it was asked for. */
    public synchronized void hang(Duration time) {
        hangsUntil = clock.nanoTime() + time.toNanos();
    }

    /** Lets all that any runtime is asked for fail, until it is empty. */
    public synchronized void fail(Optional<RuntimeFailure> failure) {
        outage = failure;
    }

    /** Lets each listing fail, until it is empty. */
    public synchronized void failListing(Optional<RuntimeFailure> failure) {
        listOutage = failure;
    }

    /** Lets no listing end until this time has passed. */
    public synchronized void hangListing(Duration time) {
        listingHangsUntil = clock.nanoTime() + time.toNanos();
    }

    /** Begins every listing, after {@link #answer}. */
    synchronized void answerListing() throws RuntimeFailure {
        await(listingHangsUntil);
        if (listOutage.isPresent()) {
            throw listOutage.get();
        }
    }

    private void await(long until) {
        long left = until - clock.nanoTime();
        if (until != Long.MIN_VALUE && left > 0) {
            throw new TakesTime(Duration.ofNanos(left));
        }
    }

    /** Begins every call of a runtime. */
    synchronized void answer() throws RuntimeFailure {
        await(hangsUntil);
        if (outage.isPresent()) {
            throw outage.get();
        }
    }

    /** Lets an instance write something; nothing if there is none. */
    public synchronized void print(RuntimeId id, String text) {
        var instance = find(id);
        if (instance != null) {
            instance.log.write(text, clock.instant());
        }
    }

    synchronized Optional<FakeLog> log(RuntimeId id) {
        return Optional.ofNullable(find(id)).map(instance -> instance.log);
    }

    /** Leaves something here that no agent made, such as a container of Ankaios, running. */
    public RuntimeId leave(String runtime, AgentName agent, InstanceName name) {
        return start(new Instance(runtime, agent, name, Optional.empty(), Behaviour.LASTING));
    }

    /** Ends all processes as a power cut does; instances stay, and nobody is told. */
    public synchronized void reboot() {
        watches.forEach(FakeExitWatch::close);
        for (var instance : instances.values()) {
            if (instance.process().isPresent() || instance.paused.isPresent()) {
                instance.paused = Optional.empty();
                instance.observation = new Observation.Interrupted("the machine was restarted");
            }
        }
    }

    /** From now on nobody is told when a process ends, or again. */
    public synchronized void losesExits(boolean loses) {
        losesExits = loses;
    }

    /** Makes the next listing fail, of whichever runtime. */
    public synchronized void failNextListing(RuntimeFailure failure) {
        listFailures.add(failure);
    }

    synchronized Optional<RuntimeFailure> listFailure() {
        return listFailures.isEmpty() ? Optional.empty() : Optional.of(listFailures.removeFirst());
    }

    Behaviour behaviour(Order order) {
        return behaviours.apply(order);
    }

    /** Starts an instance in place of any other with that name. */
    RuntimeId start(String runtime, AgentName agent, Order order, Behaviour behaviour) {
        return start(
                new Instance(
                        runtime, agent, order.instance(), Optional.of(order.mark()), behaviour));
    }

    private RuntimeId start(Instance instance) {
        List<RuntimeId> leftovers;
        synchronized (this) {
            leftovers =
                    instances.entrySet().stream()
                            .filter(entry -> entry.getValue().runtime.equals(instance.runtime))
                            .filter(entry -> entry.getValue().name.equals(instance.name))
                            .map(Map.Entry::getKey)
                            .toList();
        }
        leftovers.forEach(this::vanish);
        var id = add(instance);
        run(id, instance);
        return id;
    }

    private synchronized RuntimeId add(Instance instance) {
        var id = new RuntimeId("fake-" + ++count);
        instances.put(id, instance);
        return id;
    }

    /** Starts an instance that has ended once more. */
    void again(RuntimeId id) {
        var instance = find(id);
        if (instance != null && instance.process().isEmpty()) {
            run(id, instance);
        }
    }

    private void run(RuntimeId id, Instance instance) {
        ProcessRef process;
        synchronized (this) {
            starts++;
            instance.paused = Optional.empty();
            process = new ProcessRef(1_000 + starts, 100 * starts);
            instance.observation = new Observation.Running(process);
            instance.log.write(instance.behaviour.prints(), clock.instant());
            watch.ifPresent(each -> each.started(resident(id, instance)));
        }
        instance.behaviour
                .lifetime()
                .ifPresent(time ->
                        timetable.accept(
                                time,
                                () -> {
                                    if (lives(process)) {
                                        end(id, instance.behaviour.exitCode());
                                    }
                                }));
    }

    synchronized Observation observe(RuntimeId id) {
        var instance = find(id);
        return instance == null ? new Observation.Gone() : instance.observation;
    }

    synchronized Duration stoppingOf(RuntimeId id) {
        var instance = find(id);
        return instance == null || instance.process().isEmpty()
                ? Duration.ZERO
                : instance.behaviour.stopping();
    }

    synchronized List<Found> list(String runtime, AgentName agent) {
        return instances.entrySet().stream()
                .filter(entry -> entry.getValue().runtime.equals(runtime))
                .filter(entry -> entry.getValue().agent.equals(agent))
                .map(entry ->
                        new Found(
                                entry.getKey(),
                                entry.getValue().name,
                                entry.getValue().mark,
                                entry.getValue().observation))
                .toList();
    }

    private void turn(RuntimeId id, Observation observation, boolean evenIfEnded) {
        var ended = exchange(id, observation, evenIfEnded);
        ended.ifPresent(process -> watches.forEach(watch -> watch.tell(process)));
    }

    /** Returns the process that has ended by it, if somebody is to be told. */
    private synchronized Optional<ProcessRef> exchange(
            RuntimeId id, Observation observation, boolean evenIfEnded) {
        var instance = instances.get(id);
        if (instance == null) {
            return Optional.empty();
        }
        var process = instance.process();
        boolean gone = observation instanceof Observation.Gone;
        if (process.isPresent() || evenIfEnded) {
            instance.observation = observation;
        }
        if (gone) {
            instances.remove(id);
        }
        return losesExits || instance.process().equals(process) ? Optional.empty() : process;
    }

    private synchronized @Nullable Instance find(RuntimeId id) {
        return instances.get(id);
    }

    synchronized boolean lives(ProcessRef process) {
        return instances.values().stream()
                .anyMatch(instance -> instance.process().equals(Optional.of(process)));
    }

    private static int byNumber(RuntimeId first, RuntimeId second) {
        int length = Integer.compare(first.value().length(), second.value().length());
        return length != 0 ? length : first.value().compareTo(second.value());
    }
}
