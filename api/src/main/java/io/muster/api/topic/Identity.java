package io.muster.api.topic;

import io.muster.api.name.AgentName;
import io.muster.api.name.ClientName;
import io.muster.api.name.ClusterName;
import io.muster.api.name.Names;
import java.util.Optional;

/**
 * Who is connected to the broker, as a role in a cluster. Without TLS the client id tells it; the
 * broker lets nobody in whose client id is none of these.
 */
public sealed interface Identity {
    /** Returns the cluster that the identity belongs to. */
    ClusterName cluster();

    /** Returns the MQTT client id: {@code muster/<cluster>/<role>[/<name>]}. */
    String clientId();

    /** The server; there is one per cluster. */
    record Server(ClusterName cluster) implements Identity {
        @Override
        public String clientId() {
            return "muster/" + cluster + "/server";
        }
    }

    /** An agent; there is one per name. */
    record Agent(ClusterName cluster, AgentName name) implements Identity {
        @Override
        public String clientId() {
            return "muster/" + cluster + "/agent/" + name;
        }
    }

    /** A client, such as the command line. */
    record Client(ClusterName cluster, ClientName name) implements Identity {
        @Override
        public String clientId() {
            return "muster/" + cluster + "/client/" + name;
        }
    }

    /**
     * Somebody who watches with an ordinary MQTT client: may read all topics of the cluster and
     * publish none.
     */
    record Observer(ClusterName cluster, ClientName name) implements Identity {
        @Override
        public String clientId() {
            return "muster/" + cluster + "/observer/" + name;
        }
    }

    /** Reads a client id; empty if it is none of Muster's. */
    static Optional<Identity> parse(String clientId) {
        var parts = clientId.split("/", -1);
        if (parts.length < 3
                || parts.length > 4
                || !parts[0].equals("muster")
                || !Names.isName(parts[1])) {
            return Optional.empty();
        }
        var cluster = new ClusterName(parts[1]);
        if (parts.length == 3) {
            return parts[2].equals("server") ? Optional.of(new Server(cluster)) : Optional.empty();
        }
        if (!Names.isName(parts[3])) {
            return Optional.empty();
        }
        return switch (parts[2]) {
            case "agent" -> Optional.of(new Agent(cluster, new AgentName(parts[3])));
            case "client" -> Optional.of(new Client(cluster, new ClientName(parts[3])));
            case "observer" -> Optional.of(new Observer(cluster, new ClientName(parts[3])));
            default -> Optional.empty();
        };
    }
}
