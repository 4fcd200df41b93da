package io.muster.tests.bench;

import io.muster.api.path.FieldMask;
import io.muster.api.tree.Node;
import io.muster.cli.cluster.ClusterFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Clients that change the state side by side, and what they know of it together. */
final class Writers implements AutoCloseable {
    private static final long LIMIT_SECONDS = 180;

    private final List<Writer> all = new ArrayList<>();

    void add(Writer writer) {
        all.add(writer);
    }

    List<Writer> all() {
        return all;
    }

    /** Lets them ask nothing more, once they have the answers that they wait for. */
    void hold() {
        all.forEach(Writer::hold);
    }

    void release() {
        all.forEach(Writer::release);
    }

    /** Waits until each has had an answer from now on. */
    void awaitProgress() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        for (var writer : all) {
            long before = writer.acknowledged();
            while (writer.acknowledged() == before) {
                writer.lookForFault();
                if (System.nanoTime() > end) {
                    throw new IOException("no update came through in " + LIMIT_SECONDS + " s");
                }
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
    }

    /** Returns the desired state as it is stored when all that are held have their answers. */
    Node.Entries stored() throws IOException, InterruptedException {
        for (var writer : all) {
            writer.awaitIdle();
        }
        try {
            var mask = FieldMask.of("desiredState");
            var tree = all.getFirst().connection().state(List.of(mask)).state();
            return tree.entries().get("desiredState") instanceof Node.Entries below
                    ? below
                    : Node.Entries.NONE;
        } catch (ClusterFailure e) {
            throw new IOException("the state cannot be read", e);
        }
    }

    /** Compares what is stored with what was acknowledged, and says what is behind. */
    List<String> missing(Node.Entries stored) {
        return all.stream().flatMap(each -> each.missing(stored).stream()).toList();
    }

    /** Returns how many things there are to compare. */
    long known() {
        return all.stream().mapToLong(each -> each.known().size()).sum();
    }

    long waiting() {
        return all.stream().filter(Writer::waits).count();
    }

    long acknowledged() {
        return all.stream().mapToLong(Writer::acknowledged).sum();
    }

    long backwards() {
        return all.stream().mapToLong(Writer::backwards).sum();
    }

    long longestMillis() {
        return all.stream().mapToLong(Writer::longestMillis).max().orElse(0);
    }

    /** Lets each end with the answer that it waits for. */
    void stop() throws InterruptedException {
        for (var writer : all) {
            writer.stop();
        }
    }

    @Override
    public void close() {
        all.forEach(Writer::close);
    }
}
