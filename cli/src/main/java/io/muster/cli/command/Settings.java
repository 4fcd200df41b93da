package io.muster.cli.command;

import io.muster.api.name.ClusterName;
import io.muster.api.name.Names;
import io.muster.api.program.BrokerLogin;
import io.muster.api.program.ConfigFile;
import io.muster.api.program.ProgramFailure;
import io.muster.cli.arguments.Line;
import io.muster.cli.arguments.Misuse;
import io.muster.cli.arguments.Option;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What stands before the command, with what the environment and a configuration file say instead:
 * defaults, then file, then environment, then flags.
 *
 * @param serverUrl the broker at which the server is
 * @param insecure whether it is all right that nothing is encrypted
 * @param verbose whether to tell how it is going
 * @param quiet whether to leave out progress
 * @param noWait whether an update is all, without waiting for what comes of it
 * @param login how to get into the broker
 * @param patience how long to wait for an answer of the server
 */
record Settings(
        String serverUrl,
        ClusterName cluster,
        boolean insecure,
        boolean verbose,
        boolean quiet,
        boolean noWait,
        BrokerLogin login,
        Duration patience) {
    static final Option SERVER_URL =
            Option.value(
                    "-s",
                    "--server-url",
                    "URL",
                    "Where the broker of the server is. Default: mqtt://127.0.0.1:1883");
    static final Option CONFIG =
            Option.value(
                    "-x",
                    "--config",
                    "FILE",
                    "A configuration file in TOML: version = 'v1', and the keys server_url,"
                        + " cluster, insecure, response_timeout, verbose, quiet, no_wait. Default:"
                        + " the first there is of ~/.config/muster/muster.conf and"
                        + " /etc/muster/muster.conf");
    static final Option CLUSTER =
            Option.value("", "--cluster", "NAME", "The name of the cluster. Default: default");
    static final Option INSECURE =
            Option.flag(
                    "-k",
                    "--insecure",
                    "Talk to the broker without encryption: everybody on the way can read and"
                            + " change what is sent. Must be given unless the URL begins with"
                            + " mqtts://.");
    static final Option BROKER_USER =
            Option.value("", "--broker-user", "NAME", "The user for a broker that wants one.");
    static final Option BROKER_PASSWORD_FILE =
            Option.value(
                    "",
                    "--broker-password-file",
                    "FILE",
                    "A file with that user's password in its first line. Safer than"
                            + " --broker-password, which everybody on this machine can see.");
    static final Option BROKER_PASSWORD =
            Option.value(
                    "",
                    "--broker-password",
                    "TEXT",
                    "The password itself; better in the environment, as MUSTER_BROKER_PASSWORD.");
    static final Option BROKER_CA =
            Option.value(
                    "",
                    "--broker-ca",
                    "FILE",
                    "Certificates, in PEM, of who vouches for an mqtts:// broker. Default: whom"
                            + " Java trusts.");
    static final Option RESPONSE_TIMEOUT =
            Option.value(
                    "",
                    "--response-timeout",
                    "MS",
                    "How long to wait for an answer of the server, in milliseconds. Default: 3000");
    static final Option VERBOSE =
            Option.flag("-v", "--verbose", "Tell on standard error how it is going.");
    static final Option QUIET =
            Option.flag("-q", "--quiet", "Leave out progress and notes. Wins over -v.");
    static final Option NO_WAIT =
            Option.flag(
                    "",
                    "--no-wait",
                    "End when the server has accepted an update, not when reality has followed.");

    private static final List<Option> FROM_ELSEWHERE =
            List.of(
                    SERVER_URL,
                    CLUSTER,
                    INSECURE,
                    BROKER_USER,
                    BROKER_PASSWORD_FILE,
                    BROKER_PASSWORD,
                    BROKER_CA,
                    RESPONSE_TIMEOUT,
                    VERBOSE,
                    QUIET,
                    NO_WAIT);
    private static final Duration MOST_PATIENCE = Duration.ofHours(1);
    private static final String PREFIX = "MUSTER_";

    /** Reads them. */
    static Settings of(Line<?> line, Map<String, String> environment)
            throws ProgramFailure, Misuse {
        var sources = new Sources(line, environment, file(line, environment));
        var cluster = sources.text(CLUSTER).orElse("default");
        if (!Names.isName(cluster)) {
            throw sources.misuse(CLUSTER, cluster, Names.complaint(cluster));
        }
        return new Settings(
                sources.text(SERVER_URL).orElse("mqtt://127.0.0.1:1883"),
                new ClusterName(cluster),
                sources.flag(INSECURE),
                sources.flag(VERBOSE),
                sources.flag(QUIET),
                sources.flag(NO_WAIT),
                new BrokerLogin(
                        sources.text(BROKER_USER),
                        sources.text(BROKER_PASSWORD),
                        sources.text(BROKER_PASSWORD_FILE).map(Path::of),
                        sources.text(BROKER_CA).map(Path::of)),
                sources.millis(RESPONSE_TIMEOUT).orElse(Duration.ofSeconds(3)));
    }

    private static Optional<ConfigFile> file(Line<?> line, Map<String, String> environment)
            throws ProgramFailure {
        var named =
                line.value(CONFIG)
                        .or(() -> Optional.ofNullable(environment.get(PREFIX + "CONFIG")));
        if (named.isPresent()) {
            return Optional.of(read(Path.of(named.get())));
        }
        var places = new ArrayList<Path>();
        var home = environment.getOrDefault("HOME", "");
        if (!home.isEmpty()) {
            places.add(Path.of(home, ".config/muster/muster.conf"));
        }
        places.add(Path.of("/etc/muster/muster.conf"));
        for (var place : places) {
            if (Files.isReadable(place)) {
                return Optional.of(read(place));
            }
        }
        return Optional.empty();
    }

    private static ConfigFile read(Path path) throws ProgramFailure {
        var file = ConfigFile.read(path);
        var keys = new ArrayList<String>();
        FROM_ELSEWHERE.forEach(option -> option.key().ifPresent(keys::add));
        file.check(keys);
        return file;
    }

    /** Where values come from. */
    private record Sources(
            Line<?> line, Map<String, String> environment, Optional<ConfigFile> file) {
        Optional<String> text(Option option) {
            return line.value(option).or(() -> fromEnvironment(option)).or(() -> fromFile(option));
        }

        boolean flag(Option option) throws Misuse {
            var text = text(option).orElse("false");
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "true", "1" -> true;
                case "false", "0", "" -> false;
                default -> throw misuse(option, text, "is neither true nor false");
            };
        }

        Optional<Duration> millis(Option option) throws Misuse {
            var text = text(option);
            if (text.isEmpty()) {
                return Optional.empty();
            }
            try {
                var time = Duration.ofMillis(Long.parseLong(text.get()));
                if (time.isPositive() && time.compareTo(MOST_PATIENCE) <= 0) {
                    return Optional.of(time);
                }
            } catch (NumberFormatException e) {
                throw outOfRange(option, text.get());
            }
            throw outOfRange(option, text.get());
        }

        private Misuse outOfRange(Option option, String text) {
            return misuse(
                    option,
                    text,
                    "is no number of milliseconds from 1 to " + MOST_PATIENCE.toMillis());
        }

        /** Names the place that the value comes from. */
        Misuse misuse(Option option, String value, String complaint) {
            var place =
                    line.value(option).isPresent()
                            ? option.spelling()
                            : fromEnvironment(option).isPresent()
                                    ? variable(option)
                                    : option.key().orElse("") + " in the configuration file";
            return new Misuse(
                    line.path().getFirst().name(),
                    "%s: \"%s\" %s".formatted(place, value, complaint));
        }

        private Optional<String> fromEnvironment(Option option) {
            return Optional.ofNullable(environment.get(variable(option)));
        }

        private Optional<String> fromFile(Option option) {
            return file.flatMap(there -> option.key().flatMap(there::text));
        }

        private static String variable(Option option) {
            return PREFIX + option.key().orElse("").toUpperCase(Locale.ROOT);
        }
    }
}
