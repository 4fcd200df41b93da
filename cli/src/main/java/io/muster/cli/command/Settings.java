package io.muster.cli.command;

import io.muster.api.name.ClusterName;
import io.muster.api.name.Names;
import io.muster.api.program.BrokerLogin;
import io.muster.api.program.ConfigFile;
import io.muster.api.program.ProgramFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

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
    static final String SERVER_URL = "--server-url";
    private static final String CONFIG = "--config";
    private static final String CLUSTER = "--cluster";
    private static final String INSECURE = "--insecure";
    private static final String BROKER_USER = "--broker-user";
    private static final String BROKER_PASSWORD_FILE = "--broker-password-file";
    private static final String BROKER_PASSWORD = "--broker-password";
    private static final String BROKER_CA = "--broker-ca";
    private static final String RESPONSE_TIMEOUT = "--response-timeout";
    private static final String NO_WAIT = "--no-wait";
    private static final String QUIET = "--quiet";
    private static final String VERBOSE = "--verbose";

    private static final List<String> FROM_ELSEWHERE =
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

    /** The options that stand before the command. */
    static List<OptionSpec> options() {
        return List.of(
                Specs.value(
                        "URL",
                        "Where the broker of the server is.\nDefault: mqtt://127.0.0.1:1883",
                        "-s",
                        SERVER_URL),
                Specs.value(
                        "FILE",
                        "A configuration file in TOML: version = 'v1', and the keys server_url,"
                                + " cluster, insecure, response_timeout, verbose, quiet, no_wait,"
                                + " and those of the broker. Default: the first there is of"
                                + " ~/.config/muster/muster.conf and /etc/muster/muster.conf",
                        "-x",
                        CONFIG),
                Specs.value("NAME", "The name of the cluster. Default: default", CLUSTER),
                Specs.flag(
                        "Talk to the broker without encryption: everybody on the way can read and"
                                + " change what is sent. Must be given unless the URL begins with"
                                + " mqtts://.",
                        "-k",
                        INSECURE),
                Specs.value("NAME", "The user for a broker that wants one.", BROKER_USER),
                Specs.value(
                        "FILE",
                        "A file with that user's password in its first line. Safer than"
                                + " --broker-password, which everybody on this machine can see.",
                        BROKER_PASSWORD_FILE),
                Specs.value(
                        "TEXT",
                        "The password itself; better in the environment, as"
                                + " MUSTER_BROKER_PASSWORD.",
                        BROKER_PASSWORD),
                Specs.value(
                        "FILE",
                        "Certificates, in PEM, of who vouches for an mqtts:// broker. Default: whom"
                                + " Java trusts.",
                        BROKER_CA),
                Specs.value(
                        "MS",
                        "How long to wait for an answer of the server, in milliseconds. Default:"
                                + " 3000",
                        RESPONSE_TIMEOUT),
                Specs.flag(
                        "End when the server has accepted an update, not when reality has"
                                + " followed.",
                        NO_WAIT),
                Specs.flag("Leave out progress and notes. Wins over -v.", "-q", QUIET),
                Specs.flag("Tell on standard error how it is going.", "-v", VERBOSE));
    }

    /** Reads them. */
    static Settings of(ParseResult line, Map<String, String> environment) throws ProgramFailure {
        var problems = new ArrayList<ProgramFailure>();
        var file = file(line, environment, problems);
        var sources = new Sources(line, environment, file, problems);
        var cluster = sources.text(CLUSTER).orElse("default");
        if (!Names.isName(cluster)) {
            sources.wrong(CLUSTER, cluster, Names.complaint(cluster));
        }
        boolean insecure = sources.flag(INSECURE);
        boolean verbose = sources.flag(VERBOSE);
        boolean quiet = sources.flag(QUIET);
        boolean noWait = sources.flag(NO_WAIT);
        var patience = sources.millis(RESPONSE_TIMEOUT).orElse(Duration.ofSeconds(3));
        if (!problems.isEmpty()) {
            throw ProgramFailure.all(problems);
        }
        return new Settings(
                sources.text(SERVER_URL).orElse("mqtt://127.0.0.1:1883"),
                new ClusterName(cluster),
                insecure,
                verbose,
                quiet,
                noWait,
                new BrokerLogin(
                        sources.text(BROKER_USER),
                        sources.text(BROKER_PASSWORD),
                        sources.text(BROKER_PASSWORD_FILE).map(Path::of),
                        sources.text(BROKER_CA).map(Path::of)),
                patience);
    }

    private static Optional<ConfigFile> file(
            ParseResult line, Map<String, String> environment, List<ProgramFailure> problems)
            throws ProgramFailure {
        var named =
                given(line, CONFIG)
                        .or(() -> Optional.ofNullable(environment.get(PREFIX + "CONFIG")));
        if (named.isPresent()) {
            return Optional.of(read(Path.of(named.get()), problems));
        }
        var places = new ArrayList<Path>();
        var home = environment.getOrDefault("HOME", "");
        if (!home.isEmpty()) {
            places.add(Path.of(home, ".config/muster/muster.conf"));
        }
        places.add(Path.of("/etc/muster/muster.conf"));
        for (var place : places) {
            if (Files.isReadable(place)) {
                return Optional.of(read(place, problems));
            }
        }
        return Optional.empty();
    }

    private static ConfigFile read(Path path, List<ProgramFailure> problems) throws ProgramFailure {
        var file = ConfigFile.read(path);
        var keys = new ArrayList<String>();
        FROM_ELSEWHERE.forEach(option -> keys.add(key(option)));
        file.unknown(keys).forEach(problem -> problems.add(new ProgramFailure(problem)));
        file.notSingle(keys).forEach(problem -> problems.add(new ProgramFailure(problem)));
        return file;
    }

    private static Optional<String> given(ParseResult line, String option) {
        return Optional.ofNullable(line.matchedOption(option))
                .map(spec -> String.valueOf(spec.<Object>getValue()));
    }

    /** Returns what an option is called in a configuration file. */
    private static String key(String option) {
        return option.substring(2).replace('-', '_');
    }

    /** Where values come from. */
    private record Sources(
            ParseResult line,
            Map<String, String> environment,
            Optional<ConfigFile> file,
            List<ProgramFailure> problems) {
        Optional<String> text(String option) {
            return given(line, option).or(() -> fromEnvironment(option)).or(() -> fromFile(option));
        }

        boolean flag(String option) {
            var text = text(option).orElse("false");
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "true", "1" -> true;
                case "false", "0", "" -> false;
                default -> {
                    wrong(option, text, "is neither true nor false");
                    yield false;
                }
            };
        }

        Optional<Duration> millis(String option) {
            var text = text(option);
            if (text.isEmpty()) {
                return Optional.empty();
            }
            var time = text.map(Sources::millisOf);
            if (time.get().isPositive() && time.get().compareTo(MOST_PATIENCE) <= 0) {
                return time;
            }
            wrong(
                    option,
                    text.get(),
                    "is no number of milliseconds from 1 to " + MOST_PATIENCE.toMillis());
            return Optional.empty();
        }

        private static Duration millisOf(String text) {
            try {
                return Duration.ofMillis(Long.parseLong(text));
            } catch (NumberFormatException e) {
                return Duration.ZERO; // out of range, like any other nonsense
            }
        }

        /** Names the place that the value comes from. */
        void wrong(String option, String value, String complaint) {
            var why = ": \"%s\" %s".formatted(value, complaint);
            if (given(line, option).isPresent()) {
                problems.add(ProgramFailure.misuse(option + why));
            } else if (fromEnvironment(option).isPresent()) {
                problems.add(ProgramFailure.misuse(variable(option) + why));
            } else {
                problems.add(new ProgramFailure(file.orElseThrow().placeOf(key(option)) + why));
            }
        }

        private Optional<String> fromEnvironment(String option) {
            return Optional.ofNullable(environment.get(variable(option)));
        }

        private Optional<String> fromFile(String option) {
            return file.flatMap(there -> there.text(key(option)));
        }

        private static String variable(String option) {
            return PREFIX + key(option).toUpperCase(Locale.ROOT);
        }
    }
}
