package io.muster.testkit.topics;

import io.muster.api.name.AgentName;
import io.muster.api.name.ClientName;
import io.muster.api.name.ClusterName;
import io.muster.api.topic.Identity;
import java.util.Locale;

/** The kinds of identities that the table speaks of. */
public enum Role {
    SERVER,
    AGENT,
    CLIENT;

    static Role of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** An identity of this role; agents and clients have this name. */
    public Identity identity(ClusterName cluster, String name) {
        return switch (this) {
            case SERVER -> new Identity.Server(cluster);
            case AGENT -> new Identity.Agent(cluster, new AgentName(name));
            case CLIENT -> new Identity.Client(cluster, new ClientName(name));
        };
    }
}
