package io.muster.agent.runtime.container;

import io.muster.api.runtime.Observation;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A container as its program shows it. Absent fields are empty or 0.
 *
 * @param state the program's word, in lower case
 * @param exited whether the program knows the end of its last run
 * @param exitCode -1 if the program lost track of it
 * @param pid of the main process; 0 if it does not run
 * @param startedAt seconds since 1970; not positive if it never was
 * @param exitedAt likewise
 * @param pod the id of its pod; empty if it is in none
 * @param infra whether it only holds its pod together
 * @param autoRemove whether it is removed when it ends, as far as the program tells
 * @param mounts where something is mounted into it
 */
record Container(
        String id,
        List<String> names,
        Map<String, String> labels,
        String state,
        boolean exited,
        long exitCode,
        long pid,
        long startedAt,
        long exitedAt,
        String pod,
        boolean infra,
        boolean autoRemove,
        List<String> mounts) {
    String label(String key) {
        return labels.getOrDefault(key, "");
    }

    /** Returns what the program and our labels tell. */
    Traits traits() {
        long grace = Json.number(label(Labels.STOP_TIMEOUT));
        return new Traits(
                autoRemove || Boolean.parseBoolean(label(Labels.REMOVES_ITSELF)),
                grace > 0 ? Duration.ofSeconds(grace) : Traits.USUAL_GRACE);
    }

    /**
     * Says whether its run was cut short by the machine: after a reboot podman 4.3 calls it
     * created, later ones exited, but it has started and not ended since.
     */
    boolean isInterrupted() {
        return switch (state) {
            case "created", "configured", "initialized", "exited" ->
                    startedAt > 0 && exitedAt < startedAt;
            default -> false;
        };
    }

    /** Returns what is seen of it, unless it is said to run: then its process counts. */
    Observation withoutProcess() {
        if (isInterrupted()) {
            return new Observation.Interrupted("the machine was restarted");
        }
        return switch (state) {
            case "exited", "dead" -> ended();
            case "stopped" -> // ended, and not cleaned up yet
                    exited ? ended() : new Observation.Stopping(state);
            case "stopping", "removing" -> new Observation.Stopping(state);
            case "created", "configured", "initialized", "restarting" ->
                    new Observation.Starting(state);
            default -> new Observation.Unclear(state);
        };
    }

    private Observation ended() {
        return new Observation.Exited(Math.clamp(exitCode, Integer.MIN_VALUE, Integer.MAX_VALUE));
    }
}
