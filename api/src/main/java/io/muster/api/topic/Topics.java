package io.muster.api.topic;

import io.muster.api.name.AgentName;
import io.muster.api.name.ClientName;
import io.muster.api.name.ClusterName;
import io.muster.api.name.Names;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.LogAudience;
import io.muster.api.request.LogStream;
import io.muster.api.request.Requester;
import java.util.List;
import java.util.Optional;

/**
 * All topics of one cluster, below {@code muster/v1/<cluster>/}.
 *
 * <p>This is the only place that knows their grammar; {@code topics.md} tells it to people.
 */
public final class Topics {
    private static final String SERVER_PRESENCE = "server/presence";
    private static final String AGENT = "agent/";
    private static final String CLIENT = "client/";
    private static final String REQUEST = "request/";
    private static final String RESPONSE = "response/";
    private static final String LOGS = "/logs/";
    private static final String CREDIT = "/credit/";

    private final ClusterName cluster;
    private final String root;

    /** The topics of this cluster. */
    public Topics(ClusterName cluster) {
        this.cluster = cluster;
        this.root = "muster/v1/" + cluster + "/";
    }

    /** Returns the cluster. */
    public ClusterName cluster() {
        return cluster;
    }

    /** Server to all, retained: whether the server is there. */
    public Topic serverPresence() {
        return topic(SERVER_PRESENCE);
    }

    /** Agent to server, or server to agent, by {@code channel}. */
    public Topic agent(AgentName agent, AgentChannel channel) {
        return topic(AGENT + agent + "/" + channel.level());
    }

    /** One channel of all agents. */
    public TopicFilter allAgents(AgentChannel channel) {
        return new TopicFilter(root + AGENT + "+/" + channel.level());
    }

    /** Requester to server. */
    public Topic request(Requester requester) {
        return topic(REQUEST + requester);
    }

    /** The requests of all clients, and those of all workloads. */
    public List<TopicFilter> allRequests() {
        return ofAll(REQUEST);
    }

    /** The requests of the workloads of one agent. */
    public TopicFilter requestsThrough(AgentName agent) {
        return new TopicFilter(root + REQUEST + AGENT + agent + "/+");
    }

    /** Server to requester: answers and events. */
    public Topic response(Requester requester) {
        return topic(RESPONSE + requester);
    }

    /** The answers to all clients, and those to all workloads. */
    public List<TopicFilter> allResponses() {
        return ofAll(RESPONSE);
    }

    /** The answers to the workloads of one agent. */
    public TopicFilter responsesThrough(AgentName agent) {
        return new TopicFilter(root + RESPONSE + AGENT + agent + "/+");
    }

    private List<TopicFilter> ofAll(String kind) {
        return List.of(
                new TopicFilter(root + kind + CLIENT + "+"),
                new TopicFilter(root + kind + AGENT + "+/+"));
    }

    /** Agent to whoever reads them: logs. */
    public Topic logs(AgentName agent, LogStream stream) {
        return topic(AGENT + agent + LOGS + stream);
    }

    /** The logs of one agent, for all clients, and for all agents. */
    public List<TopicFilter> logsOf(AgentName agent) {
        return forAll(agent, LOGS);
    }

    /** The logs of all agents, for one who reads them. */
    public TopicFilter logsFor(LogAudience audience) {
        return new TopicFilter(root + AGENT + "+" + LOGS + audience + "/+");
    }

    /** Whoever reads logs to the agent that sends them: how much it takes. */
    public Topic credit(AgentName agent, LogStream stream) {
        return topic(AGENT + agent + CREDIT + stream);
    }

    /** What all clients take of one agent, and what all agents do. */
    public List<TopicFilter> creditFor(AgentName agent) {
        return forAll(agent, CREDIT);
    }

    /** What one who reads logs takes of all agents. */
    public TopicFilter creditOf(LogAudience audience) {
        return new TopicFilter(root + AGENT + "+" + CREDIT + audience + "/+");
    }

    private List<TopicFilter> forAll(AgentName agent, String kind) {
        return List.of(
                new TopicFilter(root + AGENT + agent + kind + "+/+"),
                new TopicFilter(root + AGENT + agent + kind + AGENT + "+/+"));
    }

