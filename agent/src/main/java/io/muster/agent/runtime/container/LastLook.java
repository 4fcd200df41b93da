package io.muster.agent.runtime.container;

import io.muster.api.runtime.Found;
import io.muster.api.runtime.Observation.Exited;
import io.muster.api.runtime.Observation.Gone;
import io.muster.api.runtime.Observation.Interrupted;
import io.muster.api.runtime.Observation.Running;
import io.muster.api.runtime.Observation.Starting;
import io.muster.api.runtime.Observation.Stopping;
import io.muster.api.runtime.Observation.Unclear;
import io.muster.api.runtime.RuntimeFailure;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the last look at all containers has shown, as long as another would show the same: podman's
 * database was not written since before that look, and each process that ran runs. Every tenth look
 * is taken all the same, in case this is not true of some podman. Any thread.
 */
final class LastLook {
    private static final int MOST_OMITTED = 9;

    private final PodmanDatabase database;
    private final LiveProcesses processes;
    private final Map<List<String>, Seen> seen = new HashMap<>();
    private final Set<List<String>> known = new HashSet<>();

    private record Seen(PodmanDatabase.Stamp stamp, List<Found> found, int omitted) {
        Seen omittedAgain() {
            return new Seen(stamp, found, omitted + 1);
        }
    }

    /** Takes a look. */
    interface Look {
        List<Found> take() throws RuntimeFailure;
    }

    LastLook(PodmanDatabase database, LiveProcesses processes) {
        this.database = database;
        this.processes = processes;
    }

    /** Takes a look, unless it would show what the last one has shown. */
    synchronized List<Found> orElse(List<String> general, Look look) throws RuntimeFailure {
        if (!known.contains(general)) { // where little is looked at, nothing is to be saved
            var first = look.take();
            if (!first.isEmpty()) {
                known.add(general);
            }
            return first;
        }
        var before = database.stamp(general);
        var last =
                Optional.ofNullable(seen.remove(general))
                        .filter(each -> before.filter(each.stamp::equals).isPresent());
        boolean same = last.isPresent() && allRun(last.get().found);
        if (same && last.get().omitted < MOST_OMITTED) {
            seen.put(general, last.get().omittedAgain());
            return last.get().found;
        }
        var found = look.take();
        if (before.isEmpty() || !before.equals(database.stamp(general))) {
            return found;
        }
        if (same && !last.get().found.equals(found) && allRun(last.get().found)) {
            database.distrust();
            return found;
        }
        if (found.stream().allMatch(LastLook::isSettled)) {
            seen.put(general, new Seen(before.get(), List.copyOf(found), 0));
        }
        return found;
    }

    private boolean allRun(List<Found> found) throws RuntimeFailure {
        for (var each : found) {
            if (each.observation() instanceof Running(var its)) {
                for (var process : its) {
                    if (processes.find(process.pid()).filter(process::equals).isEmpty()) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private static boolean isSettled(Found found) {
        return switch (found.observation()) {
            case Running _, Exited _, Interrupted _ -> true;
            case Starting _, Stopping _, Unclear _, Gone _ -> false;
        };
    }
}
