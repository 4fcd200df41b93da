package io.muster.api.request;

import io.muster.api.name.AgentName;
import io.muster.api.name.ClientName;
import io.muster.api.name.WorkloadName;

/** Who asks: derived from the authenticated topic, never from the message. */
public sealed interface Requester {
    /** A client, such as the command line. */
    record Client(ClientName name) implements Requester {
        @Override
        public String toString() {
            return "client/" + name;
        }
    }

    /**
     * A workload, through its agent, which speaks for it.
     *
     * @param agent whose identity the broker knows
     * @param name of the workload, as the agent says
     */
    record Workload(AgentName agent, WorkloadName name) implements Requester {
        @Override
        public String toString() {
            return "agent/" + agent + "/" + name;
        }
    }
}
