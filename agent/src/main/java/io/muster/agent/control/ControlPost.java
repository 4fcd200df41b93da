package io.muster.agent.control;

import io.muster.agent.kernel.Fifos;
import io.muster.api.access.AccessRights;
import io.muster.api.control.ToWorkload;
import io.muster.api.name.InstanceName;
import io.muster.api.request.Response;
import io.muster.api.shell.Serial;
import io.muster.api.state.ControlInterfaceAccess;
import io.muster.transport.Spokesman;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control interface of one instance: takes what it says, asks the server for it, and tells it
 * what comes of that. All calls from the serial.
 *
 * <p>Bounded: one piece of what it says is taken at a time, and the next one only when all requests
 * in it are dealt with, of which at most {@value OpenRequests#MAX} wait for the server, and no more
 * than a long one; none is dealt with while the workload has much to read, or an answer waits for
 * room. So whoever asks faster than it reads has to wait. Events that have no room are dropped: it
 * is told how many, and each subscription that missed something begins anew with the whole state.
 * What all interfaces may keep in memory together is the matter of {@link Room}.
 */
final class ControlPost implements Fifos.Listener {
    /** The longest message of a workload. */
    static final int MAX_MESSAGE = 1 << 20;

    /** How many messages are dealt with before others have their turn. */
    private static final int AT_ONCE = 32;

    /** How long the server may take to answer a request. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    /**
     * How long it may take to grant a subscription, or the reading of logs: less than the 5 s that
     * the published clients wait. What is granted later nobody would listen to, or end.
     */
    static final Duration GRANT = Duration.ofSeconds(4);

    private static final Logger log = LoggerFactory.getLogger(ControlPost.class);

    private final InstanceName instance;
    private final String version;
    private final Serial serial;
    private final Room.Share share;
    private final Inbox inbox;
    private final Outbox outbox;
    private final Asked asked;
    private final Consumer<ControlPost> broken;
    private final Recall recall;
    private ControlSession session;
    private AccessRights rights = new AccessRights(ControlInterfaceAccess.NONE);
    private ControlInterfaceAccess rules = ControlInterfaceAccess.NONE;
    private Fifos.@Nullable Pair pair;
    private @Nullable Spokesman speaker;
    private boolean connected;
    private boolean connectionUntold;
    private boolean unreadable; // what came last
    private boolean dealing;
    private boolean closed;

    /**
     * Makes it; {@link #begin} begins.
     *
     * @param version of this program
     * @param session to begin with
     * @param allowance of all interfaces of the agent
     * @param room of all interfaces of the agent
     * @param broken hears that it works no more, and is to be replaced
     */
    ControlPost(
            InstanceName instance,
            String version,
            ControlSession session,
            Serial serial,
            LogAllowance allowance,
            Room room,
            Consumer<ControlPost> broken) {
        this.instance = instance;
        this.version = version;
        this.session = session;
        this.serial = serial;
        this.share = room.share();
        this.inbox = new Inbox(MAX_MESSAGE, share);
        this.outbox = new Outbox(share);
        this.asked = new Asked(serial, allowance, share, new Telling());
        this.recall = new Recall(serial, this::recalled);
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
        return new Delivered(serial, this);
    }

    /** Begins: from now on the workload is heard, and answered. */
    void begin(Fifos.Pair opened, Spokesman speaking, boolean nowConnected) {
        share.open();
        pair = opened;
        outbox.open(opened);
        speaker = speaking;
        connected = nowConnected;
        Reminder.begin(serial, () -> !closed && isTakenOver(), opened::showEnd);
        goOn();
    }

    private boolean isTakenOver() {
        return session.phase() == ControlSession.Phase.TAKEN_OVER;
    }

    /** The rules are these from now on; what they do not allow any more ends. */
    void rules(ControlInterfaceAccess next) {
        if (!next.equals(rules)) {
            rules = next;
            rights = new AccessRights(next);
            asked.judge(rights);
        }
    }

    /** The agent has, or has not, a connection to the server. */
    void connection(boolean now) {
        if (connected != now) {
            connected = now;
            connectionUntold = true;
            tellConnection();
        }
    }

    /** The last news only, when there is room for it. */
    private void tellConnection() {
        if (connectionUntold && outbox.isFree()) {
            connectionUntold = false;
            session.connection(connected).forEach(outbox::tell);
        }
    }

    /**
     * The instance does not run any more, or a part of it: whoever comes next begins anew, unless
     * the one that spoke still has the FIFO open.
     */
    void ended() {
        if (inbox.isLeft() && session.phase() != ControlSession.Phase.SILENT) {
            session = ControlSession.NEW;
            startAnew();
        }
    }

    void close() {
        if (!closed) {
            closed = true;
            startAnew();
            recall.clear();
            inbox.clear();
            share.close();
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
        connectionUntold = false;
        outbox.clear();
        asked.startAnew();
    }

    @Override
    public boolean read(byte[] bytes) {
        if (!closed) {
            recall.took(bytes);
            inbox.took(bytes);
            goOn();
        }
        return false; // no more before that is dealt with
    }

    private void recalled(byte[] bytes) {
        log.atInfo()
                .addKeyValue("workload", instance.workload())
                .addKeyValue("agent", instance.agent())
                .log("a Hello is heard that came after half a message");
        inbox.cutAnew(bytes);
        goOn();
    }

    @Override
    public void writersLeft() {
        recall.clear();
        inbox.writersLeft();
        session = session.left();
    }

    @Override
    public void dropped(int messages) {
        outbox.dropped(messages);
        asked.dropped();
    }

    @Override
    public void gaveUp(byte[] message) {
        if (!closed) {
            outbox.miss(1);
            var told = Outbox.told(message);
            if (!(told instanceof ToWorkload.Answer(var response))) {
                outbox.tell(told);
            } else if (!asked.gaveUp(response)) {
                outbox.gaveUp(response, message.length);
            }
            goOn();
        }
    }

    @Override
    public void readerCame() {
        outbox.readerCame();
        goOn();
    }

    @Override
    public void failed() {
        broken.accept(this);
    }

    @Override
    public void roomy() {
        goOn();
    }

    private void goOn() {
        if (dealing || closed || pair == null) {
            return;
        }
        dealing = true;
        outbox.flush();
        makeGood();
        int dealt = 0;
        while (!inbox.isEmpty() && mayTakeMore() && dealt < AT_ONCE) {
            var message = inbox.next();
            dealt++;
            var step = session.hear(message, rights, version, connected);
            apply(step, message.length);
            unreadable = step.ignored().isPresent() && !ControlSession.isReadable(message);
            if (unreadable) {
                Tail.fromHello(message).ifPresent(inbox::first); // it has made half a message whole
            }
        }
        if (dealt == AT_ONCE) {
            serial.deliver(this::goOn);
        }
        if (inbox.isEmpty() && !closed) {
            breakOff();
        }
        if (inbox.wantsMore() && !closed) {
            hearMore(pair);
        }
        dealing = false;
    }

    private void breakOff() {
        var why = inbox.takeBreach();
        why.ifPresent(its -> apply(session.broken(its), 0));
        if (why.isPresent() && inbox.isLeft()) {
            session = session.left(); // whoever speaks next may be another
        }
    }

    /**
     * Lets it say more, unless there is no memory for that. Whole messages free what they take;
     * only half of one may have to go.
     */
    private void hearMore(Fifos.Pair its) {
        if (!share.hasRoomFor(0)) {
            if (!asked.isAnswered() || !outbox.isEmpty()) {
                return; // there will be more when that has come to its end
            }
            if (inbox.half() > 0) {
                apply(session.broken(noRoom(inbox.half())), 0);
                inbox.skip();
            }
        }
        inbox.goOn();
        if (isPuzzled()) {
            recall.await();
        }
        its.resume();
    }

    private boolean isPuzzled() {
        return unreadable || inbox.isMidway() || isTakenOver();
    }

    private static String noRoom(long half) {
        return "the agent has no room for a message of which %d bytes have come, as its workloads take much; send less at once, or say Hello again later"
                .formatted(half);
    }

    private boolean mayTakeMore() {
        return asked.mayTakeMore() && outbox.isFree() && !closed;
    }

    private void makeGood() {
        if (outbox.isDeserted()) {
            return; // it would be dropped as well
        }
        if (outbox.isFree()) {
            tellConnection();
            long missed = outbox.takeMissed();
            if (missed > 0) {
                session.missed(missed).forEach(outbox::tell);
            }
        }
        if (outbox.isFree()) {
            asked.catchUp();
        }
        asked.flush();
    }

    private void apply(ControlSession.Step step, int bytes) {
        session = step.next();
        if (step.told().stream().anyMatch(ControlPost::isBreak)) {
            startAnew(); // it was started again, has lost the thread, or is not listened to
        }
        step.ignored()
                .ifPresent(why ->
                        log.atDebug()
                                .addKeyValue("workload", instance.workload())
                                .addKeyValue("agent", instance.agent())
                                .addKeyValue("reason", why)
                                .log("ignored what a workload says"));
        step.told().forEach(outbox::tell);
        if (speaker != null && step.forwarded().isPresent()) {
            asked.forward(step.forwarded().get(), bytes, speaker);
        }
    }

    private static boolean isBreak(ToWorkload told) {
        return told instanceof ToWorkload.Accepted || told instanceof ToWorkload.Closed;
    }

    private final class Telling implements Asked.Ear {
        @Override
        public boolean isCrowded() {
            return !outbox.isFree();
        }

        @Override
        public void answer(Response response) {
            outbox.answer(response);
        }

        @Override
        public boolean event(Response response) {
            return outbox.event(response);
        }

        @Override
        public boolean offer(Response response) {
            return outbox.offer(response);
        }

        @Override
        public void done() {
            goOn();
        }

        @Override
        public void missed() {
            outbox.miss(1);
            serial.deliver(ControlPost.this::goOn); // there may be room by now
        }

        @Override
        public void over(Listening listening) {
            asked.over(listening);
        }
    }
}
