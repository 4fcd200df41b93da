package io.muster.api.program;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a {@link BrokerLogin}, for programs that read their arguments with picocli. */
public final class BrokerLoginOptions {
    @Option(
            names = "--broker-user",
            paramLabel = "NAME",
            description = "The user for a broker that wants one.")
    private @Nullable String user;

    @Option(
            names = "--broker-password-file",
            paramLabel = "FILE",
            description =
                    "A file with that user's password in its first line. Safer than"
                            + " --broker-password, which everybody on this machine can see; the"
                            + " environment is another way.")
    private @Nullable Path passwordFile;

    @Option(names = "--broker-password", paramLabel = "TEXT", description = "The password itself.")
    private @Nullable String password;

    @Option(
            names = "--broker-ca",
            paramLabel = "FILE",
            description =
                    "Certificates, in PEM, of who vouches for an mqtts:// broker. Default: whom"
                            + " Java trusts.")
    private @Nullable Path authorities;

    /** Returns what was given. */
    public BrokerLogin login() {
        return new BrokerLogin(
                Optional.ofNullable(user),
                Optional.ofNullable(password),
                Optional.ofNullable(passwordFile),
                Optional.ofNullable(authorities));
    }
}
