package io.muster.tests.bench;

import io.muster.api.name.ClusterName;
import io.muster.api.name.Revision;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request;
import io.muster.api.tree.Node;
import io.muster.cli.cluster.ClusterFailure;
import io.muster.cli.cluster.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A client that gives things of its own growing numbers, one after the other, on a thread of its
 * own, and remembers what was acknowledged.
 */
final class Writer implements AutoCloseable {
    private static final int CONFIGS = 20;
    private static final Duration AFTER_FAILURE = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final String name;
    private final Numbered things;
    private final int count;
    private final Duration pause;
    private final Connection connection;
    private final Map<String, Long> last = new TreeMap<>(); // guarded by this
    private final Thread thread;
    private boolean held; // guarded by this
    private boolean idle; // guarded by this
    private volatile boolean stopped;
    private volatile boolean waits;
    private volatile @Nullable RuntimeException fault;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong backwards = new AtomicLong();
    private volatile long longest;

    /** One that sets configs without a pause. */
    Writer(String name, int port, long seed) {
        this(name, port, seed, Numbered.CONFIGS, CONFIGS, Duration.ZERO);
    }

    /**
     * One that takes a pause after each update.
     *
     * @param count how many things it has
     */
    Writer(String name, int port, long seed, Numbered things, int count, Duration pause) {
        this.name = name;
        this.things = things;
        this.count = count;
        this.pause = pause;
        var random = new SplittableRandom(seed);
        this.connection =
                Connection.open(
                        Broker.at(port, random.split()),
                        "127.0.0.1",
                        new ClusterName("default"),
                        name,
                        PATIENCE,
                        random,
                        Throwable::printStackTrace);
        this.thread = Thread.ofVirtual().name(name).start(this::run);
    }

    Connection connection() {
        return connection;
    }

    long acknowledged() {
        return acknowledged.get();
    }

    long backwards() {
        return backwards.get();
    }

    long longestMillis() {
        return TimeUnit.NANOSECONDS.toMillis(longest);
    }

    /** Says whether it waits for an answer. */
    boolean waits() {
        return waits;
    }

    private void run() {
        try {
            write();
        } catch (RuntimeException e) {
            fault = e;
            pauseForGood();
        }
    }

    private synchronized void pauseForGood() {
        idle = true;
        waits = false;
        notifyAll();
    }

    /** One that has ended by a bug must not look like one that has nothing to do. */
    void lookForFault() {
        var bug = fault;
        if (bug != null) {
            throw new IllegalStateException(name + " has a fault", bug);
        }
    }

    private void write() {
        var revision = Revision.ZERO;
        for (long number = 1; !stopped; number++) {
            try {
                pass();
            } catch (InterruptedException _) {
                return;
            }
            var thing = name + "-" + number % count;
            long start = System.nanoTime();
            waits = true;
            try {
                var answer = connection.updated(connection.begin(set(thing, number)));
                waits = false;
                if (answer.revision().compareTo(revision) <= 0) {
                    backwards.incrementAndGet();
                }
                revision = answer.revision();
                synchronized (this) {
                    last.put(thing, number);
                }
                acknowledged.incrementAndGet();
                longest = Math.max(longest, System.nanoTime() - start);
                Thread.sleep(pause);
            } catch (ClusterFailure _) {
                waits = false; // whether it happened is not known: a later one is as good
                longest = Math.max(longest, System.nanoTime() - start);
                if (!rest()) {
                    return;
                }
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    /** Lets a cluster that refuses everything breathe. Says whether to go on. */
    private static boolean rest() {
        try {
            Thread.sleep(AFTER_FAILURE);
            return true;
        } catch (InterruptedException _) {
            return false;
        }
    }

    private synchronized void pass() throws InterruptedException {
        idle = true;
        notifyAll();
        while (held && !stopped) {
            wait();
        }
        idle = false;
    }

    /** Lets it ask nothing more, once it has the answer that it waits for. */
    synchronized void hold() {
        held = true;
    }

    /** Waits until it waits for no answer. */
    synchronized void awaitIdle() throws InterruptedException {
        while (!idle) {
            wait();
        }
        lookForFault();
    }

    /** Lets it go on. */
    synchronized void release() {
        held = false;
        notifyAll();
    }

    private Request.UpdateState set(String thing, long number) {
        var part = new Node.Entries(Map.of(thing, things.of(thing, number)));
        var state = new Node.Entries(Map.of(things.part(), part));
        return new Request.UpdateState(
                new Node.Entries(Map.of("desiredState", state)),
                List.of(FieldMask.of("desiredState", things.part(), thing)));
    }

    /** Lets it end with the answer that it waits for. */
    void stop() throws InterruptedException {
        stopped = true;
        thread.join(PATIENCE.multipliedBy(2));
    }

    /** Returns which things have been acknowledged at all. */
    synchronized Set<String> known() {
        return Set.copyOf(last.keySet());
    }

    /** Says whether its things run somewhere. */
    boolean runs() {
        return things instanceof Numbered.Workloads;
    }

    /** Returns the number of one of its things in a desired state; 0 if it is not there. */
    long number(Node.Entries desiredState, String thing) {
        return desiredState.entries().get(things.part()) instanceof Node.Entries(var all)
                        && all.containsKey(thing)
                ? things.read(Objects.requireNonNull(all.get(thing)))
                : 0;
    }

    /** Returns what is behind what was acknowledged. */
    synchronized List<String> missing(Node.Entries desiredState) {
        var missing = new ArrayList<String>();
        last.forEach((thing, number) -> {
            long there = number(desiredState, thing);
            if (there < number) {
                missing.add("%s: %d was acknowledged, %d is there".formatted(thing, number, there));
            }
        });
        return missing;
    }

    @Override
    public void close() {
        stopped = true;
        thread.interrupt();
        connection.close();
    }
}
