package io.muster.simulators.fleet;

import io.muster.api.bus.session.SessionBus;
import io.muster.api.name.AgentName;
import io.muster.api.name.ClientName;
import io.muster.api.name.WorkloadName;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.shell.Serial;
import io.muster.api.state.Phase;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import io.muster.transport.ClientLink;
import io.muster.transport.LinkOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Who asks the server for workloads, and what it knows. Any thread. */
final class Operator implements AutoCloseable {
    /** So many workloads, or agents, go into one request. */
    static final int PORTION = 500;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Serial serial;
    private final ClientLink link;

    Operator(Ground ground, SplittableRandom random) {
        this.serial = ground.serials().apply("operator");
        this.link =
                new ClientLink(
                        (session, its, listener) ->
                                SessionBus.start(
                                        ground.wires().getFirst(),
                                        session,
                                        its,
                                        listener,
                                        ground.limits(),
                                        random),
                        ground.topics(),
                        new ClientName("fleet-" + HexFormat.of().toHexDigits(random.nextInt())),
                        serial,
                        ground.clock(),
                        random.split(),
                        LinkOptions.DEFAULTS);
        link.start();
    }

    /** Waits for a server. */
    void awaitServer(Duration within) throws FleetFailure, InterruptedException {
        await(
                link.ask(
                        new Request.GetState(
                                List.of(FieldMask.of("desiredState", "apiVersion")), false),
                        within));
    }

    /** Has workloads made or replaced. */
    void apply(Map<WorkloadName, Workload> workloads) throws FleetFailure, InterruptedException {
        for (var names : portions(List.copyOf(workloads.keySet()))) {
            var portion = new TreeMap<WorkloadName, Workload>();
            names.forEach(name -> portion.put(name, workloads.get(name)));
            await(link.ask(change(portion), PATIENCE));
        }
    }

    /** Has one workload made or replaced; the stage completes on the operator's own thread. */
    CompletionStage<Response> begin(WorkloadName name, Workload workload) {
        return link.ask(change(Map.of(name, workload)), PATIENCE);
    }

    /** Has workloads deleted. */
    void delete(List<WorkloadName> names) throws FleetFailure, InterruptedException {
        for (var portion : portions(names)) {
            remove(portion.stream().map(Operator::mask).toList());
        }
    }

    /** Has agents forgotten that are not connected any more. */
    void forget(List<AgentName> agents) throws FleetFailure, InterruptedException {
        for (var portion : portions(agents)) {
            remove(portion.stream().map(each -> FieldMask.of("agents", each.value())).toList());
        }
    }

    private void remove(List<FieldMask> masks) throws FleetFailure, InterruptedException {
        await(link.ask(new Request.UpdateState(Node.Entries.NONE, masks), PATIENCE));
    }

    /** Counts the workloads of these agents that run as they should, as the server knows. */
    long running(List<AgentName> agents) throws FleetFailure, InterruptedException {
        long running = 0;
        for (var portion : portions(agents)) {
            var masks =
                    portion.stream()
                            .map(each -> FieldMask.of("workloadStates", each.value()))
                            .toList();
            if (await(link.ask(new Request.GetState(masks, false), PATIENCE))
                    instanceof Response.StateAnswer answer) {
                running +=
                        StateTree.workloadStates(answer.state()).stream()
                                .filter(each -> each.phase() == Phase.RUNNING_OK)
                                .count();
            }
        }
        return running;
    }

    private static Request.UpdateState change(Map<WorkloadName, Workload> workloads) {
        return new Request.UpdateState(
                new Node.Entries(
                        Map.of("desiredState", StateTree.of(State.of(workloads, Map.of())))),
                workloads.keySet().stream().map(Operator::mask).toList());
    }

    private static FieldMask mask(WorkloadName name) {
        return FieldMask.of("desiredState", "workloads", name.value());
    }

    private static <T> List<List<T>> portions(List<T> all) {
        var portions = new ArrayList<List<T>>();
        for (int from = 0; from < all.size(); from += PORTION) {
            portions.add(all.subList(from, Math.min(all.size(), from + PORTION)));
        }
        return portions;
    }

    private static Response.Body await(CompletionStage<Response> asked)
            throws FleetFailure, InterruptedException {
        try {
            var answer =
                    asked.toCompletableFuture()
                            .get(PATIENCE.toSeconds() + 10, TimeUnit.SECONDS)
                            .body();
            if (answer instanceof Response.Refused refused) {
                throw new FleetFailure("the server refuses: " + refused.message());
            }
            return answer;
        } catch (ExecutionException e) {
            var cause = e.getCause();
            throw new FleetFailure(
                    String.valueOf(cause == null ? e.getMessage() : cause.getMessage()), e);
        } catch (TimeoutException e) {
            throw new FleetFailure("the server does not answer; look at its log", e);
        }
    }

    @Override
    public void close() {
        link.close();
        serial.after(Duration.ofSeconds(3), serial::close); // after the good-bye
    }
}
