package io.muster.agent.control;

import io.muster.api.access.AccessRights;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.shell.Serial;
import io.muster.transport.Spokesman;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All logs that one workload reads, by the ids of its requests. */
final class LogReadings {
    /** How many requests of one workload may be read at once. */
    static final int MAX = 8;

    private final Serial serial;
    private final LogAllowance allowance;
    private final Ear ear;
    private final Room.Share share;
    private final Map<String, ReadingLogs> readings = new LinkedHashMap<>();

    /** Tells the workload. */
    interface Ear {
        /** Says whether it had better wait. */
        boolean isCrowded();

        /** Tells it for certain, if perhaps later. */
        void answer(Response response);

        /** Says whether there was room for it; if not, it is offered again when there is. */
        boolean offer(Response response);
    }

    LogReadings(Serial serial, LogAllowance allowance, Room.Share share, Ear ear) {
        this.serial = serial;
        this.allowance = allowance;
        this.share = share;
        this.ear = ear;
    }

    /**
     * Begins to read; what was read under the same id ends.
     *
     * @param bytes what is asked for takes, and it may have to be asked for again
     */
    void begin(String id, Request.GetLogs get, int bytes, Spokesman speaker) {
        end(id);
        var reading = new ReadingLogs(id, get, bytes, speaker, serial, new Telling());
        if (readings.size() >= MAX
                || !share.hasRoomFor(bytes)
                || !allowance.take(reading.agents())) {
            ear.answer(new Response(id, full()));
            return;
        }
        share.add(bytes);
        readings.put(id, reading);
        reading.begin();
    }

    private Response.Refused full() {
        return Refusals.busy(
                readings.size() >= MAX
                        ? "it reads the logs of %d requests already; end some, or ask for several workloads at once"
                                .formatted(MAX)
                        : "the workloads of this agent read %d logs already, or wait for much else; ask again when some have ended"
                                .formatted(LogAllowance.MAX));
    }

    /** Nothing more is told under this id. */
    void end(String id) {
        var reading = readings.get(id);
        if (reading != null) {
            forget(reading);
            reading.close();
        }
    }

    private void forget(ReadingLogs reading) {
        if (readings.remove(reading.id(), reading)) {
            allowance.giveBack(reading.agents());
            share.remove(reading.bytes());
        }
    }

    /** Nothing more is told. */
    void endAll() {
        List.copyOf(readings.keySet()).forEach(this::end);
    }

    /** What these do not allow ends with a refusal. */
    void judge(AccessRights rights) {
        for (var each : List.copyOf(readings.values())) {
            var problems = rights.problems(each.request());
            if (!problems.isEmpty()) {
                end(each.id());
                ear.answer(new Response(each.id(), Refusals.denied(problems)));
            }
        }
    }

    /** There may be room for more. */
    void flush() {
        List.copyOf(readings.values()).forEach(ReadingLogs::flush);
    }

    /** Something that was told was not read, and is gone. */
    void dropped() {
        List.copyOf(readings.values()).forEach(ReadingLogs::dropped);
    }

    /**
     * This was told, and given up before it was read. Says whether it is told that something is
     * missing; a reading whose acceptance it was has ended, since nobody waits for that any more.
     */
    boolean gaveUp(Response response) {
        var reading = readings.get(response.id());
        if (reading == null) {
            return false;
        }
        return switch (response.body()) {
            case Response.LogEntries _, Response.LogsStopped _ -> {
                reading.dropped();
                yield true;
            }
            case Response.LogsAccepted _ -> {
                end(response.id());
                yield false;
            }
            case Response.Body _ -> false;
        };
    }

    private final class Telling implements ReadingLogs.Ear {
        @Override
        public boolean isCrowded() {
            return ear.isCrowded();
        }

        @Override
        public void answer(Response response) {
            ear.answer(response);
        }

        @Override
        public boolean offer(Response response) {
            return ear.offer(response);
        }

        @Override
        public void over(ReadingLogs reading) {
            forget(reading);
        }
    }
}
