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
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A client that sets configs of its own to growing numbers, one after the other, on a thread of its
 * own, and remembers what was acknowledged.
 */
final class Writer implements AutoCloseable {
    private static final int CONFIGS = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final String name;
    private final Connection connection;
    private final Map<String, Long> last = new TreeMap<>(); // guarded by this
    private final Thread thread;
    private boolean held; // guarded by this
    private boolean idle; // guarded by this
    private volatile boolean stopped;
    private volatile boolean waits;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong backwards = new AtomicLong();
    private volatile long longest;

    Writer(String name, int port, long seed) {
        this.name = name;
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
        this.thread = Thread.ofVirtual().name(name).start(this::write);
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

    private void write() {
        var revision = Revision.ZERO;
        for (long number = 1; !stopped; number++) {
            try {
                pass();
            } catch (InterruptedException _) {
                return;
            }
            var config = name + "-" + number % CONFIGS;
            long start = System.nanoTime();
            waits = true;
            try {
                var answer = connection.updated(connection.begin(set(config, number)));
                waits = false;
                if (answer.revision().compareTo(revision) <= 0) {
                    backwards.incrementAndGet();
                }
                revision = answer.revision();
                synchronized (this) {
                    last.put(config, number);
                }
                acknowledged.incrementAndGet();
            } catch (ClusterFailure _) {
                waits = false; // whether it happened is not known: a later one is as good
            } catch (InterruptedException _) {
                return;
            }
            longest = Math.max(longest, System.nanoTime() - start);
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
    }

    /** Lets it go on. */
    synchronized void release() {
        held = false;
        notifyAll();
    }

    private static Request.UpdateState set(String config, long number) {
        var configs = new Node.Entries(Map.of(config, new Node.Text(Long.toString(number))));
        var state = new Node.Entries(Map.of("configs", configs));
        return new Request.UpdateState(
                new Node.Entries(Map.of("desiredState", state)),
                List.of(FieldMask.of("desiredState", "configs", config)));
    }

    /** Lets it end with the answer that it waits for. */
    void stop() throws InterruptedException {
        stopped = true;
        thread.join(PATIENCE.multipliedBy(2));
    }

    /** Returns what is behind what was acknowledged. */
    synchronized List<String> missing(Node.Entries configs) {
        var missing = new ArrayList<String>();
        last.forEach((config, number) -> {
            long there =
                    configs.entries().get(config) instanceof Node.Text text
                            ? Long.parseLong(text.value())
                            : 0;
            if (there < number) {
                missing.add(
                        "%s: %d was acknowledged, %d is there".formatted(config, number, there));
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
