package io.muster.agent.control;

import io.muster.api.link.LogChunk;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.outcome.Problem;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.request.Response.LogsAccepted;
import io.muster.api.request.Response.LogsStopped;
import io.muster.api.shell.Serial;
import io.muster.transport.ClientLink;
import io.muster.transport.LinkException;
import io.muster.transport.Spokesman;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Logs that a workload reads: first that they will come, then lines, then for each instance that no
 * more come, all under the id of its request.
 *
 * <p>Lines wait here until there is room for them; as long as they do, their agents send no more
 * than a small window. So none are dropped, and a workload that does not read slows down nobody.
 */
final class ReadingLogs implements ClientLink.LogListener {
    /**
     * How long lines wait after the acceptance: the published Python SDK listens for them only when
     * another of its threads has had that, and throws away what comes before.
     */
    static final Duration PAUSE = Duration.ofMillis(100);

    private final String id;
    private final Request.GetLogs request;
    private final int bytes;
    private final List<InstanceName> placed;
    private final Spokesman speaker;
    private final Serial serial;
    private final Ear ear;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final Set<InstanceName> open = new TreeSet<>();
    private final Set<String> lossy = new TreeSet<>();
    private ClientLink.@Nullable LogReading reading;
    private @Nullable Response unsaid; // of what waits first: there was no room for it
    private Stage stage = Stage.ASKING;
    private boolean begun; // it was told that logs will come

    private enum Stage {
        ASKING,
        TELLING,
        PAUSING,
        OVER
    }

    /** What is to be told when there is room. */
    private sealed interface Waiting {
        record Acceptance(LogsAccepted accepted) implements Waiting {}

        record Lines(ReadLines lines) implements Waiting {}

        record Stop(LogsStopped stop) implements Waiting {}
    }

    /** Tells the workload. */
    interface Ear {
        /** Says whether it had better wait. */
        boolean isCrowded();

        /** Tells it for certain, if perhaps later. */
        void answer(Response response);

        /** Says whether there was room for it; if not, it is offered again when there is. */
        boolean offer(Response response);

        /** No more will come. */
        void over(ReadingLogs reading);
    }

    ReadingLogs(
            String id,
            Request.GetLogs request,
            int bytes,
            Spokesman speaker,
            Serial serial,
            Ear ear) {
        this.id = id;
        this.request = request;
        this.bytes = bytes;
        this.placed = request.instances().stream().filter(each -> !each.agent().isEmpty()).toList();
        this.speaker = speaker;
        this.serial = serial;
        this.ear = ear;
    }

    String id() {
        return id;
    }

    /** What it was asked for. */
    Request.GetLogs request() {
        return request;
    }

    /** Returns what that takes. */
    int bytes() {
        return bytes;
    }

    /** Says from how many agents it reads. */
    int agents() {
        return (int) placed.stream().map(InstanceName::agent).distinct().count();
    }

    void begin() {
        if (placed.isEmpty() && !request.instances().isEmpty()) {
            accepted(List.of(), List.of()); // there is nobody to ask
            return;
        }
        var its = speaker.readLogs(placed, request.selection(), ControlPost.GRANT, this);
        if (stage == Stage.OVER) {
            its.close(); // it has failed already
        } else {
            reading = its;
        }
    }

    /** Nothing more is told. */
    void close() {
        if (stage != Stage.OVER) {
            stage = Stage.OVER;
            waiting.clear();
            unsaid = null;
            closeReading();
        }
    }

    private void closeReading() {
        if (reading != null) {
            reading.close();
            reading = null;
        }
    }

    private void end() {
        close();
        ear.over(this);
    }

    /**
     * Something that was told was not read, and is gone: so what follows would have a gap. What is
     * told instead waits for the next {@link #flush}.
     */
    void dropped() {
        if (begun && stage != Stage.OVER) {
            waiting.clear();
            unsaid = null;
            closeReading();
            for (var instance : open) {
                waiting.add(
                        new Waiting.Stop(
                                new LogsStopped(
                                        instance,
                                        "what was told was not read and is dropped; ask again",
                                        true)));
            }
            stage = Stage.TELLING;
        }
    }

    @Override
    public void accepted(List<InstanceName> instances, List<Problem> problems) {
        open.addAll(instances);
        var all = new ArrayList<>(problems);
        request.instances().stream()
                .filter(each -> each.agent().isEmpty())
                .map(each ->
                        new Problem(
                                each.toString(),
                                "runs nowhere, since it names no agent",
                                "use the instance name that workloadStates has"))
                .forEach(all::add);
        waiting.addFirst(new Waiting.Acceptance(new LogsAccepted(instances, all)));
        stage = Stage.TELLING;
        flush();
    }

    @Override
    public void lines(AgentName agent, List<LogChunk.LogLines> lines) {
        waiting.add(new Waiting.Lines(new ReadLines(agent, lines)));
        flush();
    }

    @Override
    public void lost(AgentName agent, long chunks) {
        lossy.add(agent.value());
    }

    @Override
    public void silent(AgentName agent) {} // if it lasts, no more comes

    @Override
    public void stopped(LogsStopped stop) {
        waiting.add(new Waiting.Stop(stop));
        flush();
    }

    @Override
    public void refused(Response.Refused refused) {
        end();
        ear.answer(new Response(id, refused));
    }

    @Override
    public void failed(LinkException why) {
        refused(Refusals.failed(why));
    }

    /** Tells what waits, as far as there is room; ends when nothing is left that may come. */
    void flush() {
        while (stage == Stage.TELLING && !waiting.isEmpty() && !ear.isCrowded()) {
            var first = waiting.element();
            var next = unsaid == null ? next(first) : unsaid;
            unsaid = next;
            if (!ear.offer(next)) {
                return;
            }
            unsaid = null;
            told(first);
        }
        if (stage == Stage.TELLING && begun && waiting.isEmpty() && open.isEmpty()) {
            end();
        }
    }

    private Response next(Waiting first) {
        return new Response(
                id,
                switch (first) {
                    case Waiting.Acceptance(var accepted) -> accepted;
                    case Waiting.Lines(var lines) -> lines.next();
                    case Waiting.Stop(var stop) -> honest(stop);
                });
    }

    private LogsStopped honest(LogsStopped stop) {
        return !stop.incomplete() && lossy.contains(stop.instance().agent())
                ? new LogsStopped(stop.instance(), "some lines were lost on the way", true)
                : stop;
    }

    private void told(Waiting first) {
        switch (first) {
            case Waiting.Acceptance _ -> {
                waiting.remove();
                pause();
            }
            case Waiting.Lines(var lines) -> {
                if (lines.isOver()) {
                    waiting.remove();
                    if (reading != null) {
                        reading.taken(lines.agent());
                    }
                }
            }
            case Waiting.Stop(var stop) -> {
                waiting.remove();
                open.remove(stop.instance());
            }
        }
    }

    private void pause() {
        begun = true;
        stage = Stage.PAUSING;
        serial.after(
                PAUSE,
                () -> {
                    if (stage == Stage.PAUSING) {
                        stage = Stage.TELLING;
                        flush();
                    }
                });
    }
}
