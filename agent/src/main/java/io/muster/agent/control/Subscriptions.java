package io.muster.agent.control;

import io.muster.api.access.AccessRights;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.shell.Serial;
import io.muster.transport.Spokesman;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All that one workload listens to, by the ids of its requests. */
final class Subscriptions {
    /** How many one workload may have. */
    static final int MAX = 16;

    private final Serial serial;
    private final Room.Share share;
    private final Listening.Ear ear;
    private final Map<String, Open> all = new LinkedHashMap<>();

    /**
     * One of them.
     *
     * @param bytes what it asks for takes, and it may have to be asked for again
     */
    private record Open(Listening listening, int bytes) {}

    Subscriptions(Serial serial, Room.Share share, Listening.Ear ear) {
        this.serial = serial;
        this.share = share;
        this.ear = ear;
    }

    /** Begins one; that of the same id ends. */
    void begin(String id, Request.GetState get, int bytes, Spokesman speaker) {
        end(id);
        if (all.size() >= MAX) {
            refuse(id, "it has %d subscriptions already; end some".formatted(MAX));
            return;
        }
        if (!share.hasRoomFor(bytes)) {
            refuse(
                    id,
                    "the agent has no room for the %d bytes of it; name less, or end others"
                            .formatted(bytes));
            return;
        }
        var listening = new Listening(id, get.masks(), speaker, serial, ear);
        share.add(bytes);
        all.put(id, new Open(listening, bytes));
        listening.begin();
    }

    private void refuse(String id, String why) {
        ear.answer(new Response(id, Refusals.busy(why)));
    }

    /** Nothing more is told under this id. */
    void end(String id) {
        var open = all.remove(id);
        if (open != null) {
            share.remove(open.bytes);
            open.listening.close();
        }
    }

    /** It has ended by itself. */
    void over(Listening listening) {
        var open = all.get(listening.id());
        if (open != null && open.listening.equals(listening)) {
            all.remove(listening.id());
            share.remove(open.bytes);
        }
    }

    void endAll() {
        List.copyOf(all.keySet()).forEach(this::end);
    }

    /** What these do not allow ends with a refusal. */
    void judge(AccessRights rights) {
        for (var each : listenings()) {
            var problems = rights.problems(each.request());
            if (!problems.isEmpty()) {
                end(each.id());
                ear.answer(new Response(each.id(), Refusals.denied(problems)));
            }
        }
    }

    /** Something that was told has not reached the workload. */
    void fallBehind() {
        listenings().forEach(Listening::fallBehind);
    }

    /**
     * This was told, and given up before it was read. Says whether a subscription makes it good;
     * one whose beginning it was has ended, since nobody waits for that any more.
     */
    boolean gaveUp(Response response) {
        var open = all.get(response.id());
        if (open == null || !(response.body() instanceof Response.StateAnswer answer)) {
            return false;
        }
        if (answer.altered().isEmpty()) {
            end(response.id());
            return false;
        }
        open.listening.fallBehind();
        return true;
    }

    /** There is room for the whole of what was missed. */
    void catchUp() {
        listenings().forEach(Listening::catchUp);
    }

    private List<Listening> listenings() {
        return all.values().stream().map(Open::listening).toList();
    }
}
