package io.muster.cli.command;

import io.muster.api.bus.BusConnector;
import io.muster.api.shell.Clock;
import io.muster.cli.terminal.Terminal;
import java.io.InputStream;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Everything outside of a command that it touches.
 *
 * @param brokers makes the connector to the broker at an address; throws {@link
 *     IllegalArgumentException}, saying why, if that is none
 * @param fault is told of a bug, on another thread
 */
public record Surroundings(
        Terminal terminal,
        InputStream input,
        Map<String, String> environment,
        Function<String, BusConnector> brokers,
        Clock clock,
        RandomGenerator random,
        Consumer<Throwable> fault) {}
