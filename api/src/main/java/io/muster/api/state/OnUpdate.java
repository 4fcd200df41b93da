package io.muster.api.state;

import java.util.Locale;

/**
 * What becomes of a workload that runs while one on which it depends is updated, which stops and
 * starts anew.
 */
public enum OnUpdate {
    /** The update waits until the dependent does not run any more. The default. */
    WAIT,
    /** The dependent is stopped, and started anew after the update. */
    RESTART,
    /** The update goes ahead, and the dependent runs on. */
    IGNORE;

    /** Returns the spelling of the manifest: the name in lower case. */
    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }
}
