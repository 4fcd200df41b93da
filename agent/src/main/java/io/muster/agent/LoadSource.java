package io.muster.agent;

import io.muster.api.state.AgentAttributes;
import java.io.IOException;

/** Says how busy the node is. */
@FunctionalInterface
public interface LoadSource {
    /** Returns the load since the last call, or since the source was made. May block briefly. */
    AgentAttributes.Status sample() throws IOException;
}
