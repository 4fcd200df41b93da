package io.muster.api.codec;

import io.muster.api.name.AgentName;
import io.muster.api.name.ClientName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.proto.RequestProto;
import io.muster.api.request.HistoryEntry;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;

/** Answers about the desired states that are kept. */
public final class HistoryCodec {
    private static final String CLIENT = "client/";
    private static final String AGENT = "agent/";

    private HistoryCodec() {}

    /**
     * Reads what the text form of a {@link Requester} says.
     *
     * @throws IllegalArgumentException if it is no requester
     */
    public static Requester requester(String text) {
        if (text.startsWith(CLIENT)) {
            return new Requester.Client(new ClientName(text.substring(CLIENT.length())));
        }
        if (text.startsWith(AGENT)) {
            var names = text.substring(AGENT.length()).split("/", -1);
            if (names.length == 2) {
                return new Requester.Workload(new AgentName(names[0]), new WorkloadName(names[1]));
            }
        }
        throw new IllegalArgumentException("\"" + text + "\" is no requester");
    }

    static RequestProto.HistoryResponse encode(Response.History history) {
        var message =
                RequestProto.HistoryResponse.newBuilder().setRevision(history.revision().value());
        history.entries().forEach(entry -> message.addEntries(encode(entry)));
        return message.build();
    }

    static Response.History decode(RequestProto.HistoryResponse message) throws MalformedMessage {
        var entries = new ArrayList<HistoryEntry>();
        for (var entry : message.getEntriesList()) {
            entries.add(decode(entry));
        }
        return new Response.History(entries, new Revision(message.getRevision()));
    }

    static RequestProto.HistoryStateResponse encode(Response.HistoryState state) {
        return RequestProto.HistoryStateResponse.newBuilder()
                .setEntry(encode(state.entry()))
                .setCompleteState(TreeEncoder.encode(state.state()))
                .setRevision(state.revision().value())
                .build();
    }

    static Response.HistoryState decode(RequestProto.HistoryStateResponse message)
            throws MalformedMessage {
        return new Response.HistoryState(
                decode(message.getEntry()),
                TreeDecoder.decode(message.getCompleteState()),
                new Revision(message.getRevision()));
    }

    private static RequestProto.HistoryEntry encode(HistoryEntry entry) {
        var counts = entry.counts();
        var message =
                RequestProto.HistoryEntry.newBuilder()
                        .setRevision(entry.revision().value())
                        .setWorkloadsAdded(counts.workloadsAdded())
                        .setWorkloadsChanged(counts.workloadsChanged())
                        .setWorkloadsDeleted(counts.workloadsDeleted())
                        .setConfigsChanged(counts.configsChanged())
                        .addAllAgents(AgentStepCodec.encode(entry.agents()));
        entry.time().ifPresent(time -> message.setTimeMillis(time.toEpochMilli()));
        entry.by().ifPresent(by -> message.setRequester(by.toString()));
        return message.build();
    }

    private static HistoryEntry decode(RequestProto.HistoryEntry message) throws MalformedMessage {
        return new HistoryEntry(
                new Revision(message.getRevision()),
                message.hasTimeMillis()
                        ? Optional.of(Instant.ofEpochMilli(message.getTimeMillis()))
                        : Optional.empty(),
                message.getRequester().isEmpty()
                        ? Optional.empty()
                        : Optional.of(requester(message.getRequester())),
                new HistoryEntry.Counts(
                        count("workloadsAdded", message.getWorkloadsAdded()),
                        count("workloadsChanged", message.getWorkloadsChanged()),
                        count("workloadsDeleted", message.getWorkloadsDeleted()),
                        count("configsChanged", message.getConfigsChanged())),
                AgentStepCodec.decode(message.getAgentsList()));
    }

    private static int count(String what, int number) throws MalformedMessage {
        return (int) Decoding.natural(what, number);
    }
}
