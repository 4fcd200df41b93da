package io.muster.transport;

import io.muster.api.bus.BusConnector;
import io.muster.api.bus.BusListener.Disconnection;
import io.muster.api.bus.BusListener.Retry;
import io.muster.api.bus.Publication;
import io.muster.api.codec.LinkCodec;
import io.muster.api.codec.MalformedMessage;
import io.muster.api.link.AgentPresence;
import io.muster.api.link.AssignedWorkload;
import io.muster.api.link.Command;
import io.muster.api.link.DesiredState;
import io.muster.api.link.Facts;
import io.muster.api.link.Load;
import io.muster.api.link.LogCredit;
import io.muster.api.link.Report;
import io.muster.api.link.ServerPresence;
import io.muster.api.name.AgentName;
import io.muster.api.name.ClientName;
import io.muster.api.name.ClusterName;
import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;
import io.muster.api.name.StateVersion;
import io.muster.api.request.LogStream;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.api.topic.Topic;
import io.muster.api.topic.Topics;
import io.muster.api.tree.Node;
import io.muster.testkit.bus.BrokerRules;
import io.muster.testkit.bus.Faults;
import io.muster.testkit.bus.MemoryBroker;
import io.muster.testkit.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A broker in virtual time, and links at it that write down what they hear. */
final class Net {
    static final Lineage STORE = new Lineage("store");
    static final Lineage FOREIGN = new Lineage("foreign");

    /** Small sizes, so that small bodies are big ones: 2 KiB chunks, 32 KiB bodies. */
    static final LinkOptions SMALL =
            new LinkOptions(
                    Duration.ofSeconds(6),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(2),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(20),
                    8 << 10,
                    2 << 10,
                    32 << 10);

    static final Duration SOON = Duration.ofSeconds(1);

    final Mishaps mishaps = new Mishaps();
    final Topics topics = new Topics(new ClusterName("test"));
    final World world;
    final MemoryBroker broker;
    final List<Published> published = new ArrayList<>();
    UnaryOperator<BusConnector> tap = connector -> connector;
    private int names;

    Net() {
        this(1);
    }

    Net(long seed) {
        world = new World(seed);
        broker = broker(mishaps);
    }

    Net(World world, Faults faults) {
        this.world = world;
        broker = broker(faults);
    }

    private MemoryBroker broker(Faults faults) {
        var made =
                new MemoryBroker(
                        world.serial("broker", 100_000),
                        world.split(),
                        faults,
                        BrokerRules.DEFAULT);
        made.spy((client, publication) ->
                published.add(new Published(client, publication, world.elapsed())));
        return made;
    }

    /** What the broker took, from whom, and when. */
    record Published(String client, Publication publication, Duration at) {
        Topic topic() {
            return publication.topic();
        }
    }

    List<Published> publishedTo(Topic topic) {
        return published.stream().filter(p -> p.topic().equals(topic)).toList();
    }

    Server server(String host) {
        return new Server(host, SMALL);
    }

    /** A server that does not look whether there is another. */
    Server serverAtItsOwnBroker(String host) {
        return new Server(host, SMALL.withOwnBroker());
    }

    Agent agent(String host, String name) {
        return new Agent(host, new AgentName(name));
    }

    Client client(String host) {
        return new Client(host);
    }

    void run(Duration duration) {
        world.run(duration);
    }

    void until(String what, BooleanSupplier condition) {
        world.runUntil(what, Duration.ofSeconds(1), condition);
    }

    void within(Duration limit, String what, BooleanSupplier condition) {
        world.runUntil(what, limit, condition);
    }

    private boolean shows(Lineage lineage, long epoch) {
        return retainedPresence()
                .filter(p -> p.online() && p.lineage().equals(lineage) && p.epoch() == epoch)
                .isPresent();
    }

    Optional<ServerPresence> retainedPresence() {
        return broker.retained(topics.serverPresence())
                .map(payload -> {
                    try {
                        return LinkCodec.decodeServerPresence(payload);
                    } catch (MalformedMessage e) {
                        throw new AssertionError(e);
                    }
                });
    }

