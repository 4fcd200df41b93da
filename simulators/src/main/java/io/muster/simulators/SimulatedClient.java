package io.muster.simulators;

import io.muster.api.name.AgentName;
import io.muster.api.name.ClientName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.request.UpdatePlan;
import io.muster.api.shell.Serial;
import io.muster.api.state.CompleteState;
import io.muster.api.state.Drained;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadState;
import io.muster.api.topic.Topics;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import io.muster.testkit.bus.MemoryBroker;
import io.muster.testkit.world.World;
import io.muster.transport.ClientLink;
import io.muster.transport.LinkException;
import io.muster.transport.LinkOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who applies, deletes and rolls back workloads, one update at a time or several of single
 * workloads, and remembers what was acknowledged.
 *
 * <p>After an update whose outcome is unknown, the workload may be as before or as asked, until a
 * later update of it is acknowledged.
 */
public final class SimulatedClient {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** After these nothing was sent. */
    private static final Set<LinkException.Kind> UNSENT =
            EnumSet.of(
                    LinkException.Kind.NOT_CONNECTED,
                    LinkException.Kind.NO_SERVER,
                    LinkException.Kind.BUSY);

    private final ClientLink link;
    private final Map<WorkloadName, Workload> acknowledged = new TreeMap<>();
    private final TreeSet<WorkloadName> uncertain = new TreeSet<>();
    private final List<Revision> seen = new ArrayList<>();
    private final Map<Revision, Map<WorkloadName, Workload>> made = new TreeMap<>();
    private final Invariants invariants;
    private final Rivalry rivalry;
    private Optional<WorkloadName> touched = Optional.empty(); // by what is under way
    private final TreeSet<AgentName> drained = new TreeSet<>();
    private final TreeSet<AgentName> perhapsDrained = new TreeSet<>();
    private final SimulatedPuller puller;
    private final Flights flights = new Flights();
    private final Map<WorkloadName, Begun> begun = new TreeMap<>();
    private Revision newest = Revision.ZERO;
    private boolean busy;
    private int updates;
    private int unknown;
    private int drains;
    private int agentsDeleted;
    private int atOnce;

