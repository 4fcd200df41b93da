package io.muster.cli.command;

import io.muster.api.name.AgentName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.path.FieldMask;
import io.muster.api.program.ProgramFailure;
import io.muster.api.request.Request.GetState;
import io.muster.api.request.Request.UpdateState;
import io.muster.api.request.Response;
import io.muster.api.request.Response.Touched;
import io.muster.api.state.Drained;
import io.muster.api.state.State;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import io.muster.cli.cluster.ClusterFailure;
import io.muster.cli.cluster.Connection;
import io.muster.cli.wait.WaitLogic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Future;

/**
 * A change of the desired state, and the wait until reality has followed: what apply, run and
 * delete have in common.
 *
 * @param tree holds what is wished for; what the masks name and this lacks is deleted
 * @param workloads that it is about
 * @param masks of all that it is about
 * @param ifRevision the desired state must be at it
 */
record Update(
        Node.Entries tree,
        List<WorkloadName> workloads,
        List<FieldMask> masks,
        Optional<Revision> ifRevision) {
    private static final Map<WorkloadName, String> NO_RUNTIMES = Map.of();
    private static final String WAITING =
            "Waiting for workload(s) to reach desired states (press Ctrl+C to interrupt).";

    /**
     * What the commands say of an update that was accepted.
     *
     * @param done if workloads change
     * @param untouched if none does
     */
    record Words(String done, String untouched) {
        static final Words APPLIED =
                new Words(
                        "Successfully applied the manifest(s).",
                        "Apply successful. No workloads updated.");
        static final Words DELETED =
                new Words(
                        "Successfully deleted what the manifest(s) name.",
                        "Delete successful. No workloads deleted.");
        static final Words DELETED_WORKLOADS =
                new Words(
                        "Successfully deleted the workload(s).",
                        "Delete successful. No workloads deleted.");
        static final Words RUN =
                new Words("Successfully set the workload.", "The workload is as wished already.");
        static final Words SET =
                new Words("Successfully set the state.", "Set successful. No workloads updated.");
        static final Words DRAINED =
                new Words(
                        "Drained: what runs there is stopped, and nothing starts.",
                        "Drained. No workload is meant to run there.");
        static final Words UNDRAINED =
                new Words(
                        "Not drained any more.",
                        "Not drained any more. No workload is meant to run there.");
        static final Words FORGOTTEN = new Words("Deleted the agent(s).", "Deleted the agent(s).");
        static final Words ROLLED_BACK =
                new Words(
                        "Successfully rolled back.", "Rollback successful. No workloads updated.");
    }

    /** Sets everything that is in the state. */
    static Update setting(State wanted) {
        return new Update(
                tree(wanted),
                List.copyOf(wanted.workloads().keySet()),
                masks(wanted),
                Optional.empty());
    }

    /** Deletes everything that is in the state. */
    static Update deleting(State unwanted) {
        return new Update(
                Node.Entries.NONE,
                List.copyOf(unwanted.workloads().keySet()),
                masks(unwanted),
                Optional.empty());
    }

    /** Deletes workloads. */
    static Update deleting(List<WorkloadName> names) {
        var sorted = names.stream().distinct().sorted().toList();
        return new Update(
                Node.Entries.NONE,
                sorted,
                sorted.stream().map(Masks::workload).toList(),
                Optional.empty());
    }

    /** Drains agents. */
    static Update draining(List<AgentName> agents) {
        var drained = new TreeMap<String, Node>();
        for (var agent : agents) {
            drained.put(
                    agent.value(),
                    new Node.Entries(Map.of(Drained.KEY, new Node.Text(Drained.YES))));
        }
        return new Update(
                new Node.Entries(Map.of("agents", new Node.Entries(drained))),
                List.of(),
                masks(agents, Drained.KEY),
                Optional.empty());
    }

    /** Takes that back. */
    static Update undraining(List<AgentName> agents) {
        return new Update(
                Node.Entries.NONE, List.of(), masks(agents, Drained.KEY), Optional.empty());
    }

    /** Has agents forgotten. */
    static Update forgetting(List<AgentName> agents) {
        return new Update(Node.Entries.NONE, List.of(), masks(agents), Optional.empty());
    }

    private static List<FieldMask> masks(List<AgentName> agents, String... below) {
        return agents.stream()
                .map(agent -> {
                    var path = new ArrayList<>(List.of("agents", agent.value()));
                    path.addAll(List.of(below));
                    return new FieldMask(path);
                })
                .toList();
    }

    /**
     * Replaces the whole desired state.
     *
     * @param workloads of the old one and the new one
     */
    static Update whole(State wanted, List<WorkloadName> workloads) {
        return new Update(
                tree(wanted), workloads, List.of(FieldMask.of("desiredState")), Optional.empty());
    }

    /** The same, if the desired state is at this revision. */
    Update ifAt(Revision revision) {
        return new Update(tree, workloads, masks, Optional.of(revision));
    }

    /** Returns what to ask of the server. */
    UpdateState request() {
        var request = new UpdateState(tree, masks);
        return ifRevision.map(request::ifAt).orElse(request);
    }

    private static List<FieldMask> masks(State state) {
        var masks = new ArrayList<FieldMask>();
        state.workloads().keySet().forEach(name -> masks.add(Masks.workload(name)));
        state.configs().keySet().forEach(name -> masks.add(Masks.config(name)));
        return masks;
    }

    private static Node.Entries tree(State state) {
        return new Node.Entries(Map.of("desiredState", StateTree.of(state)));
    }

    /**
     * Sends it and waits.
     *
     * @param words for progress
     * @param what the beginning of the message if it does not work
     */
    void perform(Call call, Connection connection, Words words, String what)
            throws ProgramFailure, InterruptedException {
        boolean follows = !call.settings().noWait();
        try {
            // The runtimes of what is about to vanish: both questions are under way together.
            var before =
                    follows && !call.terminal().isQuiet()
                            ? Optional.of(
                                    connection.begin(
                                            new GetState(Masks.runtimes(workloads), false)))
                            : Optional.<Future<Response>>empty();
            var updated = connection.updated(connection.begin(request()));
            call.terminal()
                    .debug(() ->
                            "accepted as revision %s; instances concerned: %d"
                                    .formatted(updated.revision(), updated.touched().size()));
            Absent.agents(call, connection, updated.ignored());
            if (tree.equals(Node.Entries.NONE) && !workloads.isEmpty()) {
                Absent.workloads(call, connection, untouched(updated));
            }
            boolean changesNothing = !masks.isEmpty() && updated.ignored().size() == masks.size();
            if (changesNothing && !words.equals(Words.SET)) {
                return; // which has been said
            }
            if (updated.touched().isEmpty()) {
                call.terminal().inform(List.of(words.untouched()));
            } else if (follows) {
                call.terminal().inform(List.of(words.done(), WAITING, ""));
                var runtimes =
                        before.isPresent() ? runtimes(call, connection, before.get()) : NO_RUNTIMES;
                var now = Trees.desiredRuntimes(tree);
                new Follower(call, connection)
                        .follow(
                                WaitLogic.begin(
                                        updated.touched(),
                                        target -> runtime(target, now, runtimes)),
                                updated.touched());
            }
        } catch (ClusterFailure e) {
            throw call.failed(what, e);
        }
    }

    private List<WorkloadName> untouched(Response.Updated updated) {
        var names = new ArrayList<>(workloads);
        updated.touched().forEach(target -> names.remove(target.instance().workload()));
        return names;
    }

    /** Only for the table: without them, a column is empty. */
    private static Map<WorkloadName, String> runtimes(
            Call call, Connection connection, Future<Response> before) throws InterruptedException {
        try {
            return Trees.desiredRuntimes(connection.stateOf(before).state());
        } catch (ClusterFailure e) {
            call.terminal().debug(() -> "runtimes are not known: " + e.getMessage());
            return NO_RUNTIMES;
        }
    }

    private static String runtime(
            Touched target, Map<WorkloadName, String> now, Map<WorkloadName, String> before) {
        var name = target.instance().workload();
        var runtime = target.deleted() ? null : now.get(name);
        return runtime == null ? before.getOrDefault(name, "") : runtime;
    }
}
