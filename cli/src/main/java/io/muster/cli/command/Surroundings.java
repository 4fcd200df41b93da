package io.muster.cli.command;

import io.muster.api.bus.BusConnector;
import io.muster.api.program.BrokerLogin;
import io.muster.api.program.ProgramFailure;
import io.muster.api.shell.Clock;
import io.muster.cli.terminal.Terminal;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Everything outside of a command that it touches.
 *
 * @param user who runs the command
 * @param brokers knows the way to a broker
 * @param programs starts other programs of Muster
 * @param fault is told of a bug, on another thread
 */
public record Surroundings(
        Terminal terminal,
        InputStream input,
        Map<String, String> environment,
        String user,
        Brokers brokers,
        Programs programs,
        Clock clock,
        RandomGenerator random,
        Consumer<Throwable> fault) {
    /** Knows the way to a broker. */
    @FunctionalInterface
    public interface Brokers {
        /**
         * Makes a connector; nothing is connected yet.
         *
         * @throws IllegalArgumentException saying why the URL is none
         * @throws ProgramFailure if the login makes no sense, or its files cannot be read
         */
        BusConnector at(String url, BrokerLogin login) throws ProgramFailure;
    }

    /** Starts other programs of Muster. */
    @FunctionalInterface
    public interface Programs {
        /**
         * Starts one with the streams of this one, and waits for its end.
         *
         * @return its exit code
         * @throws ProgramFailure if it is not there, or cannot be started
         */
        int run(String program, List<String> arguments) throws ProgramFailure, InterruptedException;
    }
}
