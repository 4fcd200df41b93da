package io.muster.api.state;

/**
 * When an image is pulled for a workload in containers. The spelling is that of the manifest.
 *
 * <p>What is started once more, by a restart policy or after a reboot, has its image already.
 */
public enum ImagePullPolicy {
    /** One that is on the node is not pulled again, and no registry is asked. The default. */
    IF_NOT_PRESENT,
    /** The registry is asked each time before a new or updated workload starts. */
    ALWAYS,
    /** It has to be on the node. */
    NEVER
}
