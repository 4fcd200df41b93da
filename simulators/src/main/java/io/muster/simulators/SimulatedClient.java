package io.muster.simulators;

import io.muster.api.name.ClientName;
import io.muster.api.name.WorkloadName;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.shell.Serial;
import io.muster.api.state.CompleteState;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadState;
import io.muster.api.topic.Topics;
import io.muster.api.tree.StateTree;
import io.muster.testkit.bus.MemoryBroker;
import io.muster.testkit.world.World;
import io.muster.transport.ClientLink;
import io.muster.transport.LinkOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who applies and deletes workloads, one update at a time, and remembers what was
 * acknowledged.
 *
 * <p>After an update whose outcome is unknown, the workload may be as before or as asked, until a
 * later update of it is acknowledged.
 */
public final class SimulatedClient {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ClientLink link;
    private final Map<WorkloadName, Workload> acknowledged = new TreeMap<>();
    private final TreeSet<WorkloadName> uncertain = new TreeSet<>();
    private boolean busy;
    private int updates;
    private int unknown;

    SimulatedClient(World world, MemoryBroker broker, Topics topics) {
        Serial serial = world.serial("client", 1_000);
        this.link =
                new ClientLink(
                        broker.connector("client"),
                        topics,
                        new ClientName("sim"),
                        serial,
                        world.clock(),
                        world.split(),
                        LinkOptions.DEFAULTS);
        link.start();
    }

    /** Returns the workloads that must be wished for, as far as that is certain. */
    public Map<WorkloadName, Workload> acknowledged() {
        return Map.copyOf(acknowledged);
    }

    /** Returns the workloads of which it is not certain. */
    public Set<WorkloadName> uncertain() {
        return new TreeSet<>(uncertain);
    }

    /** Returns how many updates were answered with success. */
    public int updates() {
        return updates;
    }

    /** Returns how many had an outcome that the client was not told. */
    public int unknown() {
        return unknown;
    }

    /** Says whether an update is under way. */
    public boolean isBusy() {
        return busy;
    }

    /** Applies a workload, unless an update is under way. */
    public void apply(WorkloadName name, Workload workload) {
        update(name, workload);
    }

    /** Deletes a workload, unless an update is under way. */
    public void delete(WorkloadName name) {
        update(name, null);
    }

    private void update(WorkloadName name, @Nullable Workload workload) {
        if (busy) {
            return;
        }
        busy = true;
        var wish = workload == null ? State.EMPTY : State.EMPTY.with(name, workload);
        var tree = StateTree.of(new CompleteState(wish, List.of(), new TreeMap<>(), State.EMPTY));
        var body =
                new Request.UpdateState(
                        tree, List.of(FieldMask.of("desiredState", "workloads", name.value())));
        link.ask(body, PATIENCE)
                .whenComplete((response, failure) -> {
                    busy = false;
                    if (failure == null && response.body() instanceof Response.Updated) {
                        updates++;
                        uncertain.remove(name);
                        if (workload == null) {
                            acknowledged.remove(name);
                        } else {
                            acknowledged.put(name, workload);
                        }
                    } else if (failure != null) {
                        unknown++;
                        uncertain.add(name);
                    }
                });
    }

    /** Asks for the states of all workloads; empty if there was no answer. */
    public void states(Consumer<Optional<List<WorkloadState>>> then) {
        link.ask(new Request.GetState(List.of(FieldMask.of("workloadStates")), false), PATIENCE)
                .whenComplete((response, _) ->
                        then.accept(
                                response != null
                                                && response.body()
                                                        instanceof Response.StateAnswer answer
                                        ? Optional.of(StateTree.workloadStates(answer.state()))
                                        : Optional.empty()));
    }
}
