package io.muster.agent.runtime.nativeprocess;

import io.muster.agent.kernel.GrowthWatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the output of all workloads that run, woken by the kernel when one has written, and notes
 * how long it is at that time. Trouble is logged: it must not keep a workload from running. Any
 * thread.
 */
final class OutputKeeper implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OutputKeeper.class);

    private final Map<String, GrowthWatch.Interest> interests = new HashMap<>();
    private final Map<String, OutputCuts> cuts = new HashMap<>();
    private final OutputBound bound;
    private final Duration interval;
    private final InstantSource clock;
    private @Nullable GrowthWatch growth;
    private boolean closed;

    OutputKeeper(OutputBound bound, Duration interval, InstantSource clock) {
        this.bound = bound;
        this.interval = interval;
        this.clock = clock;
    }

    /** Bounds the output now and from now on; once is enough. */
    synchronized void watch(InstanceFolder folder) {
        if (closed || interests.containsKey(folder.name())) {
            return;
        }
        try {
            if (growth == null) { // only an agent with native workloads needs the thread
                growth = GrowthWatch.open(interval);
            }
            interests.put(folder.name(), growth.watch(folder.output(), () -> look(folder)));
        } catch (IOException e) {
            log.atError()
                    .setCause(e)
                    .addKeyValue("folder", folder.path())
                    .log("the output of a native workload is not bounded");
        }
        keep(folder, false);
    }

    /** Looks at the output now. */
    synchronized void look(InstanceFolder folder) {
        keep(folder, interests.containsKey(folder.name()));
    }

    /** The workload has ended: bounds its output a last time. */
    synchronized void finish(InstanceFolder folder) {
        keep(folder, unwatch(folder));
    }

    /** Nobody needs the output any more. */
    synchronized void forget(InstanceFolder folder) {
        unwatch(folder);
        cuts.remove(folder.name());
    }

    /** Returns what is cut from the output; whoever reads it has to know. */
    synchronized OutputCuts cuts(InstanceFolder folder) {
        return cuts.computeIfAbsent(folder.name(), _ -> new OutputCuts());
    }

    private boolean unwatch(InstanceFolder folder) {
        var interest = interests.remove(folder.name());
        if (interest != null) {
            interest.cancel();
        }
        return interest != null;
    }

    /**
     * Notes how long the output is, and bounds it.
     *
     * @param watched the kernel has told of what was written since the last look
     */
    private void keep(InstanceFolder folder, boolean watched) {
        var cut = cuts(folder);
        try {
            synchronized (cut) {
                long length = Files.size(folder.output());
                OutputTimes.of(folder).note(clock.instant(), length, watched);
                bound.keep(folder).ifPresent(cut::add);
            }
        } catch (NoSuchFileException e) {
            log.atDebug()
                    .addKeyValue("folder", folder.path())
                    .log("the instance is being deleted: there is nothing to keep");
        } catch (IOException e) {
            log.atError()
                    .setCause(e)
                    .addKeyValue("folder", folder.path())
                    .log("the output of a native workload is longer than it should be");
        }
    }

    @Override
    public void close() {
        GrowthWatch opened;
        synchronized (this) {
            closed = true;
            interests.clear();
            opened = growth;
        }
        if (opened != null) {
            opened.close(); // outside the lock: it waits for its thread, which may want it
        }
    }
}
