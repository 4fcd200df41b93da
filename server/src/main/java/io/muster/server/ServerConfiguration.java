package io.muster.server;

import io.muster.api.name.ClusterName;
import io.muster.broker.ListenAddress;
import io.muster.server.core.ServerSettings;
import io.muster.server.hook.Hook;
import io.muster.transport.mqtt.MqttAccess;
import io.muster.transport.mqtt.MqttAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a server was told, checked before anything starts.
 *
 * @param hooks that look at each update
 * @param stateFolder where the store is; empty to keep everything in memory
 */
record ServerConfiguration(
        ClusterName cluster,
        BrokerChoice broker,
        Optional<Path> stateFolder,
        ServerSettings settings,
        List<Hook> hooks,
        Optional<StartupManifest> manifest) {
    /** Which broker is used. */
    sealed interface BrokerChoice {
        /**
         * One in this process.
         *
         * @param trace file for a line per message
         */
        record Embedded(ListenAddress address, Optional<Path> trace) implements BrokerChoice {}

        /** One that runs already. */
        record External(MqttAddress address, MqttAccess access) implements BrokerChoice {}
    }
}
