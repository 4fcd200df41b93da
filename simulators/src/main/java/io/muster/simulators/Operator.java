package io.muster.simulators;

import io.muster.api.name.ClientName;
import io.muster.api.name.WorkloadName;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request.UpdateState;
import io.muster.api.request.Response;
import io.muster.api.state.Drained;
import io.muster.api.state.State;
import io.muster.api.topic.Topics;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import io.muster.testkit.bus.MemoryBroker;
import io.muster.testkit.world.World;
import io.muster.transport.ClientLink;
import io.muster.transport.LinkOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Somebody who gives orders, one after the other, and repeats each until it is acknowledged or
 * refused.
 */
final class Operator {
    private static final String HOST = "operator";
    private static final String DESIRED = "desiredState";
    private static final String WORKLOADS = "workloads";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final World world;
    private final ClientLink link;
    private final ArrayDeque<Given> waiting = new ArrayDeque<>();
    private State wished = State.EMPTY;

    /** An order that is neither acknowledged nor refused. */
    private record Given(
            UpdateState update, UnaryOperator<State> effect, Consumer<Optional<String>> ended) {}

    Operator(World world, MemoryBroker broker, Topics topics) {
        this.world = world;
        link =
                new ClientLink(
                        broker.connector(HOST),
                        topics,
                        new ClientName(HOST),
                        world.serial(HOST, 1_000),
                        world.clock(),
                        world.split(),
                        LinkOptions.DEFAULTS);
        link.start();
    }

    /** Returns what was acknowledged. */
    State wished() {
        return wished;
    }

    /** Says whether an order is under way. */
    boolean isBusy() {
        return !waiting.isEmpty();
    }

    /**
     * Applies a manifest.
     *
     * @param ended hears why it was refused, or that it was not
     */
    void apply(State manifest, Consumer<Optional<String>> ended) {
        var masks = new ArrayList<FieldMask>();
        manifest.workloads().keySet().forEach(name -> masks.add(mask(name)));
        manifest.configs()
                .keySet()
                .forEach(name -> masks.add(FieldMask.of(DESIRED, "configs", name)));
        var tree = new LinkedHashMap<String, Node>();
        tree.put(DESIRED, StateTree.of(manifest));
        give(new UpdateState(new Node.Entries(tree), masks), state -> with(state, manifest), ended);
    }

    /** Returns a state with all that a manifest names. */
    static State with(State state, State manifest) {
        return new State(
                state.workloads().plusAll(manifest.workloads()),
                state.configs().plusAll(manifest.configs()));
    }

    /** Deletes workloads. */
    void delete(List<WorkloadName> names, Consumer<Optional<String>> ended) {
        give(
                new UpdateState(Node.Entries.NONE, names.stream().map(Operator::mask).toList()),
                state -> new State(state.workloads().minusAll(names), state.configs()),
                ended);
    }

    /** Drains agents, or takes that back. */
    void drain(List<String> agents, boolean drained, Consumer<Optional<String>> ended) {
        var marks = new LinkedHashMap<String, Node>();
        for (var agent : drained ? agents : List.<String>of()) {
            var mark = new LinkedHashMap<String, Node>();
            mark.put(Drained.KEY, new Node.Text(Drained.YES));
            marks.put(agent, new Node.Entries(mark));
        }
        var tree = new LinkedHashMap<String, Node>();
        tree.put("agents", new Node.Entries(marks));
        give(
                new UpdateState(
                        new Node.Entries(tree),
                        agents.stream()
                                .map(agent -> FieldMask.of("agents", agent, Drained.KEY))
                                .toList()),
                state -> state,
                ended);
    }

    private static FieldMask mask(WorkloadName name) {
        return FieldMask.of(DESIRED, WORKLOADS, name.value());
    }

    private void give(
            UpdateState update, UnaryOperator<State> effect, Consumer<Optional<String>> ended) {
        waiting.add(new Given(update, effect, ended));
        if (waiting.size() == 1) {
            ask();
        }
    }

    private void ask() {
        var given = waiting.element();
        link.ask(given.update, PATIENCE)
                .whenComplete((response, _) -> {
                    switch (response == null ? null : response.body()) {
                        case Response.Updated _ -> {
                            wished = given.effect.apply(wished);
                            end(given, Optional.empty());
                        }
                        case Response.Refused refused
                                when refused.reason() == Response.Reason.REFUSED ->
                                end(given, Optional.of(refused.message()));
                        case null, default -> world.in(AGAIN, this::ask); // nobody has answered
                    }
                });
    }

    private void end(Given given, Optional<String> refusal) {
        waiting.remove();
        given.ended.accept(refusal);
        if (!waiting.isEmpty()) {
            ask();
        }
    }
}