    /** Reads whose logs these are, and for whom; empty if it is no such topic. */
    public Optional<LogTopic> logTopic(Topic topic) {
        return logTopic(topic, LOGS);
    }

    /** Reads of whose logs somebody takes more, and who; empty if it is no such topic. */
    public Optional<LogTopic> creditTopic(Topic topic) {
        return logTopic(topic, CREDIT);
    }

    private Optional<LogTopic> logTopic(Topic topic, String kind) {
        return below(AGENT, topic)
                .flatMap(rest -> {
                    int at = rest.indexOf(kind);
                    return at < 0
                            ? Optional.<LogTopic>empty()
                            : agentName(rest.substring(0, at))
                                    .flatMap(agent ->
                                            stream(rest.substring(at + kind.length()))
                                                    .map(its -> new LogTopic(agent, its)));
                });
    }

    private static Optional<LogStream> stream(String rest) {
        int last = rest.lastIndexOf('/');
        return last < 0 || !Names.isName(rest.substring(last + 1))
                ? Optional.empty()
                : audience(rest.substring(0, last))
                        .map(audience -> new LogStream(audience, rest.substring(last + 1)));
    }

    private static Optional<LogAudience> audience(String rest) {
        return rest.startsWith(AGENT)
                ? agentName(rest.substring(AGENT.length())).map(LogAudience.Agent::new)
                : clientName(rest).map(LogAudience.Client::new);
    }

    /** Everything in the cluster, for those who only watch. */
    public TopicFilter everything() {
        return new TopicFilter(root + "#");
    }

    /** Reads the agent and the channel from a topic; empty if it is none of an agent's channels. */
    public Optional<AgentTopic> agentTopic(Topic topic) {
        return below(AGENT, topic)
                .flatMap(rest -> {
                    int slash = rest.indexOf('/');
                    if (slash < 0) {
                        return Optional.empty();
                    }
                    var channel = AgentChannel.of(rest.substring(slash + 1));
                    return channel.flatMap(c ->
                            agentName(rest.substring(0, slash)).map(a -> new AgentTopic(a, c)));
                });
    }

    /** Reads who asks from a request topic; empty if it is none. */
    public Optional<Requester> requester(Topic topic) {
        return requester(REQUEST, topic);
    }

    /** Reads who is answered from a response topic; empty if it is none. */
    public Optional<Requester> answered(Topic topic) {
        return requester(RESPONSE, topic);
    }

    private Optional<Requester> requester(String kind, Topic topic) {
        return below(kind, topic)
                .flatMap(rest -> {
                    if (rest.startsWith(CLIENT)) {
                        return clientName(rest.substring(CLIENT.length()))
                                .map(Requester.Client::new);
                    }
                    return rest.startsWith(AGENT)
                            ? workload(rest.substring(AGENT.length()))
                            : Optional.empty();
                });
    }

    private static Optional<Requester> workload(String rest) {
        var names = rest.split("/", -1);
        return names.length == 2 && Names.isName(names[0]) && Names.isName(names[1])
                ? Optional.of(
                        new Requester.Workload(new AgentName(names[0]), new WorkloadName(names[1])))
                : Optional.empty();
    }

    private Optional<String> below(String prefix, Topic topic) {
        var start = root + prefix;
        return topic.value().startsWith(start)
                ? Optional.of(topic.value().substring(start.length()))
                : Optional.empty();
    }

    private Topic topic(String rest) {
        return new Topic(root + rest);
    }

    private static Optional<AgentName> agentName(String text) {
        return Names.isName(text) ? Optional.of(new AgentName(text)) : Optional.empty();
    }

    private static Optional<ClientName> clientName(String text) {
        return Names.isName(text) ? Optional.of(new ClientName(text)) : Optional.empty();
    }

    /** Whose logs, and who reads them, as read from a topic. */
    public record LogTopic(AgentName agent, LogStream stream) {}

    /** An agent's channel, as read from a topic. */
    public record AgentTopic(AgentName agent, AgentChannel channel) {}
}