    static DesiredState desired(long revision) {
        return new DesiredState(
                new StateVersion(STORE, 1, new Revision(revision)),
                false,
                List.<AssignedWorkload>of());
    }

    /** A tree of about so many bytes. */
    static Node.Entries tree(int bytes) {
        var item = new Node.Text("x".repeat(bytes));
        var configs = new Node.Entries(Map.of("big", item));
        return new Node.Entries(
                Map.of("desiredState", new Node.Entries(Map.of("configs", configs))));
    }

    static Request.Body update(int bytes) {
        return new Request.UpdateState(tree(bytes), List.of());
    }

    static Request.Body get() {
        return new Request.GetState(List.of(), false);
    }

    static Response.Body updated(long revision) {
        return new Response.Updated(List.of(), List.of(), new Revision(revision), List.of());
    }

    /** A server link that writes down what it hears, and answers requests if told how. */
    final class Server implements ServerLink.Listener {
        final ServerLink link;
        final List<Long> connections = new ArrayList<>();
        final List<Disconnection> disconnections = new ArrayList<>();
        final List<AgentPresence> presences = new ArrayList<>();
        final List<Report> reports = new ArrayList<>();
        final List<Load> loads = new ArrayList<>();
        final List<Request> requests = new ArrayList<>();
        final List<Requester> requesters = new ArrayList<>();
        final List<Duration> timesToLive = new ArrayList<>();
        final List<ServerPresence> rivals = new ArrayList<>();
        final List<String> malformed = new ArrayList<>();
        final List<String> undeliverable = new ArrayList<>();
        Desk desk = (_, _) -> Optional.empty();

        private Server(String host, LinkOptions options) {
            link =
                    new ServerLink(
                            tap.apply(broker.connector(host)),
                            topics,
                            world.serial(host, 1000),
                            world.split(),
                            options,
                            this);
        }

        Server start(Lineage lineage, long epoch) {
            link.start(lineage, epoch, "1.2.3");
            return this;
        }

        /** Starts, and waits until its presence is there. */
        Server up(Lineage lineage, long epoch) {
            start(lineage, epoch);
            within(Duration.ofSeconds(5), "a server", () -> shows(lineage, epoch));
            return this;
        }

        @Override
        public void connected(long connection) {
            connections.add(connection);
        }

        @Override
        public Retry disconnected(Disconnection why) {
            disconnections.add(why);
            return new Retry.Soon();
        }

        @Override
        public void presence(AgentName agent, AgentPresence presence) {
            presences.add(presence);
        }

        @Override
        public void report(AgentName agent, Report report) {
            reports.add(report);
        }

        @Override
        public void load(AgentName agent, Load load) {
            loads.add(load);
        }

        @Override
        public void request(Requester requester, Request request, Duration timeToLive) {
            requests.add(request);
            requesters.add(requester);
            timesToLive.add(timeToLive);
            desk.answer(requester, request)
                    .ifPresent(body -> link.respond(requester, new Response(request.id(), body)));
            for (var body : desk.following(request)) {
                link.respond(requester, new Response(request.id(), body));
            }
        }

        @Override
        public void rival(ServerPresence other) {
            rivals.add(other);
        }

        @Override
        public void malformed(String topic, String why) {
            malformed.add(why);
        }

        @Override
        public void undeliverable(String topic, String why) {
            undeliverable.add(topic + ": " + why);
        }
    }

    /** Answers, or does not. */
    interface Desk {
        Optional<Response.Body> answer(Requester requester, Request request);

        /** What is told unasked, right after the answer. */
        default List<Response.Body> following(Request request) {
            return List.of();
        }
    }

