package io.muster.simulators;

import io.muster.testkit.world.World;
import java.util.ArrayList;
import java.util.List;

/** What happened in a run, line by line: the same seed gives the same. */
public final class Trace {
    private final World world;
    private final List<String> lines = new ArrayList<>();

    Trace(World world) {
        this.world = world;
    }

    void add(String what) {
        lines.add("%12.6f %s".formatted(world.elapsed().toNanos() / 1e9, what));
    }

    /** Returns all lines so far. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    /** Returns the last lines, for a message. */
    public String tail(int count) {
        return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
    }
}
