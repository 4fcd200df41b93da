package io.muster.api.tree;

import io.muster.api.name.AgentName;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.state.AccessRule;
import io.muster.api.state.AgentAttributes;
import io.muster.api.state.CompleteState;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadFile;
import io.muster.api.state.WorkloadState;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * The state as a tree and back.
 *
 * <p>Keys, their order and what is left out are those of the manifest: empty collections are never
 * there, apart from the maps of the first two levels. One key is ours and not for printing: {@code
 * changedAt} of an execution state, see {@link #printable}.
 *
 * <p>What becomes a domain value is validated on the way: all that is wrong with it is told at
 * once, each with its path.
 */
public final class StateTree {
    private StateTree() {}

    /** The whole tree: desiredState, workloadStates, agents, effectiveState. */
    public static Node.Entries of(CompleteState state) {
        return DomainTree.of(state);
    }

    /** A state with its apiVersion. */
    public static Node.Entries of(State state) {
        return DomainTree.of(state);
    }

    /** One workload. */
    public static Node.Entries of(Workload workload) {
        return DomainTree.of(workload);
    }

    /** One config. */
    public static Node of(ConfigItem item) {
        return DomainTree.of(item);
    }

    /** One rule of a control interface. */
    public static Node.Entries of(AccessRule rule) {
        return DomainTree.of(rule);
    }

    /** One file of a workload. */
    public static Node.Entries of(WorkloadFile file) {
        return DomainTree.of(file);
    }

    /** The map below {@code workloadStates}: agent, workload, instance id, execution state. */
    public static Node.Entries ofWorkloadStates(List<WorkloadState> states) {
        return StatusTree.ofWorkloadStates(states);
    }

    /** The map below {@code agents}. */
    public static Node.Entries ofAgents(SortedMap<AgentName, AgentAttributes> agents) {
        return StatusTree.ofAgents(agents);
    }

    /**
     * Reads a whole state.
     *
     * @param where its path, such as {@code desiredState}; empty if it is the root
     */
    public static Outcome<State> state(Node.Entries tree, String where) {
        var reading = reading(tree, where, Origin.NONE, StateReader.Form.MESSAGE);
        return reading.problems().isEmpty()
                ? Outcome.accepted(reading.state())
                : Outcome.refused(reading.refusal());
    }

    /** Reads as much of a state as can be read, and tells all that is wrong with it. */
    public static Reading part(Node.Entries tree, String where) {
        return reading(tree, where, Origin.NONE, StateReader.Form.MESSAGE);
    }

    /**
     * Reads a state from a manifest, where both versions are known and their shapes are checked.
     *
     * @param origin where the nodes were written
     */
    public static Reading manifest(Node tree, Origin origin) {
        return reading(tree, "", origin, StateReader.Form.MANIFEST);
    }

    /**
     * Reads what somebody wrote of a state, in the shapes of both versions: what is missing may be
     * there already, so that is no problem.
     *
     * @param where its path
     * @param origin where the nodes were written
     */
    public static Reading fragment(Node tree, String where, Origin origin) {
        return reading(tree, where, new Fragment(origin), StateReader.Form.MESSAGE);
    }

    /**
     * Brings what {@link #fragment} has read to the one shape that messages have, without what is
     * unknown or holds nothing.
     */
    public static Node plain(Node tree, Origin origin) {
        return new PlainShape(origin).state(tree);
    }

    /** An origin of which no map is all that there is. */
    private record Fragment(Origin origin) implements Origin {
        @Override
        public String place(Node node) {
            return origin.place(node);
        }

        @Override
        public String place(Node.Entries map, String key) {
            return origin.place(map, key);
        }

        @Override
        public Scalar scalar(Node.Text text) {
            return origin.scalar(text);
        }

        @Override
        public boolean isWhole(Node.Entries map) {
            return false;
        }
    }

    private static Reading reading(Node tree, String where, Origin origin, StateReader.Form form) {
        var findings = new Findings();
        var draft = new StateReader(form).state(Cursor.root(tree, where, origin, findings));
        return new Reading(
                draft.state(),
                draft.unread(),
                findings.problems(),
                findings.warnings(),
                findings.misspelt());
    }

    /**
     * What became of reading a state.
     *
     * @param state as far as it could be read; a text that could not be is empty
     * @param unread what is not known of it; nothing if there are no problems
     * @param misspelt those of the warnings that may be behind problems
     */
    public record Reading(
            State state,
            Unread unread,
            List<Problem> problems,
            List<Problem> warnings,
            List<Problem> misspelt) {
        /** Copies the lists. */
        public Reading {
            problems = List.copyOf(problems);
            warnings = List.copyOf(warnings);
            misspelt = List.copyOf(misspelt);
        }

        /** All problems, with the keys that may be behind them. */
        public List<Problem> refusal() {
            return Stream.concat(problems.stream(), misspelt.stream()).toList();
        }
    }

    /**
     * Reads the execution states out of any part of a complete state, sorted by instance name;
     * those without state and sub-state are left out.
     *
     * @throws IllegalArgumentException if a key is no name, which decoded messages never have
     */
    public static List<WorkloadState> workloadStates(Node.Entries complete) {
        return StatusTree.workloadStates(complete);
    }

    /**
     * Reads the agents out of any part of a complete state.
     *
     * @throws IllegalArgumentException if a key is no name, which decoded messages never have
     */
    public static SortedMap<AgentName, AgentAttributes> agents(Node.Entries complete) {
        return StatusTree.agents(complete);
    }

    /** The same without {@code changedAt} of the execution states, which users never see. */
    public static Node.Entries printable(Node.Entries complete) {
        return StatusTree.printable(complete);
    }
}
