package io.muster.tests.bench;

import io.muster.api.name.ClusterName;
import io.muster.api.name.WorkloadName;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import io.muster.cli.cluster.ClusterFailure;
import io.muster.cli.cluster.Connection;
import io.muster.cli.cluster.StateFeed;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** A client in this process that changes workloads, and is told their states by events. */
final class Observer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final AtomicReference<Throwable> fault = new AtomicReference<>();
    private final Connection connection;
    private final StateFeed feed;
    private Map<String, String> states = Map.of();

    Observer(int port) {
        var random = new SplittableRandom(1);
        connection =
                Connection.open(
                        Broker.at(port, random.split()),
                        "127.0.0.1",
                        new ClusterName("default"),
                        "bench",
                        Duration.ofSeconds(30),
                        random,
                        fault::set);
        feed = connection.follow(List.of(FieldMask.of("workloadStates")), true);
    }

    /** Sets these workloads, and no others, and returns when that is stored. */
    void apply(Map<WorkloadName, Workload> workloads) throws IOException, InterruptedException {
        var tree =
                new Node.Entries(
                        Map.of("desiredState", StateTree.of(State.of(workloads, Map.of()))));
        try {
            var _ =
                    connection.updated(
                            connection.begin(
                                    new Request.UpdateState(
                                            tree,
                                            List.of(FieldMask.of("desiredState", "workloads")))));
        } catch (ClusterFailure e) {
            throw new IOException("the update failed", e);
        }
    }

    /**
     * Waits until the states are so.
     *
     * @param wanted looks at the state of each instance, such as {@code Running}, by {@code
     *     workload.id}
     */
    void await(String what, Predicate<Map<String, String>> wanted)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!wanted.test(states)) {
                if (System.nanoTime() > end || fault.get() != null) {
                    throw new IOException(
                            what + " did not happen; there is " + states, fault.get());
                }
                feed.next(Duration.ofSeconds(1)).state().ifPresent(tree -> states = read(tree));
            }
        } catch (ClusterFailure e) {
            throw new IOException(what + " did not happen", e);
        }
    }

    private static Map<String, String> read(Node.Entries tree) {
        var states = new TreeMap<String, String>();
        var byAgent = within(tree, "workloadStates");
        for (var agent : byAgent.keySet()) {
            var byWorkload = within(byAgent, agent);
            for (var workload : byWorkload.keySet()) {
                var byId = within(byWorkload, workload);
                for (var id : byId.keySet()) {
                    if (within(byId, id).get("state") instanceof Node.Text text) {
                        states.put(workload + "." + id, text.value());
                    }
                }
            }
        }
        return states;
    }

    private static Map<String, Node> within(Map<String, Node> map, String key) {
        return map.get(key) instanceof Node.Entries(var entries) ? entries : Map.of();
    }

    private static Map<String, Node> within(Node.Entries tree, String key) {
        return within(tree.entries(), key);
    }

    @Override
    public void close() {
        feed.close();
        connection.close();
    }
}
