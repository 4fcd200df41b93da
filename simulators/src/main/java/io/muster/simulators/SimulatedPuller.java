package io.muster.simulators;

import io.muster.api.link.LogChunk.LogLines;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Problem;
import io.muster.api.request.ImageOrder;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.state.ImagePullPolicy;
import io.muster.testkit.world.World;
import io.muster.transport.ClientLink;
import io.muster.transport.LinkException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Somebody who has agents get images before anything needs them, one agent at a time. */
final class SimulatedPuller implements ClientLink.LogListener {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final World world;
    private final ClientLink link;
    private final TreeSet<InstanceName> open = new TreeSet<>();
    private Optional<ClientLink.LogReading> reading = Optional.empty();
    private Duration left = Duration.ZERO;
    private int pulled;

    SimulatedPuller(World world, ClientLink link) {
        this.world = world;
        this.link = link;
    }

    /** Returns how many images are known to have been got. */
    int pulled() {
        return pulled;
    }

    /** Has these got, and nothing else any more. */
    void pull(AgentName agent, int count) {
        stop();
        var orders =
                IntStream.range(0, count)
                        .mapToObj(number -> order(agent, "image " + number))
                        .toList();
        orders.forEach(order -> open.add(order.instance()));
        reading = Optional.of(link.pullImages(new Request.PullImages(orders), PATIENCE, this));
    }

    private static ImageOrder order(AgentName agent, String image) {
        return new ImageOrder(
                InstanceName.of(new WorkloadName("image"), image, agent.value()),
                SimulatedNode.RUNTIME,
                image,
                ImagePullPolicy.IF_NOT_PRESENT,
                false);
    }

    /** Says for how long nothing has been wanted. */
    Duration idle() {
        return reading.isPresent() ? Duration.ZERO : world.elapsed().minus(left);
    }

    /** Has nothing got any more. */
    void stop() {
        if (reading.isPresent()) {
            left = world.elapsed();
        }
        reading.ifPresent(ClientLink.LogReading::close);
        reading = Optional.empty();
        open.clear();
    }

    @Override
    public void accepted(List<InstanceName> instances, List<Problem> problems) {
        open.retainAll(instances);
        endIfDone();
    }

    @Override
    public void lines(AgentName agent, List<LogLines> lines) {
        reading.ifPresent(its -> its.taken(agent));
    }

    @Override
    public void stopped(Response.LogsStopped stop) {
        if (open.remove(stop.instance()) && !stop.incomplete()) {
            pulled++;
        }
        endIfDone();
    }

    private void endIfDone() {
        if (open.isEmpty()) {
            stop();
        }
    }

    @Override
    public void lost(AgentName agent, long chunks) {}

    @Override
    public void silent(AgentName agent) {}

    @Override
    public void refused(Response.Refused refused) {
        stop();
    }

    @Override
    public void failed(LinkException why) {
        stop();
    }
}
