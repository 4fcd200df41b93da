package io.muster.api.codec;

import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.outcome.Problem;
import io.muster.api.proto.RequestProto;
import io.muster.api.request.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a requester is told. */
final class ResponseCodec {
    private ResponseCodec() {}

    static RequestProto.Response encode(Response response) {
        var message = RequestProto.Response.newBuilder().setRequestId(response.id());
        switch (response.body()) {
            case Response.Refused refused -> message.setError(encode(refused));
            case Response.StateAnswer answer -> message.setCompleteStateResponse(encode(answer));
            case Response.Updated updated -> message.setUpdateStateSuccess(encode(updated));
            case Response.Planned(var plan) -> message.setUpdatePlan(PlanCodec.encode(plan));
            case Response.History history ->
                    message.setHistoryResponse(HistoryCodec.encode(history));
            case Response.HistoryState state ->
                    message.setHistoryStateResponse(HistoryCodec.encode(state));
            case Response.LogsAccepted accepted ->
                    message.setLogsRequestAccepted(LogsCodec.encode(accepted));
            case Response.LogEntries entries ->
                    message.setLogEntriesResponse(LogsCodec.encode(entries));
            case Response.LogsStopped stopped ->
                    message.setLogsStopResponse(LogsCodec.encode(stopped));
            case Response.LogsCancelled() ->
                    message.setLogsCancelAccepted(
                            RequestProto.LogsCancelAccepted.getDefaultInstance());
            case Response.EventsCancelled() ->
                    message.setEventsCancelAccepted(
                            RequestProto.EventsCancelAccepted.getDefaultInstance());
            case Response.EventsRenewed(var last) ->
                    message.setEventsRenewed(
                            RequestProto.EventsRenewed.newBuilder().setLast(encode(last)));
        }
        return message.build();
    }

    static Response decode(RequestProto.Response message) throws MalformedMessage {
        return new Response(
                message.getRequestId(),
                switch (message.getResponseContentCase()) {
                    case ERROR -> decode(message.getError());
                    case COMPLETESTATERESPONSE -> decode(message.getCompleteStateResponse());
                    case UPDATESTATESUCCESS -> decode(message.getUpdateStateSuccess());
                    case UPDATEPLAN ->
                            new Response.Planned(PlanCodec.decode(message.getUpdatePlan()));
                    case HISTORYRESPONSE -> HistoryCodec.decode(message.getHistoryResponse());
                    case HISTORYSTATERESPONSE ->
                            HistoryCodec.decode(message.getHistoryStateResponse());
                    case EVENTSCANCELACCEPTED -> new Response.EventsCancelled();
                    case EVENTSRENEWED ->
                            new Response.EventsRenewed(
                                    decode(message.getEventsRenewed().getLast()));
                    case LOGSREQUESTACCEPTED -> LogsCodec.decode(message.getLogsRequestAccepted());
                    case LOGENTRIESRESPONSE -> LogsCodec.decode(message.getLogEntriesResponse());
                    case LOGSSTOPRESPONSE -> LogsCodec.decode(message.getLogsStopResponse());
                    case LOGSCANCELACCEPTED -> new Response.LogsCancelled();
                    case RESPONSECONTENT_NOT_SET ->
                            throw new MalformedMessage("no content that is known here");
                });
    }

    private static RequestProto.Error encode(Response.Refused refused) {
        var message =
                RequestProto.Error.newBuilder()
                        .setMessage(refused.message())
                        .setKind(
                                switch (refused.reason()) {
                                    case REFUSED -> RequestProto.ErrorKind.ERROR_KIND_REFUSED;
                                    case BUSY -> RequestProto.ErrorKind.ERROR_KIND_BUSY;
                                    case UNKNOWN_SUBSCRIPTION ->
                                            RequestProto.ErrorKind.ERROR_KIND_UNKNOWN_SUBSCRIPTION;
                                    case STALE -> RequestProto.ErrorKind.ERROR_KIND_STALE;
                                    case OUTCOME_UNKNOWN ->
                                            RequestProto.ErrorKind.ERROR_KIND_OUTCOME_UNKNOWN;
                                });
        refused.revision().ifPresent(revision -> message.setRevision(revision.value()));
        return message.addAllProblems(encode(refused.problems())).build();
    }

    static List<RequestProto.Problem> encode(List<Problem> problems) {
        return problems.stream()
                .map(problem ->
                        RequestProto.Problem.newBuilder()
                                .setWhere(problem.where())
                                .setWhat(problem.what())
                                .setRemedy(problem.remedy())
                                .build())
                .toList();
    }

    static List<Problem> decode(List<RequestProto.Problem> problems) {
        return problems.stream()
                .map(problem ->
                        new Problem(problem.getWhere(), problem.getWhat(), problem.getRemedy()))
                .toList();
    }

