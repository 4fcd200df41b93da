package io.muster.agent.logs;

import io.muster.agent.reconcile.Whereabouts;
import io.muster.api.link.Command;
import io.muster.api.link.LogChunk;
import io.muster.api.link.LogCredit;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
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
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everybody who reads logs here. A reader that was not heard for {@link LogTerms#LEASE} is taken
 * for gone, and nothing is read for it any more. All calls from the serial.
 */
public final class LogDesk {
    /** How many logs are read at once, of all readers together. */
    public static final int MAX_SOURCES = 32;

    /** How many readers there may be. */
    public static final int MAX_READERS = 32;

    private static final Logger log = LoggerFactory.getLogger(LogDesk.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);

    /** How many chunks wait for the broker at once: what else the agent says has to get through. */
    private static final int MAX_FLYING = 16;

    private final AgentName agent;
    private final Map<String, WorkloadRuntime> runtimes;
    private final Serial serial;
    private final Clock clock;
    private final RandomGenerator random;
    private final Function<InstanceName, Whereabouts> places;
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
        this.runtimes = runtimes;
        this.serial = serial;
        this.clock = clock;
        this.random = random;
        this.places = places;
        this.sender = sender;
    }

    /** Begins to read, unless it has begun already. */
    public void start(Command.StartLogs order) {
        var stream = order.stream();
        if (readers.containsKey(stream)) {
            return;
        }
        var campaign = new LogCampaign(stream, HexFormat.of().toHexDigits(random.nextLong()), exit);
        log.atInfo()
                .addKeyValue("agent", agent)
                .addKeyValue("reader", stream)
                .addKeyValue("workloads", order.request().instances().size())
                .log("logs are read");
        boolean full = readers.size() >= MAX_READERS;
        int room = MAX_SOURCES - openSources();
        var sources = new ArrayList<LogSource>();
        for (var instance : order.request().instances()) {
            if (full || sources.size() >= room) {
                campaign.refuse(
                        new LogsStopped(
                                instance,
                                "agent %s reads logs of %d workloads for %d readers already; ask again when others have ended"
                                        .formatted(agent, openSources(), readers.size()),
                                true));
                continue;
            }
            sources.add(
                    new LogSource(
                            instance,
                            order.request().selection(),
                            runtimes,
                            serial,
                            clock,
                            its -> touched(campaign, its)));
        }
        sources.forEach(campaign::add);
        if (!full) {
            readers.put(stream, new Reader(campaign, lease(stream)));
        }
        campaign.tell();
        sources.forEach(source -> touched(campaign, source));
        campaign.pump();
    }

    private Serial.Timer lease(LogStream stream) {
        return serial.after(LogTerms.LEASE, () -> end(stream, "it was not heard any more"));
    }

    private void touched(LogCampaign campaign, LogSource source) {
        source.look(places.apply(source.instance()));
        campaign.pump();
    }

    /** A reader wants no more. */
    public void end(Command.EndLogs order) {
        end(order.stream(), "it wants no more");
    }

    private void end(LogStream stream, String why) {
        var reader = readers.remove(stream);
        if (reader != null) {
            reader.lease().cancel();
            reader.campaign().close();
            log.atInfo()
                    .addKeyValue("agent", agent)
                    .addKeyValue("reader", stream)
                    .addKeyValue("reason", why)
                    .log("logs are not read any more");
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

    /** Says how many logs are being read. */
    public int openSources() {
        return (int)
                campaigns().stream()
                        .flatMap(each -> each.sources().stream())
                        .filter(LogSource::isOpen)
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
