package io.muster.testkit.runtime;

import io.muster.api.name.AgentName;
import io.muster.api.request.ImageOrder;
import io.muster.api.request.LogSelection;
import io.muster.api.runtime.Created;
import io.muster.api.runtime.Found;
import io.muster.api.runtime.LogReader;
import io.muster.api.runtime.Observation;
import io.muster.api.runtime.Order;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.runtime.RuntimeId;
import io.muster.api.runtime.WorkloadRuntime;
import io.muster.api.shell.Clock;
import io.muster.testkit.world.TakesTime;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A runtime of a {@link FakeMachine}, as one life of an agent has it.
 *
 * <p>A call that takes time throws {@link TakesTime}; the world repeats it, and it is done when the
 * time has come. Until then nothing has happened: an agent that dies meanwhile leaves nothing
 * behind, unless {@link #finish} says that the runtime went on by itself.
 */
public final class FakeRuntime implements WorkloadRuntime {
    private static final Duration PULL = Duration.ofSeconds(3);
    private static final String WITHOUT_IMAGES = "native";

    private final FakeMachine machine;
    private final Clock clock;
    private final String name;
    private final AgentName agent;

    /**
     * In the order of their beginnings: what is done at once is done in the same order each time.
     */
    private final Map<Object, Attempt> attempts = new LinkedHashMap<>();

    private record Attempt(long due, Behaviour behaviour) {}

    private record Creation(Order order) {}

    private record Deletion(RuntimeId id) {}

    private record Preparing(Order order) {}

    FakeRuntime(FakeMachine machine, Clock clock, String name, AgentName agent) {
        this.machine = machine;
        this.clock = clock;
        this.name = name;
        this.agent = agent;
    }

    /**
     * Does at once all that was asked for and is still taking its time, as a runtime that goes on
     * after the agent died. What nobody came back for when it was due had been given up.
     */
    public synchronized void finish() {
        long now = clock.nanoTime();
        attempts.values().removeIf(attempt -> attempt.due - now < 0);
        for (var attempt : List.copyOf(attempts.entrySet())) {
            switch (attempt.getKey()) {
                case Creation(var order) when attempt.getValue().behaviour.failure().isEmpty() ->
                        machine.start(name, agent, order, attempt.getValue().behaviour);
                case Deletion(var id) -> machine.vanish(id);
                default -> {} // would have failed, or is nothing that others see
            }
        }
        attempts.clear();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Found> list() throws RuntimeFailure {
        machine.answer();
        machine.answerListing();
        var failure = machine.listFailure();
        if (failure.isPresent()) {
            throw failure.get();
        }
        return machine.list(name, agent);
    }

    @Override
    public void prepare(Order order) throws RuntimeFailure {
        machine.answer();
        var behaviour =
                attempt(
                        new Preparing(order),
                        () -> {
                            var chosen = machine.preparation(order);
                            var taking = Behaviour.LASTING.creatingTakes(chosen.takes());
                            return chosen.failure()
                                    .map(each -> taking.failing(each.message(), each.retryable()))
                                    .orElse(taking);
                        });
        if (behaviour.failure().isPresent()) {
            throw behaviour.failure().get().exception();
        }
        machine.countPrepared();
        machine.toldPrepared(order);
    }

    /**
     * {@inheritDoc} Its runtimeConfig is taken for the name of its image, to get in three seconds.
     */
    @Override
    public LogReader preload(ImageOrder order) throws RuntimeFailure {
        machine.answer();
        if (name.equals(WITHOUT_IMAGES)) {
            return WorkloadRuntime.super.preload(order);
        }
        return new FakePull(clock, order.runtimeConfig(), PULL);
    }

    @Override
    public Created create(Order order) throws RuntimeFailure {
        machine.answer();
        giveUpOthers(order);
        var behaviour = attempt(new Creation(order), () -> machine.behaviour(order));
        var failure = behaviour.failure();
        if (failure.isPresent()) {
            throw failure.get().exception();
        }
        var id = machine.start(name, agent, order, behaviour);
        return new Created(id, machine.observe(id));
    }

    @Override
    public Observation restart(RuntimeId id, Order order) throws RuntimeFailure {
        machine.answer();
        machine.again(id);
        return machine.observe(id);
    }

    @Override
    public Observation observe(RuntimeId id) throws RuntimeFailure {
        machine.answer();
        return machine.observe(id);
    }

    @Override
    public void delete(RuntimeId id) throws RuntimeFailure {
        machine.answer();
        if (!isUnderWay(new Deletion(id))) {
            machine.beginDeleting(id);
        }
        attempt(
                new Deletion(id),
                () -> {
                    machine.toldStopping(id);
                    return Behaviour.LASTING.creatingTakes(machine.stoppingOf(id));
                });
        machine.vanish(id);
    }

    @Override
    public LogReader logs(RuntimeId id, LogSelection selection) throws RuntimeFailure {
        var its = machine.log(id);
        if (its.isEmpty()) {
            throw new RuntimeFailure("it was deleted", false);
        }
        return its.get().read(selection, () -> machine.observe(id) instanceof Observation.Running);
    }

    private synchronized boolean isUnderWay(Object what) {
        return attempts.containsKey(what);
    }

    /** An agent creates one instance of a workload at a time: it has given up what was before. */
    private synchronized void giveUpOthers(Order order) {
        attempts.keySet()
                .removeIf(each ->
                        each instanceof Creation(var other)
                                && !other.equals(order)
                                && other.instance().workload().equals(order.instance().workload()));
    }

    /** Throws until the time of this attempt has come; what it will be is chosen at its start. */
    private synchronized Behaviour attempt(Object what, Supplier<Behaviour> chosen) {
        long now = clock.nanoTime();
        var attempt =
                attempts.computeIfAbsent(
                        what,
                        key -> {
                            var behaviour = chosen.get();
                            return new Attempt(now + behaviour.creating().toNanos(), behaviour);
                        });
        if (attempt.due - now > 0) {
            throw new TakesTime(Duration.ofNanos(attempt.due - now));
        }
        attempts.remove(what);
        return attempt.behaviour;
    }
}
