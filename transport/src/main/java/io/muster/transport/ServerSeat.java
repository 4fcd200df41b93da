package io.muster.transport;

import io.muster.api.bus.BusConnector;
import io.muster.api.bus.BusException;
import io.muster.api.bus.BusListener.Cause;
import io.muster.api.bus.BusListener.Disconnection;
import io.muster.api.bus.BusListener.Retry;
import io.muster.api.bus.Message;
import io.muster.api.bus.Payload;
import io.muster.api.bus.Publication;
import io.muster.api.bus.Session;
import io.muster.api.bus.Subscription;
import io.muster.api.codec.LinkCodec;
import io.muster.api.codec.MalformedMessage;
import io.muster.api.link.ServerPresence;
import io.muster.api.name.Lineage;
import io.muster.api.shell.Serial;
import io.muster.api.topic.Identity;
import io.muster.api.topic.TopicFilter;
import io.muster.api.topic.Topics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The server's name at the broker: taken when nobody else has it, shown as the retained presence,
 * given up when it is taken over.
 *
 * <p>Before each session at a shared broker it looks ({@link Lookout}). While it holds the name it
 * keeps the retained presence right: the will of an earlier connection, which may come late and
 * would tell newcomers that there is no server, is overwritten, and once a minute it reads what is
 * retained, and shows itself again where that is nothing: a broker may lose it and keep its
 * connections. Another server's announcement, which is one of a foreign lineage or of no lower
 * epoch, means that the name is lost.
 */
final class ServerSeat implements Publisher, AutoCloseable {
    private static final Pauses PAUSES = new Pauses(Duration.ofMillis(500), Duration.ofSeconds(30));

    /** A connection that lasted this long was a good one: the next failure is the first again. */
    private static final Duration STEADY = Duration.ofSeconds(10);

    /** Between two corrections of the presence, so that no quarrel floods the broker. */
    private static final Duration CORRECTION_PAUSE = Duration.ofMillis(100);

    /** How often the server looks at its own retained presence. */
    private static final Duration UPKEEP = Duration.ofSeconds(60);

    private static final int REMEMBERED_NONCES = 16;

    private final BusConnector connector;
    private final Topics topics;
    private final List<Subscription> subscriptions;
    private final Serial serial;
    private final RandomGenerator random;
    private final LinkOptions options;
    private final Complaints complaints;
    private final Holder holder;
    private final ArrayDeque<String> ownNonces = new ArrayDeque<>();
    private @Nullable Lookout lookout;
    private @Nullable LinkSession session;
    private @Nullable Slots presence;
    private @Nullable Lineage lineage;
    private String version = "";
    private long epoch;
    private long connection;
    private int failures;
    private boolean correcting;
    private boolean shownAtBroker;
    private boolean closed;

    ServerSeat(
            BusConnector connector,
            Topics topics,
            List<Subscription> subscriptions,
            Serial serial,
            RandomGenerator random,
            LinkOptions options,
            Complaints complaints,
            Holder holder) {
        this.connector = connector;
        this.topics = topics;
        this.subscriptions = subscriptions;
        this.serial = serial;
        this.random = random;
        this.options = options;
        this.complaints = complaints;
        this.holder = holder;
    }

    void start(Lineage ofStore, long firstEpoch, String ofProgram) {
        lineage = ofStore;
        epoch = firstEpoch;
        version = ofProgram;
        take();
    }

    /** Shows a new epoch from now on. */
    void epoch(long newEpoch) {
        epoch = newEpoch;
        show();
    }

    @Override
    public boolean ready() {
        return session != null && session.ready();
    }

    @Override
    public void publish(Publication publication, Consumer<Optional<BusException>> done) {
        if (session == null) {
            var failure =
                    new BusException(
                            publication.topic() + ": there is no connection to the broker", true);
            serial.deliver(() -> done.accept(Optional.of(failure)));
        } else {
            session.publish(publication, done);
        }
    }

    @Override
    public void close() {
        if (!closed && ready()) {
            // in the topic's order behind what was shown before; closing gives it time
            publish(Publication.retained(topics.serverPresence(), shown(false)), _ -> {});
        }
        giveUp();
    }

    private void take() {
        if (closed) {
            return;
        }
        if (options.look().isZero()) {
            sit();
        } else {
            lookout =
                    new Lookout(
                            connector,
                            topics,
                            serial,
                            random,
                            options,
                            complaints,
                            this::isOwn,
                            this::isHarmless,
                            new Looked());
            lookout.start();
        }
    }

    private boolean isOwn(ServerPresence online) {
        return ownNonces.contains(online.nonce());
    }

    /**
     * Says whether an announcement that comes to the name's holder is no other server's: it is our
     * own, or a late one of a predecessor on the same store, which was looked for, as far as the
     * broker lets us. If that lives nevertheless, it sees our higher epoch, and stops.
     */
    private boolean isHarmless(ServerPresence online) {
        return isOwn(online) || (online.lineage().equals(lineage) && online.epoch() < epoch);
    }

