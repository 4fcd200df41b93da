package io.muster.api.codec;

import com.google.protobuf.ByteString;
import io.muster.api.bus.Payload;
import io.muster.api.link.Command;
import io.muster.api.link.LogChunk;
import io.muster.api.link.LogCredit;
import io.muster.api.name.AgentName;
import io.muster.api.name.ClientName;
import io.muster.api.name.InstanceName;
import io.muster.api.proto.LinkProto;
import io.muster.api.proto.RequestProto;
import io.muster.api.proto.StateProto;
import io.muster.api.request.LogAudience;
import io.muster.api.request.LogSelection;
import io.muster.api.request.LogStream;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Logs: who wants which, and what comes of it. */
public final class LogsCodec {
    /** What the published SDKs send for "all". */
    private static final int ALL = -1;

    private LogsCodec() {}

    /** Encodes. */
    public static Payload encode(LogChunk chunk) {
        var message =
                LinkProto.LogChunk.newBuilder()
                        .setReading(chunk.reading())
                        .setNumber(chunk.number())
                        .setLast(chunk.last())
                        .setUnknown(chunk.unknown());
        for (var lines : chunk.lines()) {
            var part =
                    LinkProto.LogLines.newBuilder()
                            .setWorkloadName(ExecutionCodec.encode(lines.instance()));
            lines.lines().forEach(line -> part.addLines(ByteString.copyFrom(line.bytes())));
            message.addLines(part);
        }
        chunk.stops().forEach(stop -> message.addStops(encode(stop)));
        return Payload.of(message.build().toByteArray());
    }

    /** Decodes. */
    public static LogChunk decodeChunk(Payload payload) throws MalformedMessage {
        return Decoding.decode(
                "log chunk", LinkProto.LogChunk.parser(), payload.bytes(), LogsCodec::chunk);
    }

    private static LogChunk chunk(LinkProto.LogChunk message) throws MalformedMessage {
        var lines = new ArrayList<LogChunk.LogLines>();
        for (var part : message.getLinesList()) {
            lines.add(
                    new LogChunk.LogLines(
                            ExecutionCodec.decode(part.getWorkloadName()),
                            part.getLinesList().stream()
                                    .map(line -> Payload.of(line.toByteArray()))
                                    .toList()));
        }
        return new LogChunk(
                message.getReading(),
                Decoding.natural("number", message.getNumber()),
                Decoding.natural("last", message.getLast()),
                lines,
                message.getStopsList().stream().map(LogsCodec::decode).toList(),
                message.getUnknown());
    }

    /** Encodes. */
    public static Payload encode(LogCredit credit) {
        return Payload.of(
                LinkProto.LogCredit.newBuilder()
                        .setUpTo(credit.upTo())
                        .setTell(credit.tell())
                        .build()
                        .toByteArray());
    }

    /** Decodes. */
    public static LogCredit decodeCredit(Payload payload) throws MalformedMessage {
        return Decoding.decode(
                "log credit",
                LinkProto.LogCredit.parser(),
                payload.bytes(),
                message ->
                        new LogCredit(
                                Decoding.natural("upTo", message.getUpTo()), message.getTell()));
    }

    static LinkProto.LogsStart encode(Command.StartLogs start) {
        return LinkProto.LogsStart.newBuilder()
                .setId(start.stream().id())
                .setClient(client(start.stream()))
                .setAgent(agent(start.stream()))
                .setRequest(encode(start.request()))
                .build();
    }

    static Command.StartLogs decode(LinkProto.LogsStart message) throws MalformedMessage {
        return new Command.StartLogs(
                stream(message.getClient(), message.getAgent(), message.getId()),
                decode(message.getRequest()));
    }

    static LinkProto.LogsEnd encode(Command.EndLogs end) {
        return LinkProto.LogsEnd.newBuilder()
                .setId(end.stream().id())
                .setClient(client(end.stream()))
                .setAgent(agent(end.stream()))
                .build();
    }

    static Command.EndLogs decode(LinkProto.LogsEnd message) {
        return new Command.EndLogs(
                stream(message.getClient(), message.getAgent(), message.getId()));
    }

    /** The client that wants a stream; empty if an agent does. */
    static String client(LogStream stream) {
        return stream.audience() instanceof LogAudience.Client(var client) ? client.value() : "";
    }

