package io.muster.api.topic;

import io.muster.api.request.LogAudience;
import io.muster.api.request.Requester;
import java.util.ArrayList;
import java.util.List;

/**
 * Who may publish and read what: one table, made from the topic grammar. Everything else is denied.
 * The broker enforces it, and so does the server for each request.
 *
 * @param mayPublish filters of topics
 * @param mayRead filters of topics
 */
public record Permissions(List<TopicFilter> mayPublish, List<TopicFilter> mayRead) {
    /** Copies the lists. */
    public Permissions {
        mayPublish = List.copyOf(mayPublish);
        mayRead = List.copyOf(mayRead);
    }

    /** The row of the table for this identity. */
    public static Permissions of(Identity identity) {
        var topics = new Topics(identity.cluster());
        return switch (identity) {
            case Identity.Server _ -> ofServer(topics);
            case Identity.Agent agent -> ofAgent(topics, agent);
            case Identity.Client client -> ofClient(topics, client);
            case Identity.Observer _ -> new Permissions(List.of(), List.of(topics.everything()));
        };
    }

    /** Says whether a message may be published to this topic. */
    public boolean allowsPublish(Topic topic) {
        return mayPublish.stream().anyMatch(filter -> filter.matches(topic));
    }

    /** Says whether a message of this topic may be delivered. */
    public boolean allowsRead(Topic topic) {
        return mayRead.stream().anyMatch(filter -> filter.matches(topic));
    }

    /**
     * Says whether a subscription may be made: whether all topics that {@code filter} chooses may
     * be read.
     */
    public boolean allowsSubscribe(TopicFilter filter) {
        return mayRead.stream().anyMatch(allowed -> covers(allowed, filter));
    }

    private static boolean covers(TopicFilter allowed, TopicFilter asked) {
        var a = allowed.value().split("/", -1);
        var b = asked.value().split("/", -1);
        for (int i = 0; i < a.length; i++) {
            if (a[i].equals("#")) {
                return true;
            }
            if (i >= b.length || b[i].equals("#")) {
                return false;
            }
            if (!a[i].equals("+") && !a[i].equals(b[i])) {
                return false;
            }
        }
        return a.length == b.length;
    }

    private static Permissions ofServer(Topics topics) {
        var publish = new ArrayList<TopicFilter>();
        var read = new ArrayList<TopicFilter>();
        publish.add(TopicFilter.of(topics.serverPresence()));
        read.add(TopicFilter.of(topics.serverPresence())); // to notice another live server
        for (var channel : AgentChannel.values()) {
            (channel.toAgent() ? publish : read).add(topics.allAgents(channel));
        }
        publish.addAll(topics.allResponses());
        read.addAll(topics.allRequests());
        return new Permissions(publish, read);
    }

    private static Permissions ofAgent(Topics topics, Identity.Agent agent) {
        var publish = new ArrayList<TopicFilter>();
        var read = new ArrayList<TopicFilter>();
        read.add(TopicFilter.of(topics.serverPresence()));
        for (var channel : AgentChannel.values()) {
            (channel.toAgent() ? read : publish)
                    .add(TopicFilter.of(topics.agent(agent.name(), channel)));
        }
        publish.addAll(topics.logsOf(agent.name()));
        read.addAll(topics.creditFor(agent.name()));
        var audience = new LogAudience.Agent(agent.name());
        publish.add(topics.creditOf(audience));
        read.add(topics.logsFor(audience));
        publish.add(topics.requestsThrough(agent.name()));
        read.add(topics.responsesThrough(agent.name()));
        return new Permissions(publish, read);
    }

    private static Permissions ofClient(Topics topics, Identity.Client client) {
        var publish = new ArrayList<TopicFilter>();
        var read = new ArrayList<TopicFilter>();
        read.add(TopicFilter.of(topics.serverPresence()));
        var audience = new LogAudience.Client(client.name());
        publish.add(topics.creditOf(audience));
        read.add(topics.logsFor(audience));
        var requester = new Requester.Client(client.name());
        publish.add(TopicFilter.of(topics.request(requester)));
        read.add(TopicFilter.of(topics.response(requester)));
        return new Permissions(publish, read);
    }
}
