package io.muster.transport;

import io.muster.api.bus.BusConnector;
import io.muster.api.bus.BusListener.Cause;
import io.muster.api.bus.BusListener.Disconnection;
import io.muster.api.bus.BusListener.Retry;
import io.muster.api.bus.Message;
import io.muster.api.bus.Session;
import io.muster.api.codec.FrameCodec;
import io.muster.api.codec.LinkCodec;
import io.muster.api.codec.MalformedMessage;
import io.muster.api.codec.RequestCodec;
import io.muster.api.link.ServerPresence;
import io.muster.api.name.ClientName;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import io.muster.api.shell.Serial;
import io.muster.api.topic.Identity;
import io.muster.api.topic.TopicFilter;
import io.muster.api.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether another server is alive, in a short session as a client, which takes no name from
 * anybody.
 *
 * <p>The rule: no presence within {@link LinkOptions#look}, one that says "gone", or our own: the
 * name is free. Any other "online" is a suspect, also one of our own store, of which somebody may
 * run a copy (a backup, a clone of a machine) and acknowledge updates that we know nothing of. It
 * is asked something small, again and again: an answer proves that it lives; its "gone" that it
 * does not; and silence until the presence deadline means that nobody is there who could have said
 * "gone", since some brokers do not retain wills. So a crashed server's retained "online" delays a
 * successor, and locks out nobody.
 *
 * <p>Where the broker does not let us ask (its rules may know us as a server only), a suspect that
 * stays "online" until the deadline is taken for alive, unless it is an earlier one on our own
 * store: a power cut that took the broker with it leaves such a ghost, which must lock nobody out.
 * Where it does not even let us look, we do not.
 */
final class Lookout implements LinkSession.Handler, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lookout.class);
    private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

    private final Topics topics;
    private final Serial serial;
    private final LinkOptions options;
    private final Predicate<ServerPresence> own;
    private final Predicate<ServerPresence> predecessor;
    private final Watcher watcher;
    private final Requester asker;
    private final String id;
    private final LinkSession session;
    private final FrameSender sender;
    private final PresenceView view = new PresenceView();
    private int generation;
    private boolean suspecting;
    private boolean asked;
    private boolean done;

    Lookout(
            BusConnector connector,
            Topics topics,
            Serial serial,
            RandomGenerator random,
            LinkOptions options,
            Complaints complaints,
            Predicate<ServerPresence> own,
            Predicate<ServerPresence> predecessor,
            Watcher watcher) {
        this.topics = topics;
        this.serial = serial;
        this.options = options;
        this.own = own;
        this.predecessor = predecessor;
        this.watcher = watcher;
        this.id = Ids.next(random);
        var name = new ClientName("look-" + id.substring(0, 8));
        this.asker = new Requester.Client(name);
        this.session =
                new LinkSession(
                        connector,
                        Session.withoutWill(
                                new Identity.Client(topics.cluster(), name).clientId(),
                                options.keepAlive()),
                        List.of(LinkSession.withRetained(TopicFilter.of(topics.serverPresence()))),
                        serial,
                        random,
                        complaints,
                        this);
        this.sender = new FrameSender(session, options);
    }

    void start() {
        session.start();
    }

    @Override
    public void ready(String nonce) {
        generation++;
        sender.connected();
        if (view.current().isPresent()) {
            judge();
        } else {
            later(
                    options.look(),
                    () -> {
                        if (view.current().isEmpty()) {
                            finish(watcher::free);
                        }
                    });
        }
    }

    @Override
    public Retry disconnected(Disconnection why) {
        if (why.cause() == Cause.REFUSED) {
            LOG.atWarn()
                    .addKeyValue("reason", why.text())
                    .log("the broker does not let us look for another server first");
            finish(watcher::free);
            return new Retry.Never();
        }
        generation++;
        suspecting = false;
        asked = false;
        view.forget();
        return watcher.disconnected(why);
    }

    @Override
    public void received(Message message) {
        if (message.topic().equals(topics.serverPresence())) {
            learn(message);
        } else if (suspecting && isAnswer(message)) {
            var other = view.current().orElseThrow();
            finish(() -> watcher.rival(other));
        }
    }

    @Override
    public void close() {
        done = true;
        session.close();
    }

    private void learn(Message message) {
        try {
            view.learn(LinkCodec.decodeServerPresence(message.payload()));
            if (session.ready()) {
                judge();
            }
        } catch (MalformedMessage e) {
            LOG.atWarn()
                    .addKeyValue("topic", message.topic())
                    .addKeyValue("reason", e.getMessage())
                    .log("ignored a server's presence that cannot be read");
        }
    }

    private void judge() {
        var seen = view.current().orElseThrow();
        if (!seen.online() || own.test(seen)) {
            finish(watcher::free);
        } else if (!suspecting) {
            suspecting = true;
            LOG.atInfo()
                    .addKeyValue("lineage", seen.lineage())
                    .addKeyValue("epoch", seen.epoch())
                    .log("another server is shown as online: asking whether it lives");
            session.subscribe(LinkSession.live(TopicFilter.of(topics.response(asker))), _ -> {});
            ask();
            later(options.presenceDeadline(), () -> conclude(seen));
        }
    }

    private void ask() {
        var question =
                new Request.GetState(List.of(FieldMask.of("desiredState", "apiVersion")), false);
        sender.send(
                topics.request(asker),
                id,
                0,
                RequestCodec.encode(new Request(id, question)),
                options.presenceDeadline(),
                failure -> asked = asked || failure.isEmpty());
        later(ASK_AGAIN, this::ask);
    }

    private void conclude(ServerPresence silent) {
        if (asked) {
            LOG.atWarn()
                    .addKeyValue("lineage", silent.lineage())
                    .addKeyValue("epoch", silent.epoch())
                    .log("a server that is shown as online does not answer: replaced");
            finish(watcher::free);
        } else if (predecessor.test(silent)) {
            LOG.atWarn()
                    .addKeyValue("epoch", silent.epoch())
                    .log(
                            "the broker does not let us ask an earlier server on this store, or on"
                                    + " a copy of it, that is shown as online: replaced");
            finish(watcher::free);
        } else {
            LOG.atWarn()
                    .addKeyValue("topic", topics.serverPresence())
                    .log(
                            "the broker does not let us ask the server that is shown as online:"
                                    + " taken for alive; if it is not, clear the topic");
            finish(() -> watcher.rival(silent));
        }
    }

    private boolean isAnswer(Message message) {
        try {
            return FrameCodec.decode(message.payload()).id().equals(id);
        } catch (MalformedMessage e) {
            return false; // whatever it is, it does not prove that the one we asked is a server
        }
    }

    private void later(Duration delay, Runnable task) {
        int of = generation;
        serial.after(
                delay,
                () -> {
                    if (of == generation && !done) {
                        task.run();
                    }
                });
    }

    private void finish(Runnable verdict) {
        if (!done) {
            close();
            verdict.run();
        }
    }

    /** Hears what was seen. */
    interface Watcher {
        /** No other server lives. */
        void free();

        /** Another server lives. */
        void rival(ServerPresence other);

        /** There is no connection (any more); it looks again when there is one. */
        Retry disconnected(Disconnection why);
    }
}
