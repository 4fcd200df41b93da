package io.muster.sdk;

import io.muster.sdk.MusterException.Kind;
import io.muster.sdk.proto.ControlProto.FromAnkaios;
import io.muster.sdk.proto.ControlProto.Hello;
import io.muster.sdk.proto.ControlProto.ToAnkaios;
import io.muster.sdk.proto.RequestProto.Request;
import io.muster.sdk.proto.RequestProto.Response;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * What is said to one agent after the other, and what is open: decides it, and leaves the FIFOs to
 * {@link Connection}. Safe for threads; nobody reads, writes or opens a file under its lock.
 */
final class Conversation {
    /** The agent closes the interface for a longer one; see docs/control-interface.md. */
    static final int LONGEST_MESSAGE = 1024 * 1024;

    private static final int MOST_EXCHANGES = 1024;

    /** The agent may have ended between the opening and the Hello: then everything begins anew. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Duration PAUSE = Duration.ofMillis(500);

    /**
     * The first refusal may be the echo of a message that the program before this one left half
     * written.
     */
    private static final int MOST_REFUSALS = 3;

    private static final ToAnkaios HELLO =
            ToAnkaios.newBuilder()
                    .setHello(Hello.newBuilder().setProtocolVersion("1.0.0").setExtended(true))
                    .build();

    /** Answers to the program before this one must not be taken for answers to this one. */
    private final String ids = UUID.randomUUID().toString().substring(0, 8) + "-";

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock, all of it.
    private final Map<String, Exchange> open = new LinkedHashMap<>();
    private Optional<MusterException> end = Optional.empty();
    private Optional<Line> line = Optional.empty();
    private Phase phase = Phase.ALONE;
    private Status status = Status.NONE;
    private String trouble = "No agent has opened the FIFOs.";
    private Optional<String> gaveUp = Optional.empty();
    private long patienceNanos;
    private long lastId;
    private int refusals;
    private boolean server = true; // unless the agent tells otherwise

    private enum Phase {
        /** Nobody to write to. */
        ALONE,
        /** Somebody reads, and was not greeted yet. */
        FACING,
        /** Greeted, and the greeting is not returned yet. */
        GREETED,
        /** The agent listens. */
        OPEN
    }

    /** What is written next; without a message this line is given up. */
    record Turn(Line line, Optional<ToAnkaios> message) {}

    String nextId() {
        lock.lock();
        try {
            return ids + ++lastId;
        } finally {
            lock.unlock();
        }
    }

