package io.muster.broker;

import io.muster.api.outcome.Outcome;

/**
 * Where the broker listens, written {@code host:port}; an IPv6 address in brackets.
 *
 * @param host a name or an address; of a name, every address it has is listened on
 * @param port 0 for any free one
 */
public record ListenAddress(String host, int port) {
    private static final int HIGHEST_PORT = 65_535;
    private static final String REMEDY =
            "write host:port, such as 127.0.0.1:1883, [::1]:1883 or broker.example.com:1883";

    /** Checks the port. */
    public ListenAddress {
        if (host.isEmpty() || port < 0 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException(
                    "\"%s\" and %d are no host and port".formatted(host, port));
        }
    }

    /** Reads an address. */
    public static Outcome<ListenAddress> parse(String text) {
        int colon = text.lastIndexOf(':');
        int bracket = text.lastIndexOf(']');
        if (colon < 0 || colon < bracket) {
            return refused(text, "names no port");
        }
        var host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            return refused(text, "is an IPv6 address without brackets");
        }
        if (host.isEmpty()) {
            return refused(text, "names no host");
        }
        if (host.chars().anyMatch(c -> c <= ' ' || c == '/' || c == '[' || c == ']')) {
            return refused(text, "is no host and port");
        }
        var digits = text.substring(colon + 1);
        if (!digits.matches("[0-9]{1,5}") || Integer.parseInt(digits) > HIGHEST_PORT) {
            return refused(text, "has no port from 0 to 65535 after the last colon");
        }
        return Outcome.accepted(new ListenAddress(host, Integer.parseInt(digits)));
    }

    private static Outcome<ListenAddress> refused(String text, String what) {
        return Outcome.refused("", "\"" + text + "\" " + what, REMEDY);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
