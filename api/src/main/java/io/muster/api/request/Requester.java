package io.muster.api.request;

import io.muster.api.name.AgentName;
import io.muster.api.name.ClientName;

/** Who asks: derived from the authenticated topic, never from the message. */
public sealed interface Requester {
    /** A client, such as the command line. */
    record Client(ClientName name) implements Requester {
        @Override
        public String toString() {
            return "client/" + name;
        }
    }

    /** An agent, for itself or one of its workloads. */
    record Agent(AgentName name) implements Requester {
        @Override
        public String toString() {
            return "agent/" + name;
        }
    }
}
