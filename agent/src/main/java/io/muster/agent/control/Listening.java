package io.muster.agent.control;

import io.muster.api.path.FieldMask;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.request.Response.AlteredFields;
import io.muster.api.request.Response.StateAnswer;
import io.muster.api.shell.Serial;
import io.muster.transport.ClientLink;
import io.muster.transport.Spokesman;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One subscription of a workload: the state, then what changes in it, all under the id of its
 * request.
 *
 * <p>Whatever was lost on the way, be it before the agent or because the workload did not read, is
 * made good by the whole state. To the published clients a state without altered fields is the
 * answer to a request, so they are told it as an event in which everything may have changed.
 */
final class Listening implements ClientLink.EventListener {
    private final String id;
    private final List<FieldMask> masks;
    private final Spokesman speaker;
    private final Serial serial;
    private final Ear ear;
    private Serial.@Nullable Timer overdue;
    private String obstacle = "the server does not answer";
    private ClientLink.@Nullable Subscription subscription;
    private boolean begun;
    private boolean behind;

    /** Tells the workload. */
    interface Ear {
        /** Says whether there was room for it; if not, it is as if nothing was said. */
        boolean offer(Response response);

        /** Says whether there was room for it; if not, it is missed. */
        boolean event(Response response);

        /** Tells it for certain, if perhaps later. */
        void answer(Response response);

        /** Something is not told that would not help without what was not told before. */
        void missed();

        /** The subscription has ended. */
        void over(Listening listening);
    }

    Listening(String id, List<FieldMask> masks, Spokesman speaker, Serial serial, Ear ear) {
        this.id = id;
        this.masks = List.copyOf(masks);
        this.speaker = speaker;
        this.serial = serial;
        this.ear = ear;
    }

    String id() {
        return id;
    }

    /** What it would ask for again. */
    Request.GetState request() {
        return new Request.GetState(masks, true);
    }

    void begin() {
        overdue = serial.after(ControlPost.GRANT, this::overdue);
        subscribe();
    }

    private void subscribe() {
        subscription = speaker.subscribe(masks, this);
    }

    /** Who asks is answered in time; a subscription that has begun waits for the server. */
    private void overdue() {
        close();
        refused(
                Refusals.busy(
                        "no state within %d s, so nothing is subscribed to: %s; ask again later"
                                .formatted(ControlPost.GRANT.toSeconds(), obstacle)));
    }

    private void inTime() {
        if (overdue != null) {
            overdue.cancel();
            overdue = null;
        }
    }

    /** Something that was told has not reached the workload. */
    void fallBehind() {
        behind = true;
    }

    /** Begins anew with the whole state if the workload has missed something. */
    void catchUp() {
        if (behind) {
            behind = false;
            end();
            subscribe();
        }
    }

    void close() {
        inTime();
        end();
    }

    private void end() {
        if (subscription != null) {
            subscription.close();
        }
    }

    @Override
    public void snapshot(StateAnswer answer) {
        inTime();
        if (ear.offer(new Response(id, begun ? allAltered(answer) : answer))) {
            begun = true;
        } else {
            behind = true;
        }
    }

    private static StateAnswer allAltered(StateAnswer answer) {
        return new StateAnswer(
                answer.state(),
                Optional.of(
                        new AlteredFields(
                                List.of(),
                                List.copyOf(answer.state().entries().keySet()),
                                List.of())),
                answer.position(),
                answer.revision(),
                answer.time(),
                false);
    }

    @Override
    public void event(StateAnswer answer) {
        if (behind) {
            ear.missed();
        } else {
            behind = !ear.event(new Response(id, answer));
        }
    }

    @Override
    public void interrupted(String why) {
        obstacle = why; // those who asked for it are told of the connection
    }

    @Override
    public void resumed() {}

    @Override
    public void refused(Response.Refused refused) {
        inTime();
        ear.over(this);
        ear.answer(new Response(id, refused));
    }
}
