package io.muster.cli.command;

import io.muster.api.program.ProgramFailure;
import io.muster.cli.arguments.Line;
import io.muster.cli.arguments.Misuse;
import io.muster.cli.cluster.ClusterFailure;
import io.muster.cli.cluster.Connection;
import io.muster.cli.terminal.Terminal;

/**
 * One call of a command: what was written, and everything it may touch.
 *
 * @param line what was written
 */
record Call(Line<Action> line, Settings settings, Surroundings surroundings) {
    Terminal terminal() {
        return surroundings.terminal();
    }

    Misuse misuse(String message) {
        return new Misuse(line.words(), message);
    }

    /** Begins to connect; what is to be done before the first question costs no time then. */
    Connection connect() throws ProgramFailure, Misuse {
        if (!settings.insecure() && !settings.serverUrl().startsWith("mqtts:")) {
            throw new ProgramFailure(
                    ("Missing certificate files: this version has none, so everybody on the way to"
                         + " %s can read and change what is sent; if that is all right, give -k or"
                         + " --insecure before the command, or set MUSTER_INSECURE=true")
                            .formatted(settings.serverUrl()));
        }
        try {
            var connector = surroundings.brokers().at(settings.serverUrl(), settings.login());
            terminal()
                    .debug(() ->
                            "connecting to %s, cluster %s"
                                    .formatted(settings.serverUrl(), settings.cluster()));
            return Connection.open(
                    connector,
                    settings.serverUrl(),
                    settings.cluster(),
                    settings.patience(),
                    surroundings.random(),
                    surroundings.fault());
        } catch (IllegalArgumentException e) {
            throw new Misuse(
                    line.path().getFirst().name(),
                    Settings.SERVER_URL.spelling() + ": " + e.getMessage());
        }
    }

    /** Says what did not work, and why. A connection that failed says both itself. */
    ProgramFailure failed(String what, ClusterFailure why) {
        var reason = String.valueOf(why.getMessage());
        return new ProgramFailure(why.isAboutConnecting() ? reason : what + ": " + reason, why);
    }
}
