package io.muster.sdk;

import io.muster.sdk.proto.RequestProto.LogsCancelRequest;
import io.muster.sdk.proto.RequestProto.LogsRequest;
import io.muster.sdk.proto.RequestProto.Request;
import io.muster.sdk.proto.RequestProto.Response;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/**
 * What workloads write. For one thread at a time; any may close.
 *
 * <p>Ends with {@link MusterException.Kind#LOST} when the agent ends, or lines come faster than
 * they are taken: ask again, with a time since when.
 */
public final class Logs implements AutoCloseable {
    private final Conversation conversation;
    private final Exchange exchange;
    private final ArrayDeque<LogEvent> taken = new ArrayDeque<>();
    private boolean closed; // guarded by this

    Logs(Conversation conversation, LogsRequest request) {
        this.conversation = conversation;
        this.exchange =
                new Exchange(
                        Request.newBuilder()
                                .setRequestId(conversation.nextId())
                                .setLogsRequest(request)
                                .build(),
                        Exchange.Nature.RECORDING,
                        response ->
                                response.hasLogsRequestAccepted()
                                        || response.hasLogEntriesResponse()
                                        || response.hasLogsStopResponse());
        conversation.begin(exchange);
    }

    /**
     * Waits for the next line, or what else there is to say.
     *
     * @return nothing if there was nothing in time
     * @throws MusterException if the request is refused, or over
     */
    public Optional<LogEvent> poll(Duration within) {
        if (taken.isEmpty()) {
            exchange.answers().poll(within).map(Logs::read).ifPresent(taken::addAll);
        }
        return Optional.ofNullable(taken.poll());
    }

    private static List<LogEvent> read(Response response) {
        if (response.hasLogEntriesResponse()) {
            return response.getLogEntriesResponse().getLogEntriesList().stream()
                    .<LogEvent>map(
                            entry -> new LogEvent.Line(entry.getWorkloadName(), entry.getMessage()))
                    .toList();
        }
        if (response.hasLogsStopResponse()) {
            var stop = response.getLogsStopResponse();
            return List.of(
                    new LogEvent.Stopped(
                            stop.getWorkloadName(), stop.getIncomplete(), stop.getReason()));
        }
        var accepted = response.getLogsRequestAccepted();
        return List.of(
                new LogEvent.Accepted(
                        accepted.getWorkloadNamesList(),
                        accepted.getProblemsList().stream()
                                .map(each ->
                                        "%s: %s; %s"
                                                .formatted(
                                                        each.getWhere(),
                                                        each.getWhat(),
                                                        each.getRemedy()))
                                .toList()));
    }

    /** Asks for no more, without waiting for the agent. Safe to repeat. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            conversation.cancel(
                    exchange,
                    Request.newBuilder()
                            .setLogsCancelRequest(LogsCancelRequest.getDefaultInstance()),
                    Response::hasLogsCancelAccepted);
        }
    }
}