    /** The agent that wants a stream; empty if a client does. */
    static String agent(LogStream stream) {
        return stream.audience() instanceof LogAudience.Agent(var agent) ? agent.value() : "";
    }

    static LogStream stream(String client, String agent, String id) {
        return new LogStream(
                agent.isEmpty()
                        ? new LogAudience.Client(new ClientName(client))
                        : new LogAudience.Agent(new AgentName(agent)),
                id);
    }

    static RequestProto.LogsRequest encode(Request.GetLogs get) {
        var selection = get.selection();
        var message =
                RequestProto.LogsRequest.newBuilder()
                        .addAllWorkloadNames(names(get.instances()))
                        .setFollow(selection.follow())
                        .setTail(selection.tail().orElse(ALL));
        selection.since().ifPresent(time -> message.setSince(time.toString()));
        selection.until().ifPresent(time -> message.setUntil(time.toString()));
        return message.build();
    }

    static Request.GetLogs decode(RequestProto.LogsRequest message) throws MalformedMessage {
        boolean all = !message.hasTail() || message.getTail() == ALL;
        return new Request.GetLogs(
                message.getWorkloadNamesList().stream().map(ExecutionCodec::decode).toList(),
                new LogSelection(
                        message.getFollow(),
                        all ? OptionalInt.empty() : OptionalInt.of(message.getTail()),
                        message.hasSince() ? time("since", message.getSince()) : Optional.empty(),
                        message.hasUntil() ? time("until", message.getUntil()) : Optional.empty()));
    }

    /** The published Python SDK sends a datetime without a zone without an offset. */
    private static Optional<Instant> time(String what, String text) throws MalformedMessage {
        try {
            var time =
                    DateTimeFormatter.ISO_DATE_TIME.parseBest(
                            text, OffsetDateTime::from, LocalDateTime::from);
            return Optional.of(
                    time instanceof OffsetDateTime exact
                            ? exact.toInstant()
                            : LocalDateTime.from(time).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            throw new MalformedMessage(
                    "%s \"%s\" is no point in time; write it like 2026-11-21T18:00:00Z"
                            .formatted(what, text.length() > 100 ? text.substring(0, 100) : text),
                    e);
        }
    }

    static RequestProto.LogsRequestAccepted encode(Response.LogsAccepted accepted) {
        return RequestProto.LogsRequestAccepted.newBuilder()
                .addAllWorkloadNames(names(accepted.instances()))
                .addAllProblems(ResponseCodec.encode(accepted.problems()))
                .build();
    }

    static Response.LogsAccepted decode(RequestProto.LogsRequestAccepted message) {
        return new Response.LogsAccepted(
                message.getWorkloadNamesList().stream().map(ExecutionCodec::decode).toList(),
                ResponseCodec.decode(message.getProblemsList()));
    }

    static RequestProto.LogEntriesResponse encode(Response.LogEntries entries) {
        var message = RequestProto.LogEntriesResponse.newBuilder();
        entries.entries()
                .forEach(entry ->
                        message.addLogEntries(
                                RequestProto.LogEntry.newBuilder()
                                        .setWorkloadName(ExecutionCodec.encode(entry.instance()))
                                        .setMessage(entry.message())));
        return message.build();
    }

    static Response.LogEntries decode(RequestProto.LogEntriesResponse message) {
        return new Response.LogEntries(
                message.getLogEntriesList().stream()
                        .map(entry ->
                                new Response.LogEntry(
                                        ExecutionCodec.decode(entry.getWorkloadName()),
                                        entry.getMessage()))
                        .toList());
    }

    static RequestProto.LogsStopResponse encode(Response.LogsStopped stopped) {
        return RequestProto.LogsStopResponse.newBuilder()
                .setWorkloadName(ExecutionCodec.encode(stopped.instance()))
                .setReason(stopped.reason())
                .setIncomplete(stopped.incomplete())
                .build();
    }

    static Response.LogsStopped decode(RequestProto.LogsStopResponse message) {
        return new Response.LogsStopped(
                ExecutionCodec.decode(message.getWorkloadName()),
                message.getReason(),
                message.getIncomplete());
    }

    private static List<StateProto.WorkloadInstanceName> names(List<InstanceName> instances) {
        return instances.stream().map(ExecutionCodec::encode).toList();
    }
}