    private static Response.Refused decode(RequestProto.Error message) {
        return new Response.Refused(
                switch (message.getKind()) {
                    // Whatever a newer server has for a reason: the request was not carried out.
                    case ERROR_KIND_REFUSED, UNRECOGNIZED -> Response.Reason.REFUSED;
                    case ERROR_KIND_BUSY -> Response.Reason.BUSY;
                    case ERROR_KIND_UNKNOWN_SUBSCRIPTION -> Response.Reason.UNKNOWN_SUBSCRIPTION;
                    case ERROR_KIND_STALE -> Response.Reason.STALE;
                    case ERROR_KIND_OUTCOME_UNKNOWN -> Response.Reason.OUTCOME_UNKNOWN;
                },
                message.getMessage(),
                decode(message.getProblemsList()),
                message.hasRevision()
                        ? Optional.of(new Revision(message.getRevision()))
                        : Optional.empty());
    }

    private static RequestProto.CompleteStateResponse encode(Response.StateAnswer answer) {
        return encodeWithoutPosition(answer)
                .setPosition(encode(answer.position()))
                .setResumed(answer.resumed())
                .build();
    }

    /** What all who are told the same of the same event have in common. */
    static RequestProto.CompleteStateResponse.Builder encodeWithoutPosition(
            Response.StateAnswer answer) {
        var message =
                RequestProto.CompleteStateResponse.newBuilder()
                        .setCompleteState(TreeEncoder.encode(answer.state()))
                        .setRevision(answer.revision().value());
        answer.time().ifPresent(time -> message.setTimeMicros(Times.micros(time)));
        answer.altered()
                .ifPresent(altered ->
                        message.setAlteredFields(
                                RequestProto.AlteredFields.newBuilder()
                                        .addAllAddedFields(altered.added())
                                        .addAllUpdatedFields(altered.updated())
                                        .addAllRemovedFields(altered.removed())));
        return message;
    }

    private static Response.StateAnswer decode(RequestProto.CompleteStateResponse message)
            throws MalformedMessage {
        var altered = message.getAlteredFields();
        return new Response.StateAnswer(
                TreeDecoder.decode(message.getCompleteState()),
                message.hasAlteredFields()
                        ? Optional.of(
                                new Response.AlteredFields(
                                        altered.getAddedFieldsList(),
                                        altered.getUpdatedFieldsList(),
                                        altered.getRemovedFieldsList()))
                        : Optional.empty(),
                decode(message.getPosition()),
                new Revision(message.getRevision()),
                message.hasTimeMicros()
                        ? Optional.of(Times.ofMicros(message.getTimeMicros()))
                        : Optional.empty(),
                message.getResumed());
    }

    static RequestProto.EventPosition encode(Response.EventPosition position) {
        return RequestProto.EventPosition.newBuilder()
                .setEpoch(position.epoch())
                .setSequence(position.sequence())
                .setPrevious(position.previous())
                .build();
    }

    static Response.EventPosition decode(RequestProto.EventPosition message)
            throws MalformedMessage {
        return new Response.EventPosition(
                Decoding.natural("epoch", message.getEpoch()),
                Decoding.natural("sequence", message.getSequence()),
                Decoding.natural("previous", message.getPrevious()));
    }

    private static RequestProto.UpdateStateSuccess encode(Response.Updated updated) {
        var message =
                RequestProto.UpdateStateSuccess.newBuilder()
                        .addAllAddedWorkloads(texts(updated.added()))
                        .addAllDeletedWorkloads(texts(updated.deleted()))
                        .setRevision(updated.revision().value());
        updated.touched()
                .forEach(touched ->
                        message.addTouched(
                                RequestProto.TouchedWorkload.newBuilder()
                                        .setInstanceName(ExecutionCodec.encode(touched.instance()))
                                        .setChangedAt(touched.changedAt().value())
                                        .setDeleted(touched.deleted())));
        return message.addAllIgnoredMasks(updated.ignored()).build();
    }

    private static Response.Updated decode(RequestProto.UpdateStateSuccess message)
            throws MalformedMessage {
        var touched = new ArrayList<Response.Touched>();
        for (var one : message.getTouchedList()) {
            touched.add(
                    new Response.Touched(
                            ExecutionCodec.decode(one.getInstanceName()),
                            new Revision(one.getChangedAt()),
                            one.getDeleted()));
        }
        return new Response.Updated(
                instances(message.getAddedWorkloadsList()),
                instances(message.getDeletedWorkloadsList()),
                new Revision(message.getRevision()),
                touched,
                message.getIgnoredMasksList());
    }

    private static List<String> texts(List<InstanceName> instances) {
        return instances.stream().map(InstanceName::toString).toList();
    }

    private static List<InstanceName> instances(List<String> texts) throws MalformedMessage {
        var instances = new ArrayList<InstanceName>();
        for (var text : texts) {
            instances.add(
                    InstanceName.parse(text)
                            .orElseThrow(() ->
                                    new MalformedMessage("\"" + text + "\" is no instance name")));
        }
        return instances;
    }
}