    /** An agent link that writes down what it hears, and announces itself when connected. */
    final class Agent implements AgentLink.Listener {
        final AgentLink link;
        final AgentName name;
        final String instance;
        final List<String> nonces = new ArrayList<>();
        final List<Duration> connectedAt = new ArrayList<>();
        final List<Disconnection> disconnections = new ArrayList<>();
        final List<DesiredState> desired = new ArrayList<>();
        final List<String> desiredMalformed = new ArrayList<>();
        final List<Facts> facts = new ArrayList<>();
        final List<Command> commands = new ArrayList<>();
        final List<LogStream> readers = new ArrayList<>();
        final List<LogCredit> credits = new ArrayList<>();
        final List<ServerPresence> servers = new ArrayList<>();
        final List<String> malformed = new ArrayList<>();
        final List<String> undeliverable = new ArrayList<>();
        Retry retry = new Retry.Soon();

        private Agent(String host, AgentName name) {
            this.name = name;
            this.instance = "instance-" + host;
            link =
                    new AgentLink(
                            tap.apply(broker.connector(host)),
                            topics,
                            name,
                            instance,
                            world.serial(host, 1000),
                            world.clock(),
                            world.split(),
                            SMALL,
                            this);
        }

        Agent start() {
            link.start();
            return this;
        }

        Agent up() {
            start();
            until("an agent", () -> !nonces.isEmpty());
            return this;
        }

        AgentPresence presence(String nonce) {
            return new AgentPresence(
                    true,
                    instance,
                    nonce,
                    "1.2.3",
                    new TreeMap<>(),
                    List.of(),
                    Optional.empty(),
                    0,
                    0,
                    0);
        }

        Report report(long sequence, int troubleBytes) {
            return new Report(
                    instance,
                    nonces.getLast(),
                    sequence,
                    Optional.empty(),
                    List.of(),
                    List.of(),
                    false,
                    "x".repeat(troubleBytes));
        }

        @Override
        public void connected(String nonce) {
            nonces.add(nonce);
            connectedAt.add(world.elapsed());
            link.announce(presence(nonce));
        }

        @Override
        public Retry disconnected(Disconnection why) {
            disconnections.add(why);
            return retry;
        }

        @Override
        public void desired(DesiredState state) {
            desired.add(state);
        }

        @Override
        public void desiredMalformed(String why) {
            desiredMalformed.add(why);
        }

        @Override
        public void facts(Facts told) {
            facts.add(told);
        }

        @Override
        public void command(Command command) {
            commands.add(command);
        }

        @Override
        public void logCredit(LogStream stream, LogCredit credit) {
            readers.add(stream);
            credits.add(credit);
        }

        @Override
        public void server(ServerPresence presence) {
            servers.add(presence);
        }

        @Override
        public void malformed(String topic, String why) {
            malformed.add(why);
        }

        @Override
        public void undeliverable(String topic, String why) {
            undeliverable.add(topic + ": " + why);
        }
    }

    /** A client link. */
    final class Client {
        final ClientLink link;
        final ClientName name = new ClientName("client-" + ++names);

        private Client(String host) {
            link =
                    new ClientLink(
                            tap.apply(broker.connector(host)),
                            topics,
                            name,
                            world.serial(host, 1000),
                            world.clock(),
                            world.split(),
                            SMALL);
        }

        Client start() {
            link.start();
            return this;
        }

        Answer ask(Request.Body body, Duration timeout) {
            return new Answer(link.ask(body, timeout));
        }

        Listening subscribe() {
            var listening = new Listening();
            listening.subscription = link.subscribe(List.of(), listening);
            return listening;
        }
    }

    /** What came of asking. */
    final class Answer {
        Optional<Response> response = Optional.empty();
        Optional<LinkException> failure = Optional.empty();
        Duration at = Duration.ZERO;

        private Answer(CompletionStage<Response> stage) {
            var _ =
                    stage.whenComplete((answer, why) -> {
                        response = Optional.ofNullable(answer);
                        failure = Optional.ofNullable((LinkException) why);
                        at = world.elapsed();
                    });
        }

        boolean isThere() {
            return response.isPresent() || failure.isPresent();
        }

        LinkException.Kind kind() {
            return failure.orElseThrow().kind();
        }

        Response.Body body() {
            return response.orElseThrow().body();
        }
    }

    /** What a subscriber heard. */
    static final class Listening implements ClientLink.EventListener {
        final List<String> heard = new ArrayList<>();
        ClientLink.@Nullable Subscription subscription;

