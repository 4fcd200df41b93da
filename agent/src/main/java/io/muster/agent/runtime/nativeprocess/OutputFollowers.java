package io.muster.agent.runtime.nativeprocess;

import io.muster.agent.kernel.GrowthWatch;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells those who follow an output when it has grown, sooner than its bound needs to be looked at.
 * Any thread.
 */
final class OutputFollowers implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofMillis(100);

    private final Map<String, Followers> byFolder = new HashMap<>();
    private @Nullable GrowthWatch growth;

    private record Followers(GrowthWatch.Interest interest, Set<OutputReader> readers) {}

    /** Tells a reader from now on; whatever was written before it has to look for itself. */
    synchronized void add(InstanceFolder folder, OutputReader reader) throws IOException {
        var known = byFolder.get(folder.name());
        if (known == null) {
            if (growth == null) { // only an agent whose logs are followed needs the thread
                growth = GrowthWatch.open(INTERVAL);
            }
            known =
                    new Followers(
                            growth.watch(folder.output(), () -> tell(folder)),
                            new LinkedHashSet<>());
            byFolder.put(folder.name(), known);
        }
        known.readers().add(reader);
        reader.watchedBy(() -> remove(folder, reader));
    }

    private synchronized void remove(InstanceFolder folder, OutputReader reader) {
        var known = byFolder.get(folder.name());
        if (known != null && known.readers().remove(reader) && known.readers().isEmpty()) {
            byFolder.remove(folder.name());
            known.interest().cancel();
        }
    }

    private void tell(InstanceFolder folder) {
        readers(folder).forEach(OutputReader::grown);
    }

    private synchronized List<OutputReader> readers(InstanceFolder folder) {
        var known = byFolder.get(folder.name());
        return known == null ? List.of() : List.copyOf(known.readers());
    }

    @Override
    public void close() {
        GrowthWatch opened;
        synchronized (this) {
            byFolder.clear();
            opened = growth;
            growth = null;
        }
        if (opened != null) {
            opened.close(); // outside the lock: it waits for its thread, which may want it
        }
    }
}
