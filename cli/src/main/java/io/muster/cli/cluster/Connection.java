package io.muster.cli.cluster;

import io.muster.api.bus.BusConnector;
import io.muster.api.host.SystemClock;
import io.muster.api.host.ThreadSerial;
import io.muster.api.name.ClientName;
import io.muster.api.name.ClusterName;
import io.muster.api.name.InstanceName;
import io.muster.api.path.FieldMask;
import io.muster.api.request.LogSelection;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.shell.Serial;
import io.muster.api.topic.Topics;
import io.muster.transport.ClientLink;
import io.muster.transport.LinkException;
import io.muster.transport.LinkOptions;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One run of the command line as a client of the server, under a random name.
 *
 * <p>Blocks the caller until there is an answer, never for longer than the time to respond.
 */
public final class Connection implements AutoCloseable {
    /** How many tasks may wait; a client has few, and they are short. */
    private static final int BOUND = 10_000;

    /** The link ends its waits itself; this much later, something is broken. */
    private static final Duration SLACK = Duration.ofSeconds(10);

    /** Leaves room in a client's name for what makes it unique. */
    private static final int MOST_USER = 40;

    private static final Duration LEAST_GRACE = Duration.ofSeconds(2);
    private static final Duration MOST_GRACE = Duration.ofSeconds(10);

    private final String address;
    private final Duration patience;
    private final Serial serial;
    private final ClientLink link;

    private Connection(String address, Duration patience, Serial serial, ClientLink link) {
        this.address = address;
        this.patience = patience;
        this.serial = serial;
        this.link = link;
    }

    /**
     * Begins to connect, and returns at once.
     *
     * @param address what to call the broker in messages
     * @param user who asks; becomes part of the client's name, which the history shows
     * @param patience how long to wait for each answer
     * @param fault is told of a bug, on another thread
     */
    public static Connection open(
            BusConnector connector,
            String address,
            ClusterName cluster,
            String user,
            Duration patience,
            RandomGenerator random,
            Consumer<Throwable> fault) {
        var serial = new ThreadSerial("muster-client", BOUND, fault);
        var client = clientName(user, random);
        var link =
                new ClientLink(
                        connector,
                        new Topics(cluster),
                        client,
                        serial,
                        new SystemClock(),
                        random,
                        options(patience));
        link.start();
        return new Connection(address, patience, serial, link);
    }

    private static ClientName clientName(String user, RandomGenerator random) {
        var known = user.replaceAll("[^a-zA-Z0-9_-]", "");
        return new ClientName(
                "%s-%s"
                        .formatted(
                                known.isEmpty()
                                        ? "cli"
                                        : known.substring(0, Math.min(known.length(), MOST_USER)),
                                HexFormat.of().toHexDigits(random.nextLong())));
    }

    /** A user who is ready to wait longer has a slow machine or network: connecting is slow too. */
    private static LinkOptions options(Duration patience) {
        var usual = LinkOptions.DEFAULTS;
        var grace =
                patience.compareTo(LEAST_GRACE) < 0
                        ? LEAST_GRACE
                        : patience.compareTo(MOST_GRACE) > 0 ? MOST_GRACE : patience;
        return new LinkOptions(
                usual.keepAlive(),
                usual.presenceDeadline(),
                grace,
                usual.look(),
                usual.renewEvery(),
                usual.maxMessageBytes(),
                usual.chunkBytes(),
                usual.maxBodyBytes());
    }

    /** Asks, and does not wait for the answer yet. */
    public Future<Response> begin(Request.Body question) {
        return link.ask(question, patience).toCompletableFuture();
    }

    /**
     * Asks for a part of the state.
     *
     * @throws ClusterFailure if there is no answer, or a refusal
     */
    public Response.StateAnswer state(List<FieldMask> masks)
            throws ClusterFailure, InterruptedException {
        return stateOf(begin(new Request.GetState(masks, false)));
    }

    /** Waits for the answer to a question for a part of the state. */
    public Response.StateAnswer stateOf(Future<Response> begun)
            throws ClusterFailure, InterruptedException {
        return switch (answer(begun, false)) {
            case Response.StateAnswer state -> state;
            case Response.Refused refused -> throw new ClusterFailure(refused.message());
            case Response.Body _ -> throw misplaced();
        };
    }