        @Override
        public void snapshot(Response.StateAnswer answer) {
            heard.add("snapshot " + answer.revision());
        }

        @Override
        public void event(Response.StateAnswer answer) {
            heard.add("event " + answer.revision());
        }

        @Override
        public void interrupted(String why) {
            heard.add("interrupted: " + why);
        }

        @Override
        public void resumed() {
            heard.add("resumed");
        }

        @Override
        public void refused(Response.Refused refused) {
            heard.add("refused: " + refused.message());
        }

        void close() {
            if (subscription != null) {
                subscription.close();
            }
        }
    }

    /** The part of a server that keeps subscriptions: it tells each the revision. */
    static final class Subscriptions implements Desk {
        final Map<String, Requester> requesters = new LinkedHashMap<>();
        final Map<String, Long> told = new LinkedHashMap<>();
        final List<String> cancelled = new ArrayList<>();
        private final TreeMap<Long, Long> revisions = new TreeMap<>();
        long epoch = 1;
        long revision = 1;
        long sequence;

        /** How many of the last changes are told to who resumes. */
        int kept;

        @Override
        public Optional<Response.Body> answer(Requester requester, Request request) {
            return switch (request.body()) {
                case Request.GetState get when get.subscribe() -> {
                    requesters.put(request.id(), requester);
                    told.put(request.id(), sequence);
                    yield Optional.of(
                            new Response.StateAnswer(
                                    tree(10),
                                    Optional.empty(),
                                    resumes(get)
                                            ? get.from().orElseThrow()
                                            : new Response.EventPosition(epoch, sequence),
                                    new Revision(revision),
                                    Optional.empty(),
                                    resumes(get)));
                }
                case Request.RenewEvents(var id) when told.containsKey(id) ->
                        Optional.of(
                                new Response.EventsRenewed(
                                        new Response.EventPosition(
                                                epoch, sequence, told.getOrDefault(id, 0L))));
                case Request.RenewEvents _ ->
                        Optional.of(
                                new Response.Refused(
                                        Response.Reason.UNKNOWN_SUBSCRIPTION, "which?", List.of()));
                case Request.CancelEvents() -> {
                    cancelled.add(request.id());
                    forget(request.id());
                    yield Optional.of(new Response.EventsCancelled());
                }
                case Request.Body _ -> Optional.of(updated(revision));
            };
        }

        private boolean resumes(Request.GetState get) {
            return get.from()
                    .filter(from -> from.epoch() == epoch && from.sequence() >= sequence - kept)
                    .isPresent();
        }

        @Override
        public List<Response.Body> following(Request request) {
            var missed = new ArrayList<Response.Body>();
            if (request.body() instanceof Request.GetState get && resumes(get)) {
                for (long n = get.from().orElseThrow().sequence() + 1; n <= sequence; n++) {
                    missed.add(event(n, n - 1));
                }
            }
            return missed;
        }

        void forget(String id) {
            requesters.remove(id);
            told.remove(id);
        }

        void forgetAll() {
            requesters.clear();
            told.clear();
        }

        /** Something has changed: tells everybody. */
        void change(ServerLink link) {
            revision++;
            var audience = Map.copyOf(requesters);
            for (var response : changed()) {
                link.respond(Objects.requireNonNull(audience.get(response.id())), response);
            }
        }

        /** The next event of each subscription. */
        List<Response> changed() {
            sequence++;
            revisions.put(sequence, revision);
            var events = new ArrayList<Response>();
            for (var id : List.copyOf(requesters.keySet())) {
                events.add(new Response(id, event(sequence, told.getOrDefault(id, 0L))));
                told.put(id, sequence);
            }
            return events;
        }

        private Response.StateAnswer event(long number, long previous) {
            return new Response.StateAnswer(
                    tree(10),
                    Optional.of(
                            new Response.AlteredFields(
                                    List.of(), List.of("desiredState"), List.of())),
                    new Response.EventPosition(epoch, number, previous),
                    new Revision(revisions.getOrDefault(number, revision)));
        }
    }
}
