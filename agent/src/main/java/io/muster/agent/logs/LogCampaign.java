package io.muster.agent.logs;

import io.muster.api.link.LogChunk;
import io.muster.api.link.LogChunk.LogLines;
import io.muster.api.link.LogCredit;
import io.muster.api.name.InstanceName;
import io.muster.api.request.LogStream;
import io.muster.api.request.Response.LogsStopped;
import io.muster.transport.LinkException;
import io.muster.transport.LogTerms;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that one reader gets from this agent: the lines of its sources by turns, in numbered chunks,
 * never more than the reader takes. What the broker has not acknowledged is sent again, in order.
 */
final class LogCampaign {
    /** How many chunks may wait for the broker. */
    private static final int MAX_UNACKNOWLEDGED = 4;

    /** A reader may allow so many windows at once, whatever it says. */
    private static final long MAX_AHEAD = 4;

    private final LogStream stream;
    private final String reading;
    private final Outlet outlet;
    private final List<LogSource> sources = new ArrayList<>();
    private final ArrayDeque<LogsStopped> refusals = new ArrayDeque<>();
    private final Map<InstanceName, Told> stops = new LinkedHashMap<>();
    private final ArrayDeque<LogChunk> unacknowledged = new ArrayDeque<>();
    private long number;
    private long allowed;
    private int turn;
    private int generation;
    private boolean interrupted;
    private boolean closed;

    /** A stop, and the number of the chunk that tells it. */
    private record Told(LogsStopped stop, long number) {}

    /** Where chunks go. */
    interface Outlet {
        /** Says whether one more may be sent now; {@link LogCampaign#pump} is called when so. */
        boolean hasRoom();

        /** Sends; the answer comes later, once, unless the connection ends before. */
        void send(LogStream stream, LogChunk chunk, Answered answered);

        /** Calls {@link LogCampaign#again} after a pause, when there is a connection. */
        void failed(LogCampaign campaign);

        /** It makes no sense to go on. */
        void hopeless(LogCampaign campaign);
    }

    /** Hears what came of sending. */
    interface Answered {
        void with(Optional<LinkException> failure);
    }

    LogCampaign(LogStream stream, String reading, Outlet outlet) {
        this.stream = stream;
        this.allowed = LogTerms.window(stream.audience());
        this.reading = reading;
        this.outlet = outlet;
    }

    LogStream stream() {
        return stream;
    }

    List<LogSource> sources() {
        return sources;
    }

    void add(LogSource source) {
        sources.add(source);
    }

    /** Nothing is read for this workload. */
    void refuse(LogsStopped stop) {
        refusals.add(stop);
    }

    /** The reader shows that it is there. */
    void credit(LogCredit credit) {
        long most = number + MAX_AHEAD * LogTerms.window(stream.audience());
        allowed = Math.max(allowed, Math.min(credit.upTo(), most));
        if (credit.tell()) {
            tell();
        }
        pump();
    }

    /** Says how things are, without what the broker has not acknowledged: that may come again. */
    void tell() {
        long sent = number - unacknowledged.size();
        var its =
                stops.values().stream()
                        .filter(told -> told.number() <= sent)
                        .map(Told::stop)
                        .toList();
        outlet.send(
                stream, LogChunk.status(reading, sent, its), _ -> {}); // asked for again if lost
    }

    /** Sends what there is, as far as it is taken. */
    void pump() {
        while (!closed
                && !interrupted
                && number < allowed
                && unacknowledged.size() < MAX_UNACKNOWLEDGED
                && outlet.hasRoom()) {
            var lines = lines();
            var ended = ended();
            if (lines.isEmpty() && ended.isEmpty()) {
                return;
            }
            number++;
            ended.forEach(stop -> stops.put(stop.instance(), new Told(stop, number)));
            var chunk = LogChunk.of(reading, number, lines, ended);
            unacknowledged.add(chunk);
            send(chunk);
        }
    }

    /** Takes lines of all sources by turns: each gets the same share of what others leave. */
    private List<LogLines> lines() {
        var ready = new ArrayList<LogSource>();
        for (int i = 0; i < sources.size(); i++) {
            var source = sources.get((turn + i) % sources.size());
            if (source.hasLines()) {
                ready.add(source);
            }
        }
        turn++;
        var taken = new ArrayList<LogLines>();
        int room = LogChunk.MAX_BYTES - LineCutter.MAX_LINE; // a single line may exceed a share
        for (int i = 0; i < ready.size() && room > 0; i++) {
            var source = ready.get(i);
            var lines = source.take(room / (ready.size() - i));
            room -= lines.stream().mapToInt(line -> line.size()).sum();
            taken.add(new LogLines(source.instance(), lines));
        }
        return taken;
    }

    private List<LogsStopped> ended() {
        var ended = new ArrayList<>(refusals);
        refusals.clear();
        for (var source : sources) {
            source.stop().filter(stop -> !stops.containsKey(stop.instance())).ifPresent(ended::add);
        }
        return ended;
    }

    private void send(LogChunk chunk) {
        int of = generation;
        outlet.send(
                stream,
                chunk,
                failure -> {
                    if (of == generation && !closed) {
                        answered(chunk, failure);
                    }
                });
    }

    private void answered(LogChunk chunk, Optional<LinkException> failure) {
        if (failure.isEmpty()) {
            unacknowledged.removeIf(each -> each.number() == chunk.number());
            pump();
        } else if (failure.get().kind() == LinkException.Kind.REFUSED) {
            outlet.hopeless(this);
        } else {
            interrupt();
            outlet.failed(this);
        }
    }

    /** Nothing is sent for now, and what is on its way may not arrive. */
    void interrupt() {
        interrupted = true;
        generation++;
    }

    /** Sends again what the broker has not acknowledged; the reader knows it by its number. */
    void again() {
        if (interrupted && !closed) {
            interrupted = false;
            unacknowledged.forEach(this::send);
            pump();
        }
    }

    void close() {
        closed = true;
        sources.forEach(LogSource::close);
    }

    /** Stops reading before this returns. */
    void closeNow() {
        closed = true;
        sources.forEach(LogSource::closeNow);
    }
}
