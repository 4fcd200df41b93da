package io.muster.server.core;

import io.muster.api.state.Workload;

/**
 * Says which changes of a workload make it start anew: those of what its container is made of, and
 * of where it runs, with the templates filled in: a config that renders to the same is the same.
 * Tags, restart policy, dependencies and the content of access rules change in place.
 */
final class Restart {
    private Restart() {}

    static boolean isNeeded(Workload before, Workload after) {
        return !before.agent().equals(after.agent())
                || !before.runtime().equals(after.runtime())
                || !before.runtimeConfig().equals(after.runtimeConfig())
                || !before.files().equals(after.files())
                || mountsInterface(before) != mountsInterface(after);
    }

    /**
     * Says the same of one field.
     *
     * @param key of the workload
     */
    static boolean isNeededBy(String key, Workload before, Workload after) {
        return switch (key) {
            case "agent", "runtime", "runtimeConfig", "files" -> true;
            case "controlInterfaceAccess" -> mountsInterface(before) != mountsInterface(after);
            default -> false;
        };
    }

    /** The interface is mounted only for a workload that is allowed something. */
    private static boolean mountsInterface(Workload workload) {
        return workload.controlInterfaceAccess().grantsAny();
    }
}
