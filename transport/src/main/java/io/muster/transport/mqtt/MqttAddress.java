package io.muster.transport.mqtt;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Where a broker listens.
 *
 * @param host a name, or an IPv4 or IPv6 address without brackets
 * @param tls whether the connection is encrypted and the broker proves who it is
 */
public record MqttAddress(String host, int port, boolean tls) {
    private static final String FORM =
            "write mqtt://host:port, or mqtts://host:port for TLS; without a port it is 1883 or"
                    + " 8883";
    private static final int PLAIN_PORT = 1883;
    private static final int TLS_PORT = 8883;

    /** Checks the port. */
    public MqttAddress {
        if (host.isEmpty() || port < 1 || port > 65_535) {
            throw new IllegalArgumentException(
                    "%s:%d is no address of a broker; ports are 1 to 65535".formatted(host, port));
        }
    }

    /**
     * Reads {@code mqtt://host[:port]} or {@code mqtts://host[:port]}; IPv6 addresses stand in
     * brackets.
     *
     * @throws IllegalArgumentException with the text, what is wrong and the remedy
     */
    public static MqttAddress parse(String text) {
        URI uri;
        try {
            uri = new URI(text.strip());
        } catch (URISyntaxException e) {
            throw wrong(text, "is no address of a broker (" + e.getReason() + ")", FORM);
        }
        if (uri.getScheme() == null || uri.getRawSchemeSpecificPart().isEmpty()) {
            throw wrong(text, "is no address of a broker", FORM);
        }
        boolean tls =
                switch (uri.getScheme().toLowerCase(Locale.ROOT)) {
                    case "mqtt" -> false;
                    case "mqtts" -> true;
                    default -> throw wrong(text, "does not begin with mqtt:// or mqtts://", FORM);
                };
        if (uri.getRawUserInfo() != null) {
            throw wrong(text, "has a user in it", "give user and password by their own options");
        }
        if (uri.getHost() == null) {
            throw wrong(text, "has no valid host, or no valid port", FORM);
        }
        var path = uri.getRawPath();
        if ((path != null && !path.isEmpty() && !path.equals("/"))
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null) {
            throw wrong(text, "has something after the host and the port", FORM);
        }
        int port = uri.getPort() < 0 ? (tls ? TLS_PORT : PLAIN_PORT) : uri.getPort();
        if (port < 1 || port > 65_535) {
            throw wrong(text, "has a port that does not exist", "ports are 1 to 65535");
        }
        return new MqttAddress(unbracketed(uri.getHost()), port, tls);
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static IllegalArgumentException wrong(String text, String what, String remedy) {
        return new IllegalArgumentException("\"%s\" %s; %s".formatted(text, what, remedy));
    }

    @Override
    public String toString() {
        var shown = host.contains(":") ? "[" + host + "]" : host;
        return "%s://%s:%d".formatted(tls ? "mqtts" : "mqtt", shown, port);
    }
}