    /** Waits for the answer to an update. */
    public Response.Updated updated(Future<Response> begun)
            throws ClusterFailure, InterruptedException {
        return switch (answer(begun, true)) {
            case Response.Updated updated -> updated;
            case Response.Refused refused ->
                    throw new ClusterFailure("SetState failed with: " + refused.message());
            case Response.Body _ -> throw misplaced();
        };
    }

    /**
     * Asks for something that changes nothing.
     *
     * @param kind of the answer
     * @throws ClusterFailure if there is no answer, or a refusal
     */
    public <T extends Response.Body> T ask(Request.Body question, Class<T> kind)
            throws ClusterFailure, InterruptedException {
        var answer = answer(begin(question), false);
        if (kind.isInstance(answer)) {
            return kind.cast(answer);
        }
        throw answer instanceof Response.Refused refused
                ? new ClusterFailure(refused.message())
                : misplaced();
    }

    private static ClusterFailure misplaced() {
        return new ClusterFailure(
                "the server answered something else than was asked; is it of another version?");
    }

    private Response.Body answer(Future<Response> begun, boolean changes)
            throws ClusterFailure, InterruptedException {
        try {
            return begun.get(patience.plus(SLACK).toMillis(), TimeUnit.MILLISECONDS).body();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LinkException failure) {
                throw explained(failure, changes);
            }
            throw new IllegalStateException("asking failed", e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("the link did not end its wait", e);
        }
    }

    private ClusterFailure explained(LinkException failure, boolean changes) {
        var reason = String.valueOf(failure.getMessage());
        return switch (failure.kind()) {
            case NOT_CONNECTED, NO_SERVER -> notConnected(reason, failure);
            case OUTCOME_UNKNOWN ->
                    new ClusterFailure(
                            "Command timed out after '%s': %s"
                                    .formatted(
                                            seconds(patience),
                                            changes
                                                    ? reason
                                                    : "the server did not answer; try again, or"
                                                            + " allow more time with"
                                                            + " --response-timeout"),
                            failure,
                            false);
            case CLOSED ->
                    new ClusterFailure(
                            "Connection to server interrupted: " + reason, failure, false);
            case REFUSED, BUSY -> new ClusterFailure(reason, failure, false);
        };
    }

    private ClusterFailure notConnected(String reason, @Nullable Throwable cause) {
        return new ClusterFailure(
                "Could not connect to Muster server on '%s': %s".formatted(address, reason),
                cause,
                true);
    }

    private static String seconds(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
    }

    /**
     * Keeps a part of the state up to date, until closed.
     *
     * @param enduring whether to wait for a connection that cannot be made to begin with
     */
    public StateFeed follow(List<FieldMask> masks, boolean enduring) {
        var feed = new StateFeed(enduring, why -> notConnected(why, null));
        feed.follows(link.subscribe(masks, feed));
        return feed;
    }

    /** Brings every change of a part of the state, until closed. */
    public EventFeed events(List<FieldMask> masks) {
        return new EventFeed(
                        (from, listener) -> link.subscribe(masks, from, listener),
                        why -> notConnected(why, null))
                .begin();
    }

    /** Brings what workloads write, until closed. */
    public LogsFeed logs(List<InstanceName> instances, LogSelection selection) {
        var feed = new LogsFeed(failure -> explained(failure, false));
        return feed.reads(link.readLogs(instances, selection, patience, feed));
    }

    /** Has images pulled, and tells how that goes, until closed, which ends the pulls. */
    public LogsFeed images(Request.PullImages pull) {
        var feed = new LogsFeed(failure -> explained(failure, false));
        return feed.reads(link.pullImages(pull, patience, feed));
    }

    /**
     * Ends the session. Whatever was handed over before has reached the socket's thread when this
     * returns.
     */
    @Override
    public void close() {
        link.close();
        var done = new CountDownLatch(1);
        serial.deliver(done::countDown);
        try {
            done.await(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        serial.close();
    }
}
