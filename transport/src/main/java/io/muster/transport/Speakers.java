package io.muster.transport;

import io.muster.api.bus.BusListener.Disconnection;
import io.muster.api.bus.Message;
import io.muster.api.codec.LogsCodec;
import io.muster.api.codec.MalformedMessage;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.path.FieldMask;
import io.muster.api.request.LogSelection;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.api.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The workloads of an agent that talk to the server over its link: one conversation for each. */
final class Speakers {
    private final AgentName agent;
    private final Publisher publisher;
    private final PresenceView server;
    private final Function<Requester.Workload, Conversation> opening;
    private final BiConsumer<String, String> complain;
    private final SortedMap<WorkloadName, Conversation> conversations = new TreeMap<>();

    /**
     * Makes it without any.
     *
     * @param opening makes the conversation of a workload
     */
    Speakers(
            AgentName agent,
            Publisher publisher,
            PresenceView server,
            Function<Requester.Workload, Conversation> opening,
            BiConsumer<String, String> complain) {
        this.agent = agent;
        this.publisher = publisher;
        this.server = server;
        this.opening = opening;
        this.complain = complain;
    }

    Spokesman speakFor(WorkloadName workload) {
        var conversation = opening.apply(new Requester.Workload(agent, workload));
        if (conversations.putIfAbsent(workload, conversation) != null) {
            throw new IllegalStateException("somebody speaks for " + workload + " already");
        }
        if (publisher.ready()) {
            conversation.connected();
        }
        return new Speaker(workload, conversation);
    }

    /** Takes an answer to a workload; one for a workload that is gone is for nobody. */
    void responded(Requester to, Message message) {
        if (to instanceof Requester.Workload(var through, var workload)
                && through.equals(agent)
                && conversations.containsKey(workload)) {
            try {
                conversations.get(workload).responded(message);
            } catch (MalformedMessage e) {
                complain.accept(message.topic().value(), String.valueOf(e.getMessage()));
            }
        }
    }

    /** Takes what an agent tells one who reads logs; one that reads no more is nobody. */
    void logged(Topics.LogTopic from, Message message) throws MalformedMessage {
        var chunk = LogsCodec.decodeChunk(message.payload());
        for (var each : all()) {
            if (each.logged(from.agent(), from.stream(), chunk)) {
                return;
            }
        }
    }

    /** There is a connection. */
    void connected() {
        all().forEach(Conversation::connected);
    }

    /** There is no connection. */
    void disconnected(Disconnection why) {
        all().forEach(each -> each.disconnected(why));
    }

    /**
     * The server has shown that it is there, or that it is gone.
     *
     * @param known whether the connection has seen one before
     */
    void server(boolean known) {
        if (server.online()) {
            all().forEach(each -> each.serverIsThere(known));
        } else {
            all().forEach(Conversation::serverGone);
        }
    }

    void close() {
        all().forEach(Conversation::close);
        conversations.clear();
    }

    private List<Conversation> all() {
        return List.copyOf(conversations.values());
    }

    /** Speaks for a workload until it is closed, or the link is. */
    private final class Speaker implements Spokesman {
        private final WorkloadName workload;
        private final Conversation conversation;

        private Speaker(WorkloadName workload, Conversation conversation) {
            this.workload = workload;
            this.conversation = conversation;
        }

        @Override
        public CompletionStage<Response> ask(Request.Body body, Duration timeout) {
            var answer = new CompletableFuture<Response>();
            conversation.ask(body, timeout, Asks.Answer.completing(answer));
            return answer;
        }

        @Override
        public ClientLink.Subscription subscribe(
                List<FieldMask> masks, ClientLink.EventListener listener) {
            var feed = conversation.feed(masks, Optional.empty(), listener);
            conversation.begin(feed);
            return feed;
        }

        @Override
        public ClientLink.LogReading readLogs(
                List<InstanceName> instances,
                LogSelection selection,
                Duration patience,
                ClientLink.LogListener listener) {
            var feed = conversation.logFeed(instances, selection, listener);
            conversation.begin(feed, patience);
            return feed;
        }

        @Override
        public void close() {
            conversations.remove(workload, conversation);
            conversation.close();
        }
    }
}
