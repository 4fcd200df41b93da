package io.muster.simulators;

import io.muster.api.link.LogChunk.LogLines;
import io.muster.api.name.AgentName;
import io.muster.api.name.ClientName;
import io.muster.api.name.InstanceName;
import io.muster.api.outcome.Problem;
import io.muster.api.request.LogSelection;
import io.muster.api.request.Response;
import io.muster.api.shell.Serial;
import io.muster.api.topic.Topics;
import io.muster.testkit.bus.MemoryBroker;
import io.muster.testkit.world.World;
import io.muster.transport.ClientLink;
import io.muster.transport.LinkException;
import io.muster.transport.LinkOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Somebody who reads logs now and then, and leaves with or without a word. */
final class SimulatedReader implements ClientLink.LogListener {
    private static final String HOST = "reader";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final World world;
    private final MemoryBroker broker;
    private final Topics topics;
    private Serial serial;
    private ClientLink link;
    private Optional<ClientLink.LogReading> reading = Optional.empty();
    private Duration left = Duration.ZERO;
    private int lives;

    SimulatedReader(World world, MemoryBroker broker, Topics topics) {
        this.world = world;
        this.broker = broker;
        this.topics = topics;
        this.serial = world.serial(HOST, 1_000);
        this.link = connect();
    }

    private ClientLink connect() {
        var next =
                new ClientLink(
                        broker.connector(HOST),
                        topics,
                        new ClientName(HOST + lives++),
                        serial,
                        world.clock(),
                        world.split(),
                        LinkOptions.DEFAULTS);
        next.start();
        return next;
    }

    /** Reads these, and nothing else any more. */
    void read(List<InstanceName> instances) {
        leave();
        reading =
                Optional.of(link.readLogs(instances, LogSelection.ALL.following(), PATIENCE, this));
    }

    /** Reads no more, and says so. */
    void leave() {
        reading.ifPresent(ClientLink.LogReading::close);
        left = world.elapsed();
        reading = Optional.empty();
    }

    /** Dies without a word; somebody else comes in its place. */
    void die() {
        left = world.elapsed();
        reading = Optional.empty();
        serial.close();
        broker.kill(HOST);
        serial = world.serial(HOST, 1_000);
        link = connect();
    }

    /** Says for how long nobody has read. */
    Duration idle() {
        return reading.isPresent() ? Duration.ZERO : world.elapsed().minus(left);
    }

    @Override
    public void accepted(List<InstanceName> instances, List<Problem> problems) {}

    @Override
    public void lines(AgentName agent, List<LogLines> lines) {
        reading.ifPresent(its -> its.taken(agent));
    }

    @Override
    public void lost(AgentName agent, long chunks) {}

    @Override
    public void silent(AgentName agent) {}

    @Override
    public void stopped(Response.LogsStopped stop) {}

    @Override
    public void refused(Response.Refused refused) {}

    @Override
    public void failed(LinkException why) {}
}
