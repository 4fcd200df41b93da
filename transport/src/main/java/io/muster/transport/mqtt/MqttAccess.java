package io.muster.transport.mqtt;

import java.util.Optional;

/**
 * How the two sides prove who they are.
 *
 * @param credentials ours, if the broker wants them
 * @param authorities who vouches for the broker; empty for those that Java trusts. Only with TLS
 */
public record MqttAccess(
        Optional<Credentials> credentials, Optional<CertificateAuthorities> authorities) {
    /** Nobody proves anything. */
    public static final MqttAccess OPEN = new MqttAccess(Optional.empty(), Optional.empty());
}
