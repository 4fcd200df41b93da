package io.muster.api.tree;

import io.muster.api.state.Drained;
import java.util.List;
import java.util.Optional;

/** Knows which fields a state can have, whatever one has. */
public final class StateFields {
    /** The parts of a complete state. */
    public static final List<String> PARTS =
            List.of("desiredState", "workloadStates", "agents", "effectiveState");

    private StateFields() {}

    /**
     * A step of a path that leads to nothing.
     *
     * @param level of the step, from 0
     * @param known what could stand there; empty if nothing could
     */
    public record Stray(int level, List<String> known) {
        /** Copies the list. */
        public Stray {
            known = List.copyOf(known);
        }
    }

    /** Finds the first step of a path that no desired state and no agent can have. */
    public static Optional<Stray> stray(List<String> path) {
        for (int level = 0; level < path.size(); level++) {
            var known = known(path, level);
            if (known.isPresent() && !known.get().contains(path.get(level))) {
                return Optional.of(new Stray(level, known.get()));
            }
        }
        return Optional.empty();
    }

    /** Returns what can stand at a level; empty if anything can. */
    private static Optional<List<String>> known(List<String> path, int level) {
        return switch (level == 0 ? "" : path.getFirst()) {
            case "" -> Optional.of(PARTS);
            case "desiredState" ->
                    level == 1
                            ? Optional.of(StateReader.KEYS)
                            : path.get(1).equals("workloads")
                                    ? ofWorkload(path, level)
                                    : Optional.empty();
            case "agents" ->
                    level == 2
                            ? Optional.of(
                                    List.of(
                                            "status",
                                            "tags",
                                            StatusTree.USAGE,
                                            Drained.KEY,
                                            Drained.AWAY))
                            : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Optional<List<String>> ofWorkload(List<String> path, int level) {
        if (level == 3) {
            return Optional.of(WorkloadReader.KEYS);
        }
        if (level < 3) {
            return Optional.empty();
        }
        return switch (path.get(3)) {
            case "dependencies" ->
                    level == 5 ? Optional.of(WorkloadReader.DEPENDENCY_KEYS) : Optional.empty();
            case "controlInterfaceAccess" ->
                    level == 4 ? Optional.of(AccessReader.KEYS) : Optional.empty();
            default -> Optional.empty();
        };
    }
}
