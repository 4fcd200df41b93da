package io.muster.simulators;

import io.muster.api.bus.Publication;
import io.muster.api.topic.Topic;
import io.muster.testkit.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What happened in a run, line by line: the same seed gives the same. */
public final class Trace {
    private final World world;
    private final List<Entry> entries = new ArrayList<>();

    /** Written only when somebody reads it. */
    private record Entry(boolean isStep, Duration at, Object what) {
        String line() {
            return "%12.6f %s".formatted(at.toNanos() / 1e9, what);
        }
    }

    private record Message(String from, Topic topic, int size) {
        @Override
        public String toString() {
            return "%s -> %s %d bytes".formatted(from, topic, size);
        }
    }

    Trace(World world) {
        this.world = world;
    }

    /** Something that the plan says, or that concerns the whole run. */
    void step(String what) {
        add(true, "** " + what);
    }

    /** A message that came of it. */
    void add(String from, Publication publication) {
        add(false, new Message(from, publication.topic(), publication.payload().size()));
    }

    private void add(boolean isStep, Object what) {
        entries.add(new Entry(isStep, world.elapsed(), what));
    }

    /** Returns all lines so far. */
    public List<String> lines() {
        return entries.stream().map(Entry::line).toList();
    }

    /** Returns the lines of what the plan says. */
    public List<String> steps() {
        return entries.stream().filter(Entry::isStep).map(Entry::line).toList();
    }

    /** Returns how many lines there are so far. */
    int size() {
        return entries.size();
    }

    /** Returns the lines from one on, of messages too if that is wanted; they count from 0. */
    List<String> since(int first, boolean withMessages) {
        return entries.subList(first, entries.size()).stream()
                .filter(entry -> withMessages || entry.isStep())
                .map(Entry::line)
                .toList();
    }

    /** Returns the last lines, for a message. */
    public String tail(int count) {
        return entries.stream()
                .skip(Math.max(0, entries.size() - count))
                .map(Entry::line)
                .collect(Collectors.joining("\n"));
    }
}
