package io.muster.agent;

import io.muster.agent.reconcile.RunningWorkload;
import io.muster.api.link.Load;
import java.io.IOException;
import java.util.List;

/** Says how busy the node is, and with what. */
@FunctionalInterface
public interface LoadSource {
    /**
     * Returns the load since the last call, or since the source was made. May block briefly; one
     * call at a time.
     *
     * @param running of which workloads to tell, as far as they can be measured
     */
    Load sample(List<RunningWorkload> running) throws IOException;
}
