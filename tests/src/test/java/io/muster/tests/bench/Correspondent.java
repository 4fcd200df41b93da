package io.muster.tests.bench;

import io.muster.api.host.SystemClock;
import io.muster.api.host.ThreadSerial;
import io.muster.api.name.ClientName;
import io.muster.api.name.ClusterName;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.State;
import io.muster.api.topic.Topics;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import io.muster.transport.ClientLink;
import io.muster.transport.LinkOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The link of the {@code muster} client in this process: asks the server what a workload asks over
 * its agent, and hears of the same changes.
 */
final class Correspondent implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final FieldMask CONFIGS = FieldMask.of("desiredState", "configs");

    private final AtomicReference<Throwable> fault = new AtomicReference<>();
    private final ThreadSerial serial = new ThreadSerial("correspondent", 10_000, fault::set);
    private final ClientLink link;

    Correspondent(int port) {
        var random = new SplittableRandom(2);
        link =
                new ClientLink(
                        Broker.at(port, random.split()),
                        new Topics(new ClusterName("default")),
                        new ClientName("correspondent"),
                        serial,
                        new SystemClock(),
                        random.split(),
                        LinkOptions.DEFAULTS);
        link.start();
    }

    /** Reads what is at this path. */
    void read(String first) throws Exception {
        ask(new Request.GetState(List.of(FieldMask.of(first)), false));
    }

    /** Changes a config that nobody uses. */
    void change(int version) throws Exception {
        var state =
                State.of(Map.of(), Map.of("tide", new ConfigItem.Text(Integer.toString(version))));
        var answer =
                ask(
                        new Request.UpdateState(
                                new Node.Entries(Map.of("desiredState", StateTree.of(state))),
                                List.of(FieldMask.of("desiredState", "configs", "tide"))));
        if (!(answer instanceof Response.Updated)) {
            throw new IllegalStateException("the update was not accepted: " + answer);
        }
    }

    private Response.Body ask(Request.Body body) throws Exception {
        return link.ask(body, PATIENCE)
                .toCompletableFuture()
                .get(PATIENCE.toSeconds() + 10, TimeUnit.SECONDS)
                .body();
    }

    /** Puts the time at which each snapshot and each change of configs was heard. */
    void listen(BlockingQueue<Long> heard) {
        var _ =
                link.subscribe(
                        List.of(CONFIGS),
                        new ClientLink.EventListener() {
                            @Override
                            public void snapshot(Response.StateAnswer answer) {
                                heard.add(System.nanoTime());
                            }

                            @Override
                            public void event(Response.StateAnswer answer) {
                                heard.add(System.nanoTime());
                            }

                            @Override
                            public void interrupted(String why) {
                                throw new IllegalStateException("no events: " + why);
                            }

                            @Override
                            public void resumed() {}

                            @Override
                            public void refused(Response.Refused refused) {
                                throw new IllegalStateException(refused.message());
                            }
                        });
    }

    @Override
    public void close() {
        link.close();
        serial.close();
    }
}