    private void sit() {
        var clientId = new Identity.Server(topics.cluster()).clientId();
        var all = new ArrayList<>(subscriptions);
        all.add(LinkSession.live(TopicFilter.of(topics.serverPresence())));
        session =
                new LinkSession(
                        connector,
                        new Session(clientId, options.keepAlive(), this::will),
                        all,
                        serial,
                        random,
                        complaints,
                        new Seated());
        presence = new Slots(session, serial, random, complaints, options.maxPayloadBytes());
        session.start();
    }

    private Optional<Publication> will(String nonce) {
        var gone = presence(false, connection + 1, nonce);
        return Optional.of(Publication.retained(topics.serverPresence(), LinkCodec.encode(gone)));
    }

    private void show() {
        if (presence != null && ready()) {
            presence.put(
                    topics.serverPresence(),
                    () -> Publication.retained(topics.serverPresence(), shown(true)));
        }
    }

    private Payload shown(boolean online) {
        return LinkCodec.encode(presence(online, connection, ownNonces.getLast()));
    }

    private ServerPresence presence(boolean online, long ofConnection, String nonce) {
        if (lineage == null) {
            throw new IllegalStateException("a presence before the start");
        }
        return new ServerPresence(online, lineage, epoch, ofConnection, version, nonce);
    }

    private void judge(Message message) {
        shownAtBroker = true; // rightly or not
        try {
            var told = LinkCodec.decodeServerPresence(message.payload());
            if (!told.online()) {
                correct(); // a will, ours or not: the topic now says that nobody is here
            } else if (!isHarmless(told)) {
                giveUp();
                holder.rival(told);
            } else if (!told.equals(presence(true, connection, ownNonces.getLast()))) {
                correct();
            }
        } catch (MalformedMessage e) {
            holder.malformed(message.topic().value(), String.valueOf(e.getMessage()));
            correct();
        }
    }

    private void correct() {
        if (!correcting) {
            correcting = true;
            serial.after(
                    CORRECTION_PAUSE,
                    () -> {
                        correcting = false;
                        show();
                    });
        }
    }

    /**
     * Looks slowly at what is retained: the message that calls for a correction may be lost, and
     * there is none when the broker has lost what was retained.
     */
    private void keepUp() {
        during(
                connection,
                UPKEEP,
                () -> {
                    if (session != null) {
                        shownAtBroker = false;
                        session.reread(TopicFilter.of(topics.serverPresence()));
                        during(connection, options.presenceDeadline(), this::showIfNothingIsShown);
                    }
                    keepUp();
                });
    }

    private void showIfNothingIsShown() {
        if (!shownAtBroker) {
            show();
        }
    }

    private void during(long ofConnection, Duration delay, Runnable task) {
        serial.after(
                delay,
                () -> {
                    if (!closed && ready() && connection == ofConnection) {
                        task.run();
                    }
                });
    }

    private void giveUp() {
        closed = true;
        if (lookout != null) {
            lookout.close();
        }
        if (session != null) {
            session.close();
        }
    }

    private Duration pause(Retry retry) {
        failures++;
        var pause = PAUSES.after(failures, random);
        return retry instanceof Retry.After(var wanted) && wanted.compareTo(pause) > 0
                ? wanted
                : pause;
    }

    /** Has the seat, and hears what comes to it. */
    interface Holder {
        /** The name is ours, and everything is subscribed to. */
        void seated(long connection);

        /** There is no connection (any more). */
        Retry disconnected(Disconnection why);

        /** Something has come, other than a presence of a server. */
        void received(Message message);

        /** The name is another's. */
        void rival(ServerPresence other);

        /** A presence cannot be read. */
        void malformed(String topic, String why);
    }

    private final class Looked implements Lookout.Watcher {
        @Override
        public void free() {
            sit();
        }

        @Override
        public void rival(ServerPresence other) {
            giveUp();
            holder.rival(other);
        }

        @Override
        public Retry disconnected(Disconnection why) {
            var retry = holder.disconnected(why);
            closed = closed || retry instanceof Retry.Never;
            return retry;
        }
    }

    private final class Seated implements LinkSession.Handler {
        @Override
        public void ready(String nonce) {
            connection++;
            ownNonces.add(nonce);
            if (ownNonces.size() > REMEMBERED_NONCES) {
                ownNonces.remove();
            }
            during(connection, STEADY, () -> failures = 0);
            keepUp();
            show();
            holder.seated(connection);
        }

        @Override
        public Retry disconnected(Disconnection why) {
            if (presence != null) {
                presence.forget();
            }
            var retry = holder.disconnected(why);
            if (why.cause() == Cause.TAKEN_OVER || retry instanceof Retry.Never || closed) {
                closed = true;
                return new Retry.Never();
            }
            if (options.look().isZero()) {
                return retry;
            }
            // Somebody else may have taken the name while we were away: look again, in a session
            // that takes nothing.
            session = null;
            serial.after(pause(retry), ServerSeat.this::take);
            return new Retry.Never();
        }

        @Override
        public void received(Message message) {
            if (message.topic().equals(topics.serverPresence())) {
                judge(message);
            } else {
                holder.received(message);
            }
        }
    }
}
