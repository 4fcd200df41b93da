package io.muster.agent.logs;

import io.muster.agent.reconcile.Whereabouts;
import io.muster.api.link.Command;
import io.muster.api.link.LogChunk;
import io.muster.api.link.LogCredit;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.request.ImageOrder;
import io.muster.api.request.LogAudience;
import io.muster.api.request.LogSelection;
import io.muster.api.request.LogStream;
import io.muster.api.request.Response.LogsStopped;
import io.muster.api.runtime.WorkloadRuntime;
import io.muster.api.shell.Clock;
import io.muster.api.shell.Serial;
import io.muster.transport.LinkException;
import io.muster.transport.LogTerms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everybody who reads logs here, or how images are pulled. A reader that was not heard for {@link
 * LogTerms#LEASE} is taken for gone, and nothing is read for it any more. All calls from the
 * serial.
 */
public final class LogDesk {
    /** How many logs are read at once, of all readers together. */
    public static final int MAX_SOURCES = 32;

    /** For how many workloads images are got at once; what waits for its turn costs little. */
    public static final int MAX_PULLS = 128;

    /** How many readers there may be. */
    public static final int MAX_READERS = 32;

    /**
     * The part of each that readers who are workloads may have, whatever they ask for: the rest is
     * for people.
     */
    private static final int SHARE_OF_WORKLOADS = 2;

    private static final Logger log = LoggerFactory.getLogger(LogDesk.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);

    /** How many chunks wait for the broker at once: what else the agent says has to get through. */
    private static final int MAX_FLYING = 16;

    private final AgentName agent;
    private final Serial serial;
    private final Clock clock;
    private final RandomGenerator random;
    private final LogOrigins origins;
    private final Sender sender;
    private final Map<LogStream, Reader> readers = new LinkedHashMap<>();
    private final Exit exit = new Exit();
    private int flying;
    private long connections;
    private boolean connected;

    /** Gives chunks to the broker. */
    public interface Sender {
        /** Sends; {@code done} hears later what came of it. */
        void send(LogStream stream, LogChunk chunk, Consumer<Optional<LinkException>> done);
    }

    /**
     * What is read for one reader.
     *
     * @param lease ends it
     */
    private record Reader(LogCampaign campaign, Serial.Timer lease) {}

    /**
     * Makes one.
     *
     * @param places says where an instance can be read
     */
    public LogDesk(
            AgentName agent,
            Map<String, WorkloadRuntime> runtimes,
            Serial serial,
            Clock clock,
            RandomGenerator random,
            Function<InstanceName, Whereabouts> places,
            Sender sender) {
        this.agent = agent;
        this.serial = serial;
        this.clock = clock;
        this.random = random;
        this.origins = new LogOrigins(runtimes, places);
        this.sender = sender;
    }

    /** Begins to read, unless it has begun already. */
    public void start(Command.StartLogs order) {
        var selection = order.request().selection();
        begin(
                order.stream(),
                order.request().instances(),
                "logs are read",
                (instance, changed) ->
                        source(instance, selection, origins.logs(instance), changed));
    }

    /** Begins to get images, unless it has begun already; how that goes is read as logs are. */
    public void start(Command.StartPulls order) {
        var orders =
                order.request().orders().stream()
                        .collect(
                                Collectors.toMap(
                                        ImageOrder::instance,
                                        Function.identity(),
                                        (first, _) -> first,
                                        LinkedHashMap::new));
        begin(
                order.stream(),
                List.copyOf(orders.keySet()),
                "images are pulled",
                (instance, changed) ->
                        source(
                                instance,
                                LogSelection.ALL,
                                origins.pull(Objects.requireNonNull(orders.get(instance))),
                                changed));
    }

    /** Makes a source that says when something about it has changed. */
    private interface Opening {
        LogSource of(InstanceName instance, Consumer<LogSource> changed);
    }

    private LogSource source(
            InstanceName instance,
            LogSelection selection,
            LogSource.Origin origin,
            Consumer<LogSource> changed) {
        return new LogSource(instance, selection, origin, serial, clock, changed);
    }

    private void begin(
            LogStream stream, List<InstanceName> instances, String what, Opening opening) {
        if (readers.containsKey(stream)) {
            return;
        }
        var campaign = new LogCampaign(stream, HexFormat.of().toHexDigits(random.nextLong()), exit);
        log.atInfo()
                .addKeyValue("agent", agent)
                .addKeyValue("reader", stream)
                .addKeyValue("workloads", instances.size())
                .log(what);
        boolean full = isFull(stream);
        var sources = new ArrayList<LogSource>();
        for (var instance : instances) {
            var source = opening.of(instance, its -> touched(campaign, its));
            if (full || !hasRoom(stream, source, sources.size())) {
                campaign.refuse(new LogsStopped(instance, refusal(stream, source), true));
            } else {
                sources.add(source);
            }
        }
        sources.forEach(campaign::add);
        if (!full) {
            readers.put(stream, new Reader(campaign, lease(stream)));
        }
        campaign.tell();
        sources.forEach(source -> touched(campaign, source));
        campaign.pump();
    }

    private boolean isFull(LogStream stream) {
        return readers.size() >= MAX_READERS
                || (isOfWorkload(stream)
                        && readersThatAreWorkloads() >= MAX_READERS / SHARE_OF_WORKLOADS);
    }

    private boolean hasRoom(LogStream stream, LogSource source, int begun) {
        if (source.isPull()) {
            return open(true) + begun < MAX_PULLS;
        }
        return open(false) + begun < MAX_SOURCES
                && (!isOfWorkload(stream)
                        || openForWorkloads() + begun < MAX_SOURCES / SHARE_OF_WORKLOADS);
    }

    /** An agent reads only for its workloads. */
    private static boolean isOfWorkload(LogStream stream) {
        return stream.audience() instanceof LogAudience.Agent;
    }

    private long readersThatAreWorkloads() {
        return readers.keySet().stream().filter(LogDesk::isOfWorkload).count();
    }

    private long openForWorkloads() {
        return campaigns().stream()
                .filter(each -> isOfWorkload(each.stream()))
                .flatMap(each -> each.sources().stream())
                .filter(LogSource::isOpen)
                .count();
    }

    private String refusal(LogStream stream, LogSource source) {
        if (isOfWorkload(stream)) {
            return "agent %s reads logs of %d workloads for %d readers that are workloads themselves already; ask again when others have ended"
                    .formatted(agent, openForWorkloads(), readersThatAreWorkloads());
        }
        return source.isPull()
                ? "agent %s gets images for %d workloads and %d readers already; ask again when others have ended"
                        .formatted(agent, open(true), readers.size())
                : "agent %s reads logs of %d workloads for %d readers already; ask again when others have ended"
                        .formatted(agent, open(false), readers.size());
    }

    private Serial.Timer lease(LogStream stream) {
        return serial.after(LogTerms.LEASE, () -> end(stream, "it was not heard any more"));
    }

    private void touched(LogCampaign campaign, LogSource source) {
        source.look();
        campaign.pump();
    }

    /** A reader wants no more. */
    public void end(Command.EndLogs order) {
        end(order.stream(), "it wants no more");
    }

    private void end(LogStream stream, String why) {
        var reader = readers.remove(stream);
        if (reader != null) {
            boolean pulls = reader.campaign().sources().stream().anyMatch(LogSource::isPull);
            reader.lease().cancel();
            reader.campaign().close();
            log.atInfo()
                    .addKeyValue("agent", agent)
                    .addKeyValue("reader", stream)
                    .addKeyValue("reason", why)
                    .log(pulls ? "images are not pulled any more" : "logs are not read any more");
        }
    }

    /** A reader shows that it is there, and how much it takes. */
    public void credit(LogStream stream, LogCredit credit) {
        var reader = readers.get(stream);
        if (reader == null) {
            if (credit.tell()) {
                exit.send(stream, LogChunk.nothing(), _ -> {});
            }
            return;
        }
        reader.lease().cancel();
        readers.put(stream, new Reader(reader.campaign(), lease(stream)));
        reader.campaign().credit(credit);
    }

    /** Something about the workloads may have changed. */
    public void changed() {
        for (var reader : List.copyOf(readers.values())) {
            reader.campaign().sources().forEach(source -> touched(reader.campaign(), source));
        }
    }

    /** There is a connection. */
    public void connected() {
        connected = true;
        campaigns().forEach(LogCampaign::again);
    }

    /** There is none: nobody says what became of what was on its way. */
    public void disconnected() {
        connected = false;
        connections++;
        flying = 0;
        campaigns().forEach(LogCampaign::interrupt);
    }

    /** Says for how many readers logs are read. */
    public int readers() {
        return readers.size();
    }

    /** Says how many logs are being read, and how many pulls are under way. */
    public int openSources() {
        return open(false) + open(true);
    }

    private int open(boolean pulls) {
        return (int)
                campaigns().stream()
                        .flatMap(each -> each.sources().stream())
                        .filter(source -> source.isOpen() && source.isPull() == pulls)
                        .count();
    }

    /** Stops reading before this returns. */
    public void close() {
        for (var reader : readers.values()) {
            reader.lease().cancel();
            reader.campaign().closeNow();
        }
        readers.clear();
    }

    private List<LogCampaign> campaigns() {
        return readers.values().stream().map(Reader::campaign).toList();
    }

    /** The way to the broker, shared by all. */
    private final class Exit implements LogCampaign.Outlet {
        @Override
        public boolean hasRoom() {
            return connected && flying < MAX_FLYING;
        }

        @Override
        public void send(LogStream stream, LogChunk chunk, LogCampaign.Answered answered) {
            if (!connected) {
                return;
            }
            long of = connections;
            flying++;
            sender.send(
                    stream,
                    chunk,
                    failure -> {
                        if (of == connections) {
                            boolean full = flying >= MAX_FLYING;
                            flying--;
                            answered.with(failure);
                            if (full) {
                                campaigns().forEach(LogCampaign::pump); // they waited for room
                            }
                        }
                    });
        }

        @Override
        public void failed(LogCampaign campaign) {
            serial.after(
                    AGAIN,
                    () -> {
                        if (connected) {
                            campaign.again();
                        }
                    });
        }

        @Override
        public void hopeless(LogCampaign campaign) {
            end(campaign.stream(), "the broker does not take it");
        }
    }
}
