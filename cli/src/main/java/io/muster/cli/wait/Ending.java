package io.muster.cli.wait;

/** Why an instance is not waited for any more. */
public enum Ending {
    /** It has become what it can: running, ended, impossible to start; or gone, if deleted. */
    REACHED,
    /** Its agent is not connected; it follows when it is. */
    AGENT_AWAY,
    /** Its agent is drained: it does not run there until that is taken back. */
    DRAINED,
    /** Somebody deleted it before it became what was wished. */
    DELETED_MEANWHILE
}
