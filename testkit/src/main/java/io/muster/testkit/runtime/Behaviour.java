package io.muster.testkit.runtime;

import io.muster.api.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.Optional;

/**
 * What happens to an instance on a fake machine.
 *
 * @param creating how long creating it takes
 * @param failure why creating it fails, when that time has passed
 * @param lifetime how long it runs before it ends by itself; empty for until it is ended
 * @param exitCode what it ends with by itself
 * @param stopping how long ending it takes
 * @param prints what it writes when it starts
 */
public record Behaviour(
        Duration creating,
        Optional<Failure> failure,
        Optional<Duration> lifetime,
        int exitCode,
        Duration stopping,
        String prints) {
    /** Starts at once, runs until it is ended, ends at once. */
    public static final Behaviour LASTING =
            new Behaviour(Duration.ZERO, Optional.empty(), Optional.empty(), 0, Duration.ZERO, "");

    /** A refusal to create. */
    public record Failure(String message, boolean retryable) {
        RuntimeFailure exception() {
            return new RuntimeFailure(message, retryable);
        }
    }

    /** The same, but creating takes time. A very long time is a runtime that hangs. */
    public Behaviour creatingTakes(Duration time) {
        return new Behaviour(time, failure, lifetime, exitCode, stopping, prints);
    }

    /** The same, but creating fails. */
    public Behaviour failing(String message, boolean retryable) {
        return new Behaviour(
                creating,
                Optional.of(new Failure(message, retryable)),
                lifetime,
                exitCode,
                stopping,
                prints);
    }

    /** The same, but it ends by itself. */
    public Behaviour endingAfter(Duration time, int code) {
        return new Behaviour(creating, failure, Optional.of(time), code, stopping, prints);
    }

    /** The same, but ending it takes time. */
    public Behaviour stoppingTakes(Duration time) {
        return new Behaviour(creating, failure, lifetime, exitCode, time, prints);
    }

    /** The same, but it writes something when it starts. */
    public Behaviour printing(String text) {
        return new Behaviour(creating, failure, lifetime, exitCode, stopping, text);
    }
}
