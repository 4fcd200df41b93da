package io.muster.api.path;

import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.path.ShortDependencies.Place;
import io.muster.api.state.State;
import io.muster.api.tree.Node;
import io.muster.api.tree.Unread;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes the fields of a desired state that masks name to what a new state has there; what the new
 * state lacks is removed.
 *
 * <p>The rules are those of Ankaios: masks are applied one after the other; a field is set even if
 * maps above it are missing; removing what is not there is no error as long as the map that could
 * hold it is; {@code *} is no wildcard here. Masks below workloadStates, effectiveState and agents
 * change nothing in the desired state (for the last, see {@link AgentTags}). The result is
 * validated as far as it was touched. The cost follows what the masks name, not the size of the
 * state.
 */
public final class MaskUpdate {
    private static final String DESIRED_STATE = "desiredState";

    private MaskUpdate() {}

    /**
     * Applies.
     *
     * @param newState a tree with the keys of a complete state, as far as the masks need it
     * @param masks none replace the whole desired state, which must then be there
     */
    public static Outcome<State> apply(State base, Node.Entries newState, List<FieldMask> masks) {
        var merged = merge(base, newState, masks);
        return merged.problems().isEmpty()
                ? Outcome.accepted(merged.state())
                : Outcome.refused(merged.problems());
    }

    /**
     * What became of an update.
     *
     * @param state as far as it could be read
     * @param unread what is not known of it
     * @param problems all that is wrong; if there are none, all could be read
     */
    public record Merged(State state, Unread unread, List<Problem> problems) {
        /** Copies the list. */
        public Merged {
            problems = List.copyOf(problems);
        }
    }

    /** Applies as much as can be read, so that the rest can be checked together with it. */
    public static Merged merge(State base, Node.Entries newState, List<FieldMask> masks) {
        var draft = new Draft(base);
        var problems = new ArrayList<Problem>();
        for (var mask : masks.isEmpty() ? List.of(FieldMask.of()) : masks) {
            apply(draft, newState, mask, problems);
        }
        return draft.finish(problems);
    }

    private static void apply(
            Draft draft, Node.Entries newState, FieldMask mask, List<Problem> problems) {
        var segments = mask.segments();
        if (segments.isEmpty() || segments.equals(List.of(DESIRED_STATE))) {
            replace(draft, newState, problems);
            return;
        }
        boolean found =
                switch (segments.getFirst()) {
                    case DESIRED_STATE -> {
                        var path = segments.subList(1, segments.size());
                        Node wished = newState;
                        if (ShortDependencies.areMetBy(mask)) {
                            wished = ShortDependencies.allSpelledOut(newState, Place.ROOT);
                            draft.spellOut(path.get(1));
                        }
                        yield TreeEdit.find(wished, segments)
                                .map(value -> draft.set(path, value))
                                .orElseGet(() -> draft.remove(path));
                    }
                    case "workloadStates", "effectiveState", "agents" -> true;
                    default -> segments.size() == 1;
                };
        if (!found) {
            problems.add(
                    new Problem(
                            "update mask",
                            "Could not find field " + mask,
                            "name a field whose parent is a map that exists, or give the field a"
                                    + " value"));
        }
    }

    /** Replaces everything; what would delete all workloads by oversight is refused. */
    private static void replace(Draft draft, Node.Entries newState, List<Problem> problems) {
        var path = new ArrayList<String>();
        for (var key : List.of(DESIRED_STATE, "workloads")) {
            path.add(key);
            if (TreeEdit.find(newState, path).isEmpty()) {
                problems.add(
                        new Problem(
                                String.join(".", path),
                                "is missing from a new state that replaces the whole",
                                "give it (workloads: {} for none), or name what to change by"
                                        + " masks"));
                return;
            }
        }
        boolean replaced =
                TreeEdit.find(newState, List.of(DESIRED_STATE))
                        .map(state -> draft.set(List.of(), state))
                        .orElse(false);
        if (!replaced) {
            problems.add(
                    new Problem(
                            DESIRED_STATE,
                            "has no maps of workloads and configs",
                            "write keys and values"));
        }
    }
}
