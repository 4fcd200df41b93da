package io.muster.api.tree;

import io.muster.api.name.WorkloadName;
import java.util.HashSet;
import java.util.Set;

/**
 * What is not known of a state that could be read in part only. Who checks the rest does not
 * complain of what merely follows from that.
 *
 * @param configs the names of configs that are there and could not be read
 * @param anyConfig whether there may be configs of any name besides
 * @param drawing the workloads of which it is not known from which configs they draw
 */
public record Unread(Set<String> configs, boolean anyConfig, Set<WorkloadName> drawing) {
    /** All could be read. */
    public static final Unread NOTHING = new Unread(Set.of(), false, Set.of());

    /** Nothing could be read. */
    public static final Unread EVERYTHING = new Unread(Set.of(), true, Set.of());

    /** Copies the sets. */
    public Unread {
        configs = Set.copyOf(configs);
        drawing = Set.copyOf(drawing);
    }

    /** Says whether a config may be there although it was not read. */
    public boolean mayHave(String config) {
        return anyConfig || configs.contains(config);
    }

    /** What is not known of two states together. */
    public Unread and(Unread other) {
        var allConfigs = new HashSet<>(configs);
        allConfigs.addAll(other.configs);
        var allDrawing = new HashSet<>(drawing);
        allDrawing.addAll(other.drawing);
        return new Unread(allConfigs, anyConfig || other.anyConfig, allDrawing);
    }
}
