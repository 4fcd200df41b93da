package io.muster.api.request;

import io.muster.api.name.AgentName;
import io.muster.api.name.ClientName;

/** To whom agents send logs: somebody with a connection of its own to the broker. */
public sealed interface LogAudience {
    /** A client, which reads for itself. */
    record Client(ClientName name) implements LogAudience {
        @Override
        public String toString() {
            return name.value();
        }
    }

    /** An agent, which reads for its workloads; it gives each request an id of its own. */
    record Agent(AgentName name) implements LogAudience {
        @Override
        public String toString() {
            return "agent/" + name;
        }
    }

    /** Says who hears for a requester. */
    static LogAudience of(Requester requester) {
        return switch (requester) {
            case Requester.Client(var name) -> new Client(name);
            case Requester.Workload(var agent, _) -> new Agent(agent);
        };
    }
}
