package io.muster.tests.bench;

import io.muster.api.bus.Bus;
import io.muster.api.bus.BusConnector;
import io.muster.api.bus.BusListener;
import io.muster.api.bus.Message;
import io.muster.api.bus.Publication;
import io.muster.api.bus.Session;
import io.muster.api.bus.Subscription;
import io.muster.api.codec.FrameCodec;
import io.muster.api.codec.Frames;
import io.muster.api.codec.LinkCodec;
import io.muster.api.codec.MalformedMessage;
import io.muster.api.codec.RequestCodec;
import io.muster.api.host.SystemClock;
import io.muster.api.host.ThreadSerial;
import io.muster.api.link.AgentPresence;
import io.muster.api.name.AgentName;
import io.muster.api.name.ClientName;
import io.muster.api.name.ClusterName;
import io.muster.api.name.WorkloadName;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.topic.AgentChannel;
import io.muster.api.topic.Identity;
import io.muster.api.topic.Topic;
import io.muster.api.topic.TopicFilter;
import io.muster.api.topic.Topics;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import io.muster.transport.ClientLink;
import io.muster.transport.LinkOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * One who changes things, many who listen to what changes, and agents that take their desired
 * states and do nothing. Listeners and agents count messages and look into none, so that this
 * process does not measure itself.
 */
