package io.muster.agent.runtime.container;

import io.muster.api.shell.ProcessRef;
import java.io.IOException;
import java.util.Optional;

/** The processes of this machine. */
@FunctionalInterface
interface ProcessTable {
    /** Finds the process of a pid; empty if there is none. */
    Optional<ProcessRef> find(long pid) throws IOException;
}