    Status status() {
        lock.lock();
        try {
            return status;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a status; says whether it came in time. */
    boolean await(Predicate<Status> wanted, Duration within) {
        long nanos = Deadlines.nanos(within);
        lock.lock();
        try {
            while (!wanted.test(status) && nanos > 0) {
                if (end.isPresent()) {
                    throw new MusterException(end.get());
                }
                nanos = changed.awaitNanos(nanos);
            }
            return wanted.test(status);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MusterException(e);
        } finally {
            lock.unlock();
        }
    }

    /** Sends it as soon as an agent listens, and to the next agent again if it may be repeated. */
    void begin(Exchange exchange) {
        int size = exchange.message().getSerializedSize();
        if (size > LONGEST_MESSAGE) {
            throw new MusterException(
                    Kind.REFUSED,
                    "the request has %d bytes, and the agent takes %d at most; ask for less at once"
                            .formatted(size, LONGEST_MESSAGE));
        }
        lock.lock();
        try {
            if (end.isPresent()) {
                throw new MusterException(end.get());
            }
            if (open.size() >= MOST_EXCHANGES) {
                throw new MusterException(
                        Kind.BUSY,
                        "%d requests are open already; wait for answers, or close some"
                                .formatted(open.size()));
            }
            open.put(exchange.id(), exchange);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What is told to who waits for something that was closed. */
    static MusterException closedByProgram() {
        return new MusterException(Kind.CLOSED, "closed by this program; begin anew");
    }

    /**
     * Ends a stream, without waiting; tells the agent if it knows of the stream.
     *
     * @param order to the agent, under the id of the stream
     * @param accepted how it answers
     */
    void cancel(Exchange stream, Request.Builder order, Predicate<Response> accepted) {
        stream.answers().end(closedByProgram());
        lock.lock();
        try {
            open.remove(stream.id(), stream);
            if (end.isEmpty() && stream.isSent()) {
                var cancellation =
                        new Exchange(
                                order.setRequestId(stream.id()).build(),
                                Exchange.Nature.ORDER,
                                accepted);
                open.put(cancellation.id(), cancellation);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nobody waits for it any more. Says whether an agent was asked. */
    boolean forget(Exchange exchange) {
        lock.lock();
        try {
            open.remove(exchange.id(), exchange);
            return exchange.isSent();
        } finally {
            lock.unlock();
        }
    }

    /** Says what an answer was waited for in vain for. */
    String trouble() {
        lock.lock();
        try {
            if (!status.agent()) {
                return trouble + " Check that the agent runs";
            }
            return status.server()
                    ? "The agent is there and has not answered. Check the load of server and agent"
                    : "The agent has no connection to the server. Check server and network";
        } finally {
            lock.unlock();
        }
    }

    boolean hasEnded() {
        lock.lock();
        try {
            return end.isPresent();
        } finally {
            lock.unlock();
        }
    }

    /** Ends everything for good; who waits is told. The first reason counts. */
    void end(String why) {
        lock.lock();
        try {
            if (end.isEmpty()) {
                var reason = new MusterException(Kind.CLOSED, why);
                end = Optional.of(reason);
                status = status.alone();
                open.values().forEach(each -> each.answers().end(reason));
                open.clear();
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    // What the reading thread says.

    /** Somebody reads what is written to this line. */
    void facing(Line now) {
        lock.lock();
        try {
            line = Optional.of(now);
            phase = Phase.FACING;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the reason if the agent closes the interface. */
    Optional<String> hear(FromAnkaios message) {
        lock.lock();
        try {
            switch (message.getFromAnkaiosEnumCase()) {
                case CONTROLINTERFACEACCEPTED -> accepted();
                case SERVERCONNECTION -> {
                    server = message.getServerConnection().getConnected();
                    status = status.withServer(server);
                }
                case MISSED -> status = status.plusMissed(message.getMissed().getMessages());
                case RESPONSE -> {
                    var id = message.getResponse().getRequestId();
                    var exchange = Optional.ofNullable(open.get(id));
                    if (exchange.isPresent() && exchange.get().hear(message.getResponse())) {
                        open.remove(id);
                    }
                }
                case CONNECTIONCLOSED -> {
                    var reason = message.getConnectionClosed().getReason();
                    refused(reason);
                    return Optional.of(reason);
                }
                case FROMANKAIOSENUM_NOT_SET -> {} // what later versions may have to say
            }
            changed.signalAll();
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Not before this program has greeted: that was said to the one before it. The agent tells
     * before whether there is a server, so that nobody is told yes for a moment.
     */
    private void accepted() {
        if (phase == Phase.GREETED) {
            refusals = 0;
            phase = Phase.OPEN;
            status = new Status(true, server, status.missed());
        }
    }

    private void refused(String reason) {
        if (phase != Phase.OPEN && ++refusals == MOST_REFUSALS) {
            end(
                    "the agent refuses the control interface: %s; take an SDK that fits the agent"
                            .formatted(reason));
        }
    }

    /** The line is out of use. */
    void over(String why) {
        lock.lock();
        try {
            line = Optional.empty();
            phase = Phase.ALONE;
            status = status.alone();
            trouble = gaveUp.orElse(why);
            gaveUp = Optional.empty();
            open.values().removeIf(each -> !each.outlives(why));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits a little before the next line, unless everything has ended. */
    void pause() {
        long nanos = PAUSE.toNanos();
        lock.lock();
        try {
            while (end.isEmpty() && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        } finally {
            lock.unlock();
        }
    }

    // What the writing thread asks.

    /** Waits until there is something to do; nothing once everything has ended. */
    Optional<Turn> nextTurn() {
        lock.lock();
        try {
            while (end.isEmpty()) {
                var turn = line.flatMap(this::turn);
                if (turn.isPresent()) {
                    return turn;
                }
                if (phase == Phase.GREETED) {
                    patienceNanos = changed.awaitNanos(patienceNanos);
                } else {
                    changed.await();
                }
            }
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        } finally {
            lock.unlock();
        }
    }

    private Optional<Turn> turn(Line now) {
        return switch (phase) {
            case ALONE -> Optional.empty();
            case FACING -> {
                phase = Phase.GREETED;
                server = true; // whatever was told before, was told to others
                patienceNanos = PATIENCE.toNanos();
                yield Optional.of(new Turn(now, Optional.of(HELLO)));
            }
            case GREETED -> {
                if (patienceNanos > 0) {
                    yield Optional.empty();
                }
                phase = Phase.ALONE;
                gaveUp = Optional.of("The agent has not answered the Hello.");
                yield Optional.of(new Turn(now, Optional.empty()));
            }
            case OPEN ->
                    open.values().stream()
                            .filter(each -> !each.isSent())
                            .findFirst()
                            .map(next -> new Turn(now, Optional.of(next.send())));
        };
    }
}
