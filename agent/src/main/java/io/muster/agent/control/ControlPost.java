package io.muster.agent.control;

import io.muster.agent.kernel.Fifos;
import io.muster.api.access.AccessRights;
import io.muster.api.codec.ControlCodec;
import io.muster.api.control.ToWorkload;
import io.muster.api.name.InstanceName;
import io.muster.api.outcome.Problem;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.shell.Serial;
import io.muster.api.state.ControlInterfaceAccess;
import io.muster.transport.LinkException;
import io.muster.transport.Spokesman;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control interface of one instance: takes what it says, asks the server for it, and tells it
 * what comes of that. All calls from the serial.
 *
 * <p>Bounded: one piece of what it says is taken at a time, and the next one only when all requests
 * in it are dealt with, of which at most {@value #MAX_OPEN} wait for the server, and no more than a
 * long one; none is dealt with while the workload has much to read. So whoever asks faster than it
 * reads has to wait. What it is told without asking again, and has no room, is dropped: it is told
 * how much, and each subscription that missed something begins anew with the whole state.
 */
final class ControlPost {
    /** How many requests of one workload wait for the server. */
    static final int MAX_OPEN = 16;

    /** How many subscriptions one workload may have. */
    static final int MAX_SUBSCRIPTIONS = 16;

    /** The longest message of a workload. */
    static final int MAX_MESSAGE = 1 << 20;

    /** How many messages are dealt with before others have their turn. */
    private static final int AT_ONCE = 32;

    /**
     * How long the server may take; after that the published clients do not wait for it any more,
     * so that it makes no sense to ask again.
     */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(ControlPost.class);

    private final InstanceName instance;
    private final String version;
    private final Serial serial;
    private final Framing framing = new Framing(MAX_MESSAGE);
    private final ArrayDeque<byte[]> heard = new ArrayDeque<>();
    private final Map<String, Listening> listenings = new LinkedHashMap<>();
    private final LogReadings logs;
    private final Consumer<ControlPost> broken;
    private ControlSession session = ControlSession.NEW;
    private AccessRights rights = new AccessRights(ControlInterfaceAccess.NONE);
    private ControlInterfaceAccess rules = ControlInterfaceAccess.NONE;
    private Fifos.@Nullable Pair pair;
    private @Nullable Spokesman speaker;
    private boolean connected;
    private boolean holding;
    private Optional<String> breach = Optional.empty(); // nothing can be read after what was heard
    private boolean dealing;
    private boolean left; // whoever spoke has gone
    private boolean deserted; // and so has whoever read
    private boolean closed;
    private int open;
    private long openBytes;
    private long missed;
    private long generation;

    /**
     * Makes it; {@link #begin} begins.
     *
     * @param version of this program
     * @param allowance of all interfaces of the agent
     * @param broken hears that it works no more, and is to be replaced
     */
    ControlPost(
            InstanceName instance,
            String version,
            Serial serial,
            LogAllowance allowance,
            Consumer<ControlPost> broken) {
        this.instance = instance;
        this.version = version;
        this.serial = serial;
        this.logs = new LogReadings(serial, allowance, new Telling());
        this.broken = broken;
    }

    InstanceName instance() {
        return instance;
    }

    /** Says whether this is what it talks over. */
    boolean isOver(Fifos.Pair other) {
        return other.equals(pair);
    }

    /** Hears what the workload says; may be called by any thread before {@link #begin}. */
    Fifos.Listener listener() {
        return new Fifos.Listener() {
            @Override
            public boolean read(byte[] bytes) {
                serial.deliver(() -> took(bytes));
                return false; // no more before that is dealt with
            }

            @Override
            public void writersLeft() {
                serial.deliver(ControlPost.this::writersLeft);
            }

            @Override
            public void dropped(int messages) {
                serial.deliver(() -> ControlPost.this.dropped(messages));
            }

            @Override
            public void readerCame() {
                serial.deliver(ControlPost.this::readerCame);
            }

            @Override
            public void failed() {
                serial.deliver(() -> broken.accept(ControlPost.this));
            }

            @Override
            public void roomy() {
                serial.deliver(ControlPost.this::goOn);
            }
        };
    }

    /** Begins: from now on the workload is heard, and answered. */
    void begin(Fifos.Pair opened, Spokesman speaking, boolean nowConnected) {
        pair = opened;
        speaker = speaking;
        connected = nowConnected;
        goOn();
    }

    /** The rules are these from now on; what they do not allow any more ends. */
    void rules(ControlInterfaceAccess next) {
        if (next.equals(rules)) {
            return;
        }
        rules = next;
        rights = new AccessRights(next);
        for (var each : List.copyOf(listenings.values())) {
            var problems = rights.problems(each.request());
            if (!problems.isEmpty()) {
                listenings.remove(each.id());
                each.close();
                answer(each.id(), denied(problems));
            }
        }
        logs.judge(rights);
    }

    static Response.Refused denied(List<Problem> problems) {
        return Response.Refused.of("Access denied", problems);
    }

    /** The agent has, or has not, a connection to the server. */
    void connection(boolean now) {
        if (connected != now) {
            connected = now;
            session.connection(now).forEach(this::tell);
        }
    }

    /**
     * The instance does not run any more, or a part of it: whoever comes next begins anew, unless
     * the one that spoke still has the FIFO open.
     */
    void ended() {
        if (left && session.phase() != ControlSession.Phase.SILENT) {
            session = ControlSession.NEW;
            startAnew();
        }
    }

    void close() {
        if (!closed) {
            closed = true;
            startAnew();
            heard.clear();
            if (speaker != null) {
                speaker.close();
            }
            if (pair != null) {
                pair.close();
            }
        }
    }

    /** Nobody waits any more for what was asked before. */
    private void startAnew() {
        generation++;
        open = 0;
        openBytes = 0;
        listenings.values().forEach(Listening::close);
        listenings.clear();
        logs.endAll();
    }

    private void took(byte[] bytes) {
        if (closed) {
            return;
        }
        holding = true;
        left = false;
        heard.addAll(framing.take(bytes));
        breach = framing.broken(); // after what came whole before it
        goOn();
    }

    private void writersLeft() {
        left = true;
        framing.reset(); // half a message stays one
        session = session.left();
    }

    private void dropped(int messages) {
        missed += messages;
        deserted = true;
        listenings.values().forEach(Listening::fallBehind);
        logs.dropped();
    }

    private void readerCame() {
        deserted = false;
        goOn();
    }

    private void goOn() {
        if (dealing || closed || pair == null) {
            return;
        }
        dealing = true;
        makeGood(pair);
        int dealt = 0;
        while (!heard.isEmpty() && mayTakeMore(pair) && dealt < AT_ONCE) {
            var message = heard.remove();
            dealt++;
            apply(session.hear(message, rights, version, connected), message.length);
        }
        if (dealt == AT_ONCE) {
            serial.deliver(this::goOn);
        }
        if (heard.isEmpty() && !closed) {
            breakOff();
        }
        if (holding && heard.isEmpty() && !closed) {
            holding = false;
            pair.resume();
        }
        dealing = false;
    }

    private void breakOff() {
        var why = breach;
        breach = Optional.empty();
        why.ifPresent(its -> apply(session.broken(its)));
        if (why.isPresent() && left) {
            session = session.left(); // whoever speaks next may be another
        }
    }

    private boolean mayTakeMore(Fifos.Pair its) {
        return open < MAX_OPEN && openBytes <= MAX_MESSAGE && !its.isCrowded() && !closed;
    }

    private void makeGood(Fifos.Pair its) {
        if (deserted) {
            return; // it would be dropped as well
        }
        if (missed > 0 && !its.isCrowded()) {
            var told = session.missed(missed);
            missed = 0;
            told.forEach(this::tell);
        }
        if (!its.isCrowded()) {
            List.copyOf(listenings.values()).forEach(Listening::catchUp);
        }
        logs.flush();
    }

    private void apply(ControlSession.Step step) {
        apply(step, 0);
    }

    private void apply(ControlSession.Step step, int bytes) {
        session = step.next();
        if (step.told().stream().anyMatch(ToWorkload.Accepted.class::isInstance)) {
            startAnew(); // it was started again, or has lost the thread
        }
        step.ignored()
                .ifPresent(why ->
                        log.atDebug()
                                .addKeyValue("workload", instance.workload())
                                .addKeyValue("agent", instance.agent())
                                .addKeyValue("reason", why)
                                .log("ignored what a workload says"));
        step.told().forEach(this::tell);
        step.forwarded().ifPresent(request -> forward(request, bytes));
    }

    private void forward(Request request, int bytes) {
        switch (request.body()) {
            case Request.GetState get when get.subscribe() -> listen(request.id(), get);
            case Request.CancelEvents _ -> {
                var listening = listenings.remove(request.id());
                if (listening != null) {
                    listening.close();
                }
                answer(request.id(), new Response.EventsCancelled());
            }
            case Request.RenewEvents _ ->
                    refuse(request.id(), "the agent renews subscriptions; leave it to it");
            case Request.GetLogs get -> {
                if (speaker != null) {
                    logs.begin(request.id(), get, speaker);
                }
            }
            case Request.CancelLogs _ -> {
                logs.end(request.id());
                answer(request.id(), new Response.LogsCancelled());
            }
            case Request.PullImages _ ->
                    refuse(
                            request.id(),
                            "workloads cannot have images pulled; use \"muster image preload\"");
            case Request.Malformed(var why) -> refuse(request.id(), why);
            case Request.UpdateState _,
                    Request.GetState _,
                    Request.GetHistory _,
                    Request.GetHistoryState _ ->
                    ask(request, bytes);
        }
    }

    private void listen(String id, Request.GetState get) {
        var before = listenings.get(id);
        if (before != null) {
            before.close();
        } else if (listenings.size() >= MAX_SUBSCRIPTIONS) {
            answer(
                    id,
                    new Response.Refused(
                            Response.Reason.BUSY,
                            "it has %d subscriptions already; end some"
                                    .formatted(listenings.size()),
                            List.of()));
            return;
        }
        if (speaker != null) {
            var listening = new Listening(id, get.masks(), speaker, serial, new Telling());
            listenings.put(id, listening);
            listening.begin();
        }
    }

    private void ask(Request request, int bytes) {
        if (speaker == null) {
            return;
        }
        open++;
        openBytes += bytes;
        long of = generation;
        var id = request.id(); // the request may be large, and is not kept until the answer
        boolean update = isUpdate(request.body());
        speaker.ask(request.body(), PATIENCE)
                .whenComplete((response, failure) -> {
                    if (of == generation && !closed) {
                        open--;
                        openBytes -= bytes;
                        answer(id, response != null ? response.body() : refused(failure, update));
                        goOn();
                    }
                });
    }

    private static boolean isUpdate(Request.Body body) {
        return body instanceof Request.UpdateState update && !update.dryRun();
    }

    /** What is told when something that changes nothing has no answer. */
    static Response.Refused refused(@Nullable Throwable failure) {
        return refused(failure, false);
    }

    private static Response.Refused refused(@Nullable Throwable failure, boolean update) {
        if (failure instanceof LinkException why) {
            var reason =
                    switch (why.kind()) {
                        case REFUSED -> Response.Reason.REFUSED;
                        case NOT_CONNECTED, NO_SERVER, BUSY -> Response.Reason.BUSY;
                        case OUTCOME_UNKNOWN, CLOSED -> // a link also closes on what it has sent
                                update ? Response.Reason.OUTCOME_UNKNOWN : Response.Reason.BUSY;
                    };
            return new Response.Refused(reason, String.valueOf(why.getMessage()), List.of());
        }
        throw new IllegalStateException("a link fails with LinkException", failure);
    }

    private void refuse(String id, String why) {
        answer(id, new Response.Refused(Response.Reason.REFUSED, why, List.of(), Optional.empty()));
    }

    private void answer(String id, Response.Body body) {
        tell(new ToWorkload.Answer(new Response(id, body)));
    }

    private boolean tell(ToWorkload told) {
        if (closed || pair == null) {
            return false;
        }
        if (offer(told)) {
            return true;
        }
        missed++;
        return false;
    }

    /** Says whether there was room for it. */
    private boolean offer(ToWorkload told) {
        return !closed && pair != null && pair.send(Framing.frame(ControlCodec.encode(told)));
    }

    private final class Telling implements Listening.Ear, LogReadings.Ear {
        @Override
        public boolean isCrowded() {
            return pair == null || pair.isCrowded();
        }

        @Override
        public boolean tell(Response response) {
            return ControlPost.this.tell(new ToWorkload.Answer(response));
        }

        @Override
        public boolean offer(Response response) {
            return ControlPost.this.offer(new ToWorkload.Answer(response));
        }

        @Override
        public void missed() {
            missed++;
            serial.deliver(ControlPost.this::goOn); // there may be room by now
        }

        @Override
        public void over(Listening listening) {
            listenings.remove(listening.id(), listening);
        }
    }
}
