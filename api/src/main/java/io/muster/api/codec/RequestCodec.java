package io.muster.api.codec;

import io.muster.api.name.Revision;
import io.muster.api.outcome.Outcome;
import io.muster.api.path.FieldMask;
import io.muster.api.proto.RequestProto;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a client or a workload asks of the server, and what it is told: Ankaios' messages and more.
 */
public final class RequestCodec {
    private RequestCodec() {}

    /**
     * Encodes.
     *
     * @throws IllegalArgumentException if the body cannot be sent: a new state with keys that no
     *     state has, or a body that stands for what was not understood
     */
    public static byte[] encode(Request request) {
        return message(request).toByteArray();
    }

    static RequestProto.Request message(Request request) {
        var message = RequestProto.Request.newBuilder().setRequestId(request.id());
        switch (request.body()) {
            case Request.UpdateState update -> message.setUpdateStateRequest(encode(update));
            case Request.GetState get -> message.setCompleteStateRequest(encode(get));
            case Request.CancelEvents() ->
                    message.setEventsCancelRequest(
                            RequestProto.EventsCancelRequest.getDefaultInstance());
            case Request.RenewEvents(var subscription) ->
                    message.setEventsRenewRequest(
                            RequestProto.EventsRenewRequest.newBuilder()
                                    .setSubscription(subscription));
            case Request.GetLogs get -> message.setLogsRequest(LogsCodec.encode(get));
            case Request.PullImages pull -> message.setImagesRequest(ImagesCodec.encode(pull));
            case Request.CancelLogs() ->
                    message.setLogsCancelRequest(
                            RequestProto.LogsCancelRequest.getDefaultInstance());
            case Request.GetHistory() ->
                    message.setHistoryRequest(RequestProto.HistoryRequest.getDefaultInstance());
            case Request.GetHistoryState(var revision) ->
                    message.setHistoryStateRequest(
                            RequestProto.HistoryStateRequest.newBuilder()
                                    .setRevision(revision.value()));
            case Request.Malformed(var why) ->
                    throw new IllegalArgumentException("cannot ask: " + why);
        }
        return message.build();
    }

    private static RequestProto.CompleteStateRequest encode(Request.GetState get) {
        var message =
                RequestProto.CompleteStateRequest.newBuilder()
                        .addAllFieldMask(texts(get.masks()))
                        .setSubscribeForEvents(get.subscribe());
        get.from().ifPresent(from -> message.setResumeFrom(ResponseCodec.encode(from)));
        return message.build();
    }

    private static Request.GetState get(RequestProto.CompleteStateRequest message)
            throws MalformedMessage {
        return new Request.GetState(
                masks(message.getFieldMaskList()),
                message.getSubscribeForEvents(),
                message.hasResumeFrom()
                        ? Optional.of(ResponseCodec.decode(message.getResumeFrom()))
                        : Optional.empty());
    }

    private static RequestProto.UpdateStateRequest encode(Request.UpdateState update) {
        var message =
                RequestProto.UpdateStateRequest.newBuilder()
                        .setNewState(TreeEncoder.encode(update.newState()))
                        .addAllUpdateMask(texts(update.masks()))
                        .setDryRun(update.dryRun())
                        .setImages(update.images());
        update.ifRevision().ifPresent(revision -> message.setIfRevision(revision.value()));
        return message.build();
    }

    /**
     * Decodes. Of a message that has an id and nothing else that is valid, the body is {@link
     * Request.Malformed}, so that it can be answered.
     */
    public static Request decodeRequest(byte[] bytes) throws MalformedMessage {
        return Decoding.decode(
                "request", RequestProto.Request.parser(), bytes, RequestCodec::decode);
    }

    static Request decode(RequestProto.Request message) {
        return new Request(message.getRequestId(), body(message));
    }

    private static Request.Body body(RequestProto.Request message) {
        try {
            return switch (message.getRequestContentCase()) {
                case UPDATESTATEREQUEST -> update(message.getUpdateStateRequest());
                case COMPLETESTATEREQUEST -> get(message.getCompleteStateRequest());
                case LOGSREQUEST -> LogsCodec.decode(message.getLogsRequest());
                case IMAGESREQUEST -> ImagesCodec.decode(message.getImagesRequest());
                case LOGSCANCELREQUEST -> new Request.CancelLogs();
                case EVENTSCANCELREQUEST -> new Request.CancelEvents();
                case EVENTSRENEWREQUEST ->
                        new Request.RenewEvents(message.getEventsRenewRequest().getSubscription());
                case HISTORYREQUEST -> new Request.GetHistory();
                case HISTORYSTATEREQUEST ->
                        new Request.GetHistoryState(
                                new Revision(message.getHistoryStateRequest().getRevision()));
                case REQUESTCONTENT_NOT_SET ->
                        new Request.Malformed("the request has no content that is known here");
            };
        } catch (MalformedMessage | IllegalArgumentException e) {
            return new Request.Malformed(String.valueOf(e.getMessage()));
        }
    }

    private static Request.Body update(RequestProto.UpdateStateRequest message)
            throws MalformedMessage {
        if (!message.hasNewState()) {
            throw new MalformedMessage("the request to update the state has no new state");
        }
        UnknownFields.refuse(message);
        return new Request.UpdateState(
                TreeDecoder.decode(message.getNewState()),
                masks(message.getUpdateMaskList()),
                message.hasIfRevision()
                        ? Optional.of(new Revision(message.getIfRevision()))
                        : Optional.empty(),
                message.getDryRun(),
                message.getImages());
    }

    private static List<String> texts(List<FieldMask> masks) {
        return masks.stream().map(FieldMask::toString).toList();
    }

    private static List<FieldMask> masks(List<String> texts) throws MalformedMessage {
        if (texts.size() > Request.MAX_MASKS) {
            throw new MalformedMessage(
                    "the request has %d masks; send at most %d, or shorter ones"
                            .formatted(texts.size(), Request.MAX_MASKS));
        }
        var masks = new ArrayList<FieldMask>();
        for (var text : texts) {
            switch (FieldMask.parse(text)) {
                case Outcome.Accepted<FieldMask>(var mask) -> masks.add(mask);
                case Outcome.Refused<FieldMask>(var problems) ->
                        throw new MalformedMessage(problems.getFirst().toString());
            }
        }
        return masks;
    }

    /** Encodes. */
    public static byte[] encode(Response response) {
        return ResponseCodec.encode(response).toByteArray();
    }

    /** Decodes. */
    public static Response decodeResponse(byte[] bytes) throws MalformedMessage {
        return Decoding.decode(
                "response", RequestProto.Response.parser(), bytes, ResponseCodec::decode);
    }
}