    SimulatedClient(
            World world,
            MemoryBroker broker,
            Topics topics,
            Invariants invariants,
            Rivalry rivalry) {
        this.invariants = invariants;
        this.rivalry = rivalry;
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
        this.puller = new SimulatedPuller(world, link);
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

    /** Returns the agents that are drained, as far as that is certain. */
    Set<AgentName> drained() {
        return new TreeSet<>(drained);
    }

    /** Returns the agents that are drained, or may be. */
    Set<AgentName> perhapsDrained() {
        return new TreeSet<>(perhapsDrained);
    }

    /** Returns how many drains were acknowledged. */
    int drains() {
        return drains;
    }

    /** Returns how many deletions of agents were acknowledged. */
    int agentsDeleted() {
        return agentsDeleted;
    }

    /** Returns how many updates were acknowledged that may have been under way with others. */
    int atOnce() {
        return atOnce;
    }

    /** Returns who gets images. */
    SimulatedPuller puller() {
        return puller;
    }

    /** Returns how many updates were answered with success. */
    public int updates() {
        return updates;
    }

    /** Returns how many had an outcome that the client was not told. */
    public int unknown() {
        return unknown;
    }

    /**
     * Says what is wrong with a desired state, as far as that is certain at this moment, whatever
     * becomes of an update that is under way; empty if nothing is.
     */
    Optional<String> contradiction(State desired) {
        if (busy && touched.isEmpty()) {
            return Optional.empty(); // it may change everything
        }
        var names = new TreeSet<>(acknowledged.keySet());
        names.addAll(desired.workloads().keySet());
        names.removeAll(uncertain);
        names.removeAll(flights.names());
        touched.ifPresent(names::remove);
        return names.stream()
                .filter(name ->
                        !Objects.equals(acknowledged.get(name), desired.workloads().get(name)))
                .findFirst()
                .map(name ->
                        "%s was acknowledged as %s, and is %s"
                                .formatted(
                                        name,
                                        acknowledged.get(name),
                                        desired.workloads().get(name)));
    }

    /** Says whether an update is under way. */
    public boolean isBusy() {
        return busy || !flights.isEmpty();
    }

    /** Applies a workload, whatever else is under way but the orders that await each other. */
    void applyAtOnce(WorkloadName name, Workload workload) {
        atOnce(name, workload, update -> update);
    }

    /** The same, if the desired state is as it was some answers ago. */
    void applyAtOnceIfUnchanged(WorkloadName name, Workload workload, int age) {
        if (seen.size() > age) {
            var revision = seen.get(seen.size() - 1 - age);
            atOnce(name, workload, update -> update.ifAt(revision));
        }
    }

    /** Deletes a workload, whatever else is under way but the orders that await each other. */
    void deleteAtOnce(WorkloadName name) {
        atOnce(name, null, update -> update);
    }

    private void atOnce(
            WorkloadName name,
            @Nullable Workload workload,
            UnaryOperator<Request.UpdateState> condition) {
        if (busy) {
            return;
        }
        flights.begin(name);
        var update = condition.apply(change(name, workload));
        ask(update)
                .whenComplete((response, failure) -> {
                    if (failure != null) {
                        land(name, missed(failure) ? flights.refused(name) : flights.unknown(name));
                    } else if (response.body() instanceof Response.Updated updated) {
                        update.ifRevision().ifPresent(basedOn -> notStale(basedOn, updated));
                        atOnce++;
                        count(updated);
                        land(name, flights.taken(name, updated.revision(), workload));
                    } else {
                        land(name, flights.refused(name));
                    }
                });
    }

    private void land(WorkloadName name, Flights.Outcome outcome) {
        switch (outcome) {
            case Flights.Outcome.Open _, Flights.Outcome.Unchanged _ -> {}
            case Flights.Outcome.Uncertain _ -> uncertain.add(name);
            case Flights.Outcome.Certain(var wish) -> {
                uncertain.remove(name);
                wish.ifPresentOrElse(
                        each -> acknowledged.put(name, each), () -> acknowledged.remove(name));
            }
        }
    }

    /** Returns the newest revision that was acknowledged. */
    Revision newest() {
        return newest;
    }

    /** Applies a workload, unless an update is under way. */
    public void apply(WorkloadName name, Workload workload) {
        update(name, workload);
    }

    /** Deletes a workload, unless an update is under way. */
    public void delete(WorkloadName name) {
        update(name, null);
    }

    /**
     * Applies a workload if the desired state is as it was some answers ago.
     *
     * @param age 0 for the last answer
     */
    public void applyIfUnchanged(WorkloadName name, Workload workload, int age) {
        if (seen.size() > age) {
            var revision = seen.get(seen.size() - 1 - age);
            update(name, workload, update -> update.ifAt(revision));
        }
    }

    /** Asks what would happen if a workload that nobody wishes were applied. */
    public void dryRun(WorkloadName ghost, Workload workload) {
        if (isBusy()) {
            return;
        }
        busy = true;
        ask(change(ghost, workload).asDryRun())
                .whenComplete((response, failure) -> {
                    busy = false;
                    if (failure == null && response.body() instanceof Response.Planned planned) {
                        var action = planned.plan().workloads().getFirst().action();
                        if (action != UpdatePlan.Action.CREATE) {
                            invariants.broken("a ghost is there already: " + planned);
                        }
                        invariants.looked(Invariants.Promise.DRY_RUN_CHANGES_NOTHING);
                    }
                });
    }

    /**
     * Makes the desired state what it was, if nobody changes it in between.
     *
     * @param choice of one of those that are kept
     */
    public void rollBack(int choice) {
        if (isBusy()) {
            return;
        }
        busy = true;
        ask(new Request.GetHistory())
                .whenComplete((response, failure) -> {
                    if (failure == null
                            && response.body() instanceof Response.History history
                            && !history.entries().isEmpty()) {
                        var entries = history.entries();
                        read(entries.get(choice % entries.size()).revision());
                    } else {
                        busy = false;
                    }
                });
    }

    private void read(Revision revision) {
        ask(new Request.GetHistoryState(revision))
                .whenComplete((response, failure) -> {
                    if (failure == null && response.body() instanceof Response.HistoryState past) {
                        apply(past);
                    } else {
                        busy = false; // it may not be kept any more
                    }
                });
    }

    private void apply(Response.HistoryState past) {
        var workloads = workloadsOf(past);
        var known = made.get(past.entry().revision());
        if (known != null) {
            invariants.looked(Invariants.Promise.HISTORY_IS_TRUE);
            if (!known.equals(workloads)) {
                invariants.broken(
                        "revision %s was %s, and history says %s"
                                .formatted(past.entry().revision(), known, workloads));
            }
        }
        var update =
                new Request.UpdateState(past.state(), List.of(FieldMask.of("desiredState")))
                        .ifAt(past.revision());
        ask(update)
                .whenComplete((response, failure) -> {
                    busy = false;
                    if (failure == null && response.body() instanceof Response.Updated updated) {
                        notStale(past.revision(), updated);
                        uncertain.clear();
                        acknowledged.clear();
                        acknowledged.putAll(workloads);
                        acknowledged(updated);
                    } else if (failure != null && !missed(failure)) {
                        uncertain.addAll(workloads.keySet());
                        uncertain.addAll(acknowledged.keySet());
                    }
                });
    }

    private Map<WorkloadName, Workload> workloadsOf(Response.HistoryState past) {
        if (!(past.state().entries().get("desiredState") instanceof Node.Entries desired)
                || !(StateTree.state(desired, "desiredState")
                        instanceof Outcome.Accepted<State>(var state))) {
            invariants.broken("a past that nobody can read: " + past);
            return Map.of();
        }
        if (state.workloads().keySet().stream()
                .anyMatch(name -> name.value().startsWith(Invariants.GHOST))) {
            invariants.broken("a dry run is in the history: " + past);
        }
        return state.workloads();
    }

    private void update(WorkloadName name, @Nullable Workload workload) {
        update(name, workload, update -> update);
    }

    private void update(
            WorkloadName name,
            @Nullable Workload workload,
            UnaryOperator<Request.UpdateState> condition) {
        if (isBusy()) {
            return;
        }
        busy = true;
        touched = Optional.of(name);
        var update = condition.apply(change(name, workload));
        ask(update)
                .whenComplete((response, failure) -> {
                    busy = false;
                    touched = Optional.empty();
                    if (failure == null && response.body() instanceof Response.Updated updated) {
                        update.ifRevision().ifPresent(basedOn -> notStale(basedOn, updated));
                        uncertain.remove(name);
                        if (workload == null) {
                            acknowledged.remove(name);
                        } else {
                            acknowledged.put(name, workload);
                        }
                        acknowledged(updated);
                    } else if (failure != null && !missed(failure)) {
                        uncertain.add(name);
                    }
                });
    }

    /** Says whether nothing was sent, so that nothing has happened; otherwise nobody knows. */
    private boolean missed(Throwable failure) {
        var cause = failure instanceof CompletionException ? failure.getCause() : failure;
        boolean nothing = cause instanceof LinkException why && UNSENT.contains(why.kind());
        unknown += nothing ? 0 : 1;
        return nothing;
    }

    /** Drains an agent; says whether it was asked for, as no other update is under way. */
    boolean drain(AgentName agent) {
        perhapsDrained.add(agent);
        return update(
                agent,
                new Request.UpdateState(
                        new Node.Entries(
                                Map.of(
                                        "agents",
                                        new Node.Entries(
                                                Map.of(
                                                        agent.value(),
                                                        new Node.Entries(
                                                                Map.of(
                                                                        Drained.KEY,
                                                                        new Node.Text(
                                                                                Drained.YES))))))),
                        List.of(FieldMask.of("agents", agent.value(), Drained.KEY))),
                () -> {
                    drains++;
                    drained.add(agent);
                });
    }

    /** Takes a drain back; says whether it was asked for, as no other update is under way. */
    boolean undrain(AgentName agent) {
        return update(
                agent,
                new Request.UpdateState(
                        Node.Entries.NONE,
                        List.of(FieldMask.of("agents", agent.value(), Drained.KEY))),
                () -> perhapsDrained.remove(agent));
    }

    /** Deletes an agent, unless an update is under way. */
    void deleteAgent(AgentName agent) {
        update(
                agent,
                new Request.UpdateState(
                        Node.Entries.NONE, List.of(FieldMask.of("agents", agent.value()))),
                () -> {
                    agentsDeleted++;
                    perhapsDrained.remove(agent);
                });
    }

    private boolean update(AgentName agent, Request.UpdateState update, Runnable done) {
        if (isBusy()) {
            return false;
        }
        busy = true;
        drained.remove(agent); // until it is known again
        ask(update)
                .whenComplete((response, failure) -> {
                    busy = false;
                    if (failure != null) {
                        missed(failure);
                    } else if (response.body() instanceof Response.Updated updated) {
                        done.run();
                        acknowledged(updated);
                    }
                });
        return true;
    }

    /** Has an agent get so many images. */
    void preload(AgentName agent, int count) {
        puller.pull(agent, count);
    }

    /**
     * As of when what runs of a workload is as wished.
     *
     * @param toldAt the revision of the update whose answer says so
     */
    private record Begun(Revision toldAt, Revision changedAt) {}

    /**
     * Returns the revision of which an instance of this workload must be; empty if that is not
     * known. What was deleted, and is wished again before it was stopped, goes on.
     */
    Optional<Revision> begun(WorkloadName name) {
        return uncertain.contains(name)
                ? Optional.empty()
                : Optional.ofNullable(begun.get(name)).map(Begun::changedAt);
    }

    private void count(Response.Updated updated) {
        updates++;
        for (var each : updated.touched()) {
            if (!each.deleted()) {
                begun.merge(
                        each.instance().workload(),
                        new Begun(updated.revision(), each.changedAt()),
                        (one, other) -> one.toldAt.compareTo(other.toldAt) > 0 ? one : other);
            }
        }
        seen.add(updated.revision());
        newest = updated.revision().compareTo(newest) > 0 ? updated.revision() : newest;
    }

    private void acknowledged(Response.Updated updated) {
        count(updated);
        if (uncertain.isEmpty()) {
            made.put(updated.revision(), Map.copyOf(acknowledged));
        }
    }

    private void notStale(Revision basedOn, Response.Updated updated) {
        invariants.looked(Invariants.Promise.STALE_NEVER_WINS);
        if (!updated.revision().equals(basedOn) && !updated.revision().equals(basedOn.next())) {
            invariants.broken(
                    "an update based on revision %s was taken as %s"
                            .formatted(basedOn, updated.revision()));
        }
    }

    /** An answer that may come from a rival says nothing about what the server did. */
    private CompletionStage<Response> ask(Request.Body body) {
        long before = rivalry.changes();
        return link.ask(body, PATIENCE)
                .thenApply(response -> {
                    if (rivalry.isOn() || rivalry.changes() != before) {
                        throw new IllegalStateException("perhaps the answer of a rival");
                    }
                    return response;
                });
    }

    private static Request.UpdateState change(WorkloadName name, @Nullable Workload workload) {
        var wish = workload == null ? State.EMPTY : State.EMPTY.with(name, workload);
        var tree = StateTree.of(new CompleteState(wish, List.of(), new TreeMap<>(), State.EMPTY));
        return new Request.UpdateState(
                tree, List.of(FieldMask.of("desiredState", "workloads", name.value())));
    }

    /** Asks for the states of all workloads; empty if there was no answer. */
    public void states(Consumer<Optional<List<WorkloadState>>> then) {
        ask(new Request.GetState(List.of(FieldMask.of("workloadStates")), false))
                .whenComplete((response, _) ->
                        then.accept(
                                response != null
                                                && response.body()
                                                        instanceof Response.StateAnswer answer
                                        ? Optional.of(StateTree.workloadStates(answer.state()))
                                        : Optional.empty()));
    }
}
