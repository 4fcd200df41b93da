package io.muster.cli.command;

import io.muster.api.bus.BusConnector;
import io.muster.api.program.ProgramFailure;
import io.muster.cli.cluster.ClusterFailure;
import io.muster.cli.cluster.Connection;
import io.muster.cli.terminal.Terminal;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * One call of a command: what was written, and everything it may touch.
 *
 * @param arguments what was written behind the command
 */
record Call(ParseResult arguments, Settings settings, Surroundings surroundings) {
    Terminal terminal() {
        return surroundings.terminal();
    }

    /** Returns the value of an option of the command; empty if it was not given. */
    Optional<String> value(String option) {
        return given(option).map(spec -> String.valueOf(spec.<Object>getValue()));
    }

    /** Returns all values of an option that may be given more than once. */
    List<String> all(String option) {
        return given(option).<List<String>>map(OptionSpec::getValue).orElse(List.of());
    }

    /** Says whether a flag was given. */
    boolean has(String flag) {
        return value(flag).map(Boolean::parseBoolean).orElse(false);
    }

    private Optional<OptionSpec> given(String option) {
        if (arguments.commandSpec().findOption(option) == null) {
            throw new IllegalStateException(option + " is not declared");
        }
        return Optional.ofNullable(arguments.matchedOption(option));
    }

    /** Returns what was written besides options. */
    List<String> operands() {
        return operands(arguments);
    }

    static List<String> operands(ParseResult arguments) {
        return arguments.matchedPositionalValue(0, List.of());
    }

    ParameterException misuse(String message) {
        return new ParameterException(arguments.commandSpec().commandLine(), message);
    }

    /** Begins to connect; what is to be done before the first question costs no time then. */
    Connection connect() throws ProgramFailure {
        var connector = connectorTo(settings.serverUrl());
        terminal()
                .debug(() ->
                        "connecting to %s, cluster %s"
                                .formatted(settings.serverUrl(), settings.cluster()));
        return Connection.open(
                connector,
                settings.serverUrl(),
                settings.cluster(),
                surroundings.user(),
                settings.patience(),
                surroundings.random(),
                surroundings.fault());
    }

    /** Makes a connector to a broker, with the user's login; nothing is connected yet. */
    BusConnector connectorTo(String url) throws ProgramFailure {
        if (!settings.insecure() && !url.startsWith("mqtts:")) {
            throw new ProgramFailure(
                    ("Missing certificate files: this version has none, so everybody on the way to"
                         + " %s can read and change what is sent; if that is all right, give -k or"
                         + " --insecure before the command, or set MUSTER_INSECURE=true")
                            .formatted(url));
        }
        try {
            return surroundings.brokers().at(url, settings.login());
        } catch (IllegalArgumentException e) {
            var command = arguments.commandSpec();
            throw new ParameterException(
                    command.root().commandLine(), Settings.SERVER_URL + ": " + e.getMessage(), e);
        }
    }

    /** Says what did not work, and why. A connection that failed says both itself. */
    ProgramFailure failed(String what, ClusterFailure why) {
        var reason = String.valueOf(why.getMessage());
        return new ProgramFailure(why.isAboutConnecting() ? reason : what + ": " + reason, why);
    }
}
