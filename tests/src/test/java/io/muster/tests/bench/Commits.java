package io.muster.tests.bench;

import io.muster.api.host.DirectoryDisk;
import io.muster.api.name.ClientName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.api.state.Workload;
import io.muster.api.store.Answer;
import io.muster.api.store.Commit;
import io.muster.api.store.Head;
import io.muster.api.store.PastUpdate;
import io.muster.api.store.StoreException;
import io.muster.server.store.SqliteStore;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Gives a real store what the server gives it for updates, on a disk. */
final class Commits implements AutoCloseable {
    private static final Requester BY = new Requester.Client(new ClientName("operator"));

    private final SqliteStore store;
    private final Map<WorkloadName, Workload> now = new TreeMap<>();
    private final int size;
    private long revision;

    Commits(Path folder, int size) throws StoreException {
        this.size = size;
        this.store = new SqliteStore(folder, new DirectoryDisk(folder), new SplittableRandom(1));
        this.revision = store.open().revision().value();
    }

    /** What one commit takes: the median, and the processor time of this thread on average. */
    record Cost(double millis, double processorMillis) {
        void into(double[] all, double[] processor, int at) {
            all[at] = millis;
            processor[at] = processorMillis;
        }
    }

    /** Commits a change of one workload, again and again, with so many updates in the history. */
    Cost one(int history, int times) throws StoreException {
        return measure(history, times, 1);
    }

    /** Commits a change of all workloads, again and again. */
    Cost all(int history, int times) throws StoreException {
        return measure(history, times, size);
    }

    private Cost measure(int history, int times, int count) throws StoreException {
        var threads = ManagementFactory.getThreadMXBean();
        var millis = new ArrayList<Double>();
        long used = 0;
        for (int i = 0; i < times; i++) {
            var commit = commit(history, count);
            long processor = threads.getCurrentThreadCpuTime();
            long start = System.nanoTime();
            store.commit(commit);
            millis.add((System.nanoTime() - start) / 1e6);
            used += threads.getCurrentThreadCpuTime() - processor;
        }
        millis.sort(null);
        return new Cost(millis.get(millis.size() / 2), used / 1e6 / times);
    }

    private Commit commit(int history, int count) {
        revision++;
        var changed = new TreeMap<WorkloadName, Head.Stored>();
        var before = new TreeMap<WorkloadName, Optional<Workload>>();
        var instances = new ArrayList<InstanceName>();
        var touched = new ArrayList<Response.Touched>();
        for (int i = 0; i < count; i++) {
            var name = new WorkloadName("w" + (revision + i) % size);
            var workload =
                    Workload.of("a0", "native", "command: sleep\nargs: [\"1000000\"]")
                            .withTags(new TreeMap<>(Map.of("version", "v" + revision)));
            var instance = InstanceName.of(name, workload.runtimeConfig(), "a0");
            changed.put(name, new Head.Stored(workload, new Revision(1)));
            before.put(name, Optional.ofNullable(now.put(name, workload)));
            instances.add(instance);
            touched.add(new Response.Touched(instance, new Revision(1), false));
        }
        var updated = new Response.Updated(instances, List.of(), new Revision(revision), touched);
        return new Commit(
                new Revision(revision),
                changed,
                Set.of(),
                Map.of(),
                Set.of(),
                List.of(new Answer(BY, new Response("request" + revision, updated))),
                Optional.empty(),
                List.of(
                        new PastUpdate(
                                new Revision(revision),
                                Optional.of(Instant.EPOCH),
                                Optional.of(BY),
                                before,
                                Map.of())),
                new Revision(Math.max(0, revision - history + 1)));
    }

    @Override
    public void close() {
        store.close();
    }
}