final class Crowd implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String CONFIG = "command: sleep\nargs: [\"1000000\"]";
    private static final String SUBSCRIPTION = "events";

    private final Topics topics = new Topics(new ClusterName("default"));
    private final AtomicReference<Throwable> fault = new AtomicReference<>();
    private final ThreadSerial serial = new ThreadSerial("crowd", 1_000_000, fault::set);
    private final SplittableRandom random = new SplittableRandom(1);
    private final BusConnector connector;
    private final ClientLink operator;
    private final List<Listener> subscribers = new ArrayList<>();
    private final List<Listener> agents = new ArrayList<>();
    private final Object heard = new Object();
    private long events;
    private long desired;
    private int size;
    private int version;

    Crowd(int port, int agentCount, int subscriberCount) throws Exception {
        connector = Broker.at(port, random.split());
        operator =
                new ClientLink(
                        connector,
                        topics,
                        new ClientName("operator"),
                        serial,
                        new SystemClock(),
                        random.split(),
                        LinkOptions.DEFAULTS);
        awaitPort(port);
        operator.start();
        awaitServer();
        for (int i = 0; i < agentCount; i++) {
            var name = new AgentName("a" + i);
            agents.add(
                    new Listener(
                            new Identity.Agent(topics.cluster(), name).clientId(),
                            topics.agent(name, AgentChannel.DESIRED)));
        }
        for (int i = 0; i < subscriberCount; i++) {
            var name = new ClientName("s" + i);
            subscribers.add(
                    new Listener(
                            new Identity.Client(topics.cluster(), name).clientId(),
                            topics.response(new Requester.Client(name))));
        }
        await("connections", () -> allReady(subscribers) && allReady(agents));
        for (int i = 0; i < agentCount; i++) {
            var presence =
                    new AgentPresence(
                            true,
                            "instance" + i,
                            "nonce",
                            "0.1.0",
                            new TreeMap<>(),
                            List.of("native"),
                            Optional.empty(),
                            0,
                            0,
                            0);
            agents.get(i)
                    .publish(
                            Publication.live(
                                    topics.agent(new AgentName("a" + i), AgentChannel.PRESENCE),
                                    LinkCodec.encode(presence)));
        }
        await("first desired states", () -> desired >= agentCount);
    }

    private static void awaitPort(int port) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                Thread.sleep(50);
            }
        }
    }

    /** The broker is there before the server is. */
    private void awaitServer() throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                ask(new Request.GetState(List.of(FieldMask.of("agents")), false));
                return;
            } catch (ExecutionException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
            }
        }
    }

    private static boolean allReady(List<Listener> listeners) {
        return listeners.stream().allMatch(listener -> listener.ready);
    }

    /** Makes this many workloads, by turns on the agents. */
    void fill(int count) throws Exception {
        size = count;
        long before = desired;
        update(everything(), List.of(FieldMask.of("desiredState", "workloads")));
        await("desired states", () -> desired >= before + agents.size());
    }

    /** Lets all subscribers listen to everything, from now on. */
    void subscribe() throws Exception {
        var now =
                (Response.StateAnswer)
                        ask(
                                new Request.GetState(
                                        List.of(FieldMask.of("desiredState", "apiVersion")),
                                        false));
        long before = events;
        for (int i = 0; i < subscribers.size(); i++) {
            var request =
                    new Request(
                            SUBSCRIPTION,
                            new Request.GetState(List.of(), true, Optional.of(now.position())));
            var topic = topics.request(new Requester.Client(new ClientName("s" + i)));
            for (var frame :
                    Frames.split(
                            SUBSCRIPTION,
                            version++,
                            RequestCodec.encode(request),
                            LinkOptions.DEFAULTS.chunkBytes(),
                            Duration.ofSeconds(30))) {
                subscribers.get(i).publish(Publication.live(topic, FrameCodec.encode(frame)));
            }
        }
        await("subscriptions", () -> events >= before + subscribers.size());
    }

    /** Changes a tag of one workload, again and again; returns the median of the seconds. */
    double changeOne(int times) throws Exception {
        return change(times, 1);
    }

    /** Changes a tag of all workloads, again and again; returns the median of the seconds. */
    double changeAll(int times) throws Exception {
        return change(times, size);
    }

    private double change(int times, int count) throws Exception {
        var seconds = new ArrayList<Double>();
        for (int i = 0; i < times; i++) {
            version++;
            var only = new WorkloadName("w" + version % size);
            var tree = count == size ? everything() : tree(Map.of(only, workload(version % size)));
            var mask =
                    count == size
                            ? FieldMask.of("desiredState", "workloads")
                            : FieldMask.of("desiredState", "workloads", only.value());
            long heardBefore = events;
            long desiredBefore = desired;
            long start = System.nanoTime();
            update(tree, List.of(mask));
            await("events", () -> events >= heardBefore + subscribers.size());
            await(
                    "desired states",
                    () -> desired >= desiredBefore + Math.min(count, agents.size()));
            seconds.add((System.nanoTime() - start) / 1e9);
        }
        seconds.sort(null);
        return seconds.get(seconds.size() / 2);
    }

    /** Reads a field of all workloads, again and again; returns the median of the seconds. */
    double read(int times) throws Exception {
        var seconds = new ArrayList<Double>();
        for (int i = 0; i < times; i++) {
            long start = System.nanoTime();
            ask(
                    new Request.GetState(
                            List.of(FieldMask.of("desiredState", "workloads", "*", "agent")),
                            false));
            seconds.add((System.nanoTime() - start) / 1e9);
        }
        seconds.sort(null);
        return seconds.get(seconds.size() / 2);
    }

    private Node.Entries everything() {
        var workloads = new TreeMap<WorkloadName, Workload>();
        for (int i = 0; i < size; i++) {
            workloads.put(new WorkloadName("w" + i), workload(i));
        }
        return tree(workloads);
    }

    private static Node.Entries tree(Map<WorkloadName, Workload> workloads) {
        return new Node.Entries(
                Map.of("desiredState", StateTree.of(State.of(workloads, Map.of()))));
    }

    private Workload workload(int number) {
        return Workload.of("a" + number % agents.size(), "native", CONFIG)
                .withTags(new TreeMap<>(Map.of("version", "v" + version)));
    }

    private void update(Node.Entries tree, List<FieldMask> masks) throws Exception {
        var answer = ask(new Request.UpdateState(tree, masks));
        if (!(answer instanceof Response.Updated)) {
            throw new IllegalStateException("the update was not accepted: " + answer);
        }
    }

    private Response.Body ask(Request.Body body) throws Exception {
        return operator.ask(body, PATIENCE)
                .toCompletableFuture()
                .get(PATIENCE.toSeconds() + 10, TimeUnit.SECONDS)
                .body();
    }

    private interface Condition {
        boolean holds();
    }

    private void await(String what, Condition condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        synchronized (heard) {
            while (!condition.holds()) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0 || fault.get() != null) {
                    throw new IllegalStateException(
                            "%s did not come; events %d, desired states %d"
                                    .formatted(what, events, desired),
                            fault.get());
                }
                heard.wait(left);
            }
        }
    }

    @Override
    public void close() {
        operator.close();
        serial.deliver(() -> {
            subscribers.forEach(Listener::close);
            agents.forEach(Listener::close);
        });
        LockSupport.parkNanos(500_000_000); // let them say goodbye
        serial.close();
    }

    /** One connection that counts what comes. */
    private final class Listener implements BusListener {
        private final Topic topic;
        private final boolean isAgent;
        private final AtomicReference<Bus> bus = new AtomicReference<>();
        private boolean ready;

        private Listener(String clientId, Topic topic) {
            this.topic = topic;
            this.isAgent = topics.agentTopic(topic).isPresent();
            serial.deliver(() ->
                    bus.set(
                            connector.connect(
                                    Session.withoutWill(clientId, Duration.ofSeconds(30)),
                                    serial,
                                    this)));
        }

        private void publish(Publication publication) {
            serial.deliver(() -> bus.get().publish(publication));
        }

        private void close() {
            bus.get().close();
        }

        @Override
        public void connected(String nonce) {
            bus.get()
                    .subscribe(new Subscription(TopicFilter.of(topic), false))
                    .thenRun(() -> count(() -> ready = true));
        }

        @Override
        public Retry disconnected(Disconnection why) {
            return new Retry.Soon();
        }

        @Override
        public void received(Message message) {
            if (isAgent) {
                count(() -> desired++);
                return;
            }
            try {
                var frame = FrameCodec.decode(message.payload());
                if (frame.id().equals(SUBSCRIPTION) && frame.index() == frame.count() - 1) {
                    count(() -> events++);
                }
            } catch (MalformedMessage e) {
                throw new IllegalStateException(e);
            }
        }

        private void count(Runnable change) {
            synchronized (heard) {
                change.run();
                heard.notifyAll();
            }
        }
    }
}
