package io.muster.simulators;

import io.muster.testkit.world.World;
import java.util.ArrayList;
import java.util.List;

/** What happened in a run, line by line: the same seed gives the same. */
public final class Trace {
    private final World world;
    private final List<Entry> entries = new ArrayList<>();

    private record Entry(boolean isStep, String line) {}

    Trace(World world) {
        this.world = world;
    }

    /** Something that the plan says, or that concerns the whole run. */
    void step(String what) {
        add(true, "** " + what);
    }

    /** Something that came of it. */
    void add(String what) {
        add(false, what);
    }

    private void add(boolean isStep, String what) {
        entries.add(
                new Entry(isStep, "%12.6f %s".formatted(world.elapsed().toNanos() / 1e9, what)));
    }

    /** Returns all lines so far. */
    public List<String> lines() {
        return entries.stream().map(Entry::line).toList();
    }

    /** Returns the lines of what the plan says. */
    public List<String> steps() {
        return entries.stream().filter(Entry::isStep).map(Entry::line).toList();
    }

    /** Returns the last lines, for a message. */
    public String tail(int count) {
        var lines = lines();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
    }
}
