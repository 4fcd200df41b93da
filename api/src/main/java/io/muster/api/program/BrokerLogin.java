package io.muster.api.program;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a user says about how to get into a broker. The options have the same names in all programs:
 * {@code --broker-user}, {@code --broker-password}, {@code --broker-password-file} and {@code
 * --broker-ca}.
 *
 * @param password in clear text; either this or a file
 * @param passwordFile its first line is the password
 * @param authorities certificates in PEM of who vouches for the broker; only with TLS
 */
public record BrokerLogin(
        Optional<String> user,
        Optional<String> password,
        Optional<Path> passwordFile,
        Optional<Path> authorities) {
    /** Nothing is said. */
    public static final BrokerLogin NONE =
            new BrokerLogin(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    @Override
    public String toString() {
        return "BrokerLogin[user=%s, password not shown, authorities=%s]"
                .formatted(user.orElse("none"), authorities.map(Path::toString).orElse("usual"));
    }
}
