package io.muster.cli.cluster;

import org.jspecify.annotations.Nullable;

/** The cluster did not do or tell what was asked. The message is for people. */
public final class ClusterFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean connecting;

    /** Makes one. */
    public ClusterFailure(String message) {
        super(message);
        this.connecting = false;
    }

    /**
     * Makes one with the failure below it.
     *
     * @param connecting whether it never came to asking
     */
    public ClusterFailure(String message, @Nullable Throwable cause, boolean connecting) {
        super(message, cause);
        this.connecting = connecting;
    }

    /** Says whether it never came to asking: then the message says all there is to say. */
    public boolean isAboutConnecting() {
        return connecting;
    }
}
