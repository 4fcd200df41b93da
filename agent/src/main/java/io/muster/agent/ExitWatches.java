package io.muster.agent;

import io.muster.agent.reconcile.Instance;
import io.muster.api.runtime.RuntimeId;
import io.muster.api.shell.ExitWatch;
import io.muster.api.shell.ProcessRef;
import io.muster.api.shell.Serial;
import java.util.HashMap;
import java.util.Map;

/** The main processes of instances that run. All calls from the serial. */
final class ExitWatches {
    private final ExitWatch exits;
    private final Serial serial;
    private final Map<Key, ExitWatch.Watch> watches = new HashMap<>();

    private record Key(String runtime, RuntimeId id, ProcessRef process) {}

    ExitWatches(ExitWatch exits, Serial serial) {
        this.exits = exits;
        this.serial = serial;
    }

    void watch(Instance instance, ProcessRef process, Runnable ended) {
        var key = new Key(instance.runtime(), instance.id(), process);
        var watch = exits.watch(process, () -> serial.deliver(() -> ended(key, ended)));
        var older = watches.put(key, watch);
        if (older != null) {
            older.cancel();
        }
    }

    private void ended(Key key, Runnable ended) {
        if (watches.remove(key) != null) {
            ended.run();
        }
    }

    void unwatch(Instance instance, ProcessRef process) {
        var watch = watches.remove(new Key(instance.runtime(), instance.id(), process));
        if (watch != null) {
            watch.cancel();
        }
    }

    void cancelAll() {
        watches.values().forEach(ExitWatch.Watch::cancel);
        watches.clear();
    }
}
