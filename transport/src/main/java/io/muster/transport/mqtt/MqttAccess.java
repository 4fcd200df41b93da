package io.muster.transport.mqtt;

import io.muster.api.outcome.InWords;
import io.muster.api.program.BrokerLogin;
import io.muster.api.program.ProgramFailure;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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

    /**
     * Reads the files that a user named, and checks that all of it fits together.
     *
     * @throws ProgramFailure naming the option, what is wrong and the remedy
     */
    public static MqttAccess of(MqttAddress address, BrokerLogin login) throws ProgramFailure {
        return new MqttAccess(credentials(login), authorities(address, login));
    }

    private static Optional<Credentials> credentials(BrokerLogin login) throws ProgramFailure {
        var password = password(login);
        if (login.user().isEmpty()) {
            if (password.isPresent()) {
                throw ProgramFailure.misuse(
                        "there is a password for the broker and no user; add --broker-user");
            }
            return Optional.empty();
        }
        return Optional.of(new Credentials(login.user().get(), password.orElse("")));
    }

    private static Optional<String> password(BrokerLogin login) throws ProgramFailure {
        if (login.passwordFile().isEmpty()) {
            return login.password();
        }
        if (login.password().isPresent()) {
            throw ProgramFailure.misuse(
                    "--broker-password and --broker-password-file: both are given; leave one out");
        }
        var file = login.passwordFile().get();
        try {
            return Optional.of(Files.readString(file).lines().findFirst().orElse(""));
        } catch (IOException e) {
            throw unreadable("--broker-password-file", file, e);
        }
    }

    private static Optional<CertificateAuthorities> authorities(
            MqttAddress address, BrokerLogin login) throws ProgramFailure {
        if (login.authorities().isEmpty()) {
            return Optional.empty();
        }
        var file = login.authorities().get();
        if (!address.tls()) {
            throw ProgramFailure.misuse(
                    "--broker-ca: " + address + " is without TLS; write mqtts://, or leave it out");
        }
        try {
            return Optional.of(CertificateAuthorities.read(file));
        } catch (IOException e) {
            throw unreadable("--broker-ca", file, e);
        }
    }

    private static ProgramFailure unreadable(String option, Path file, IOException why) {
        var what =
                switch (why) {
                    case NoSuchFileException _ -> "there is no file " + file + "; name another";
                    case CharacterCodingException _ -> file + " is no text in UTF-8";
                    default ->
                            why.getClass() == IOException.class
                                    ? String.valueOf(why.getMessage())
                                    : "%s cannot be read (%s); make it readable"
                                            .formatted(file, InWords.of(why));
                };
        return new ProgramFailure(option + ": " + what, why);
    }
}
