package io.muster.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.agent.logs.LogDesk;
import io.muster.api.link.LogChunk.LogLines;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Problem;
import io.muster.api.request.ImageOrder;
import io.muster.api.request.Request;
import io.muster.api.request.Request.PullImages;
import io.muster.api.request.Response;
import io.muster.api.runtime.Created;
import io.muster.api.runtime.Found;
import io.muster.api.runtime.LogReader;
import io.muster.api.runtime.Observation;
import io.muster.api.runtime.Order;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.runtime.RuntimeId;
import io.muster.api.runtime.WorkloadRuntime;
import io.muster.api.state.ImagePullPolicy;
import io.muster.testkit.world.TakesTime;
import io.muster.transport.ClientLink;
import io.muster.transport.LinkException;
import io.muster.transport.LogTerms;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How an agent gets images for those who ask for them. */
final class PullsTest {
    private final Registry registry = new Registry();
    private final Stage stage = Stage.set(1, registry);

    /**
     * A runtime that has images and nothing else: one whose description is "slow" takes for ever,
     * "absent" cannot be had.
     */
    private static final class Registry implements WorkloadRuntime {
        final List<String> closed = new ArrayList<>();

        @Override
        public String name() {
            return "registry";
        }

        @Override
        public List<Found> list() {
            return List.of();
        }

        @Override
        public LogReader preload(ImageOrder order) throws RuntimeFailure {
            if (order.runtimeConfig().equals("nonsense")) {
                throw new RuntimeFailure("runtimeConfig: no image is named", false);
            }
            return new Pull(order.runtimeConfig());
        }

        @Override
        public Created create(Order order) throws RuntimeFailure {
            throw new RuntimeFailure("it starts nothing", false);
        }

        @Override
        public Observation restart(RuntimeId id, Order order) {
            return new Observation.Gone();
        }

        @Override
        public Observation observe(RuntimeId id) {
            return new Observation.Gone();
        }

        @Override
        public void delete(RuntimeId id) {}

        private final class Pull implements LogReader {
            private final String what;
            private boolean told;
            private boolean over;

            Pull(String what) {
                this.what = what;
            }

            @Override
            public int read(byte[] buffer) throws RuntimeFailure {
                if (over) {
                    return -1;
                }
                if (!told) {
                    told = true;
                    var line = (what + " is being pulled\n").getBytes(StandardCharsets.UTF_8);
                    System.arraycopy(line, 0, buffer, 0, line.length);
                    return line.length;
                }
                if (what.equals("slow")) {
                    throw new TakesTime(Duration.ofSeconds(1));
                }
                if (what.equals("absent")) {
                    throw new RuntimeFailure("manifest unknown", true);
                }
                return -1;
            }

            @Override
            public void finish() {
                throw new IllegalStateException("nothing of a pull ends before it is done");
            }

            @Override
            public void close() {
                over = true;
                closed.add(what);
            }
        }
    }

    private static final class Listener implements ClientLink.LogListener {
        final List<String> lines = new ArrayList<>();
        final List<String> stops = new ArrayList<>();

        @Override
        public void accepted(List<InstanceName> instances, List<Problem> problems) {}

        @Override
        public void lines(AgentName agent, List<LogLines> told) {
            told.forEach(part -> part.lines().forEach(line -> lines.add(line.text())));
        }

        @Override
        public void lost(AgentName agent, long chunks) {
            throw new AssertionError("lost " + chunks);
        }

        @Override
        public void silent(AgentName agent) {}

        @Override
        public void stopped(Response.LogsStopped stop) {
            stops.add(
                    "%s %s: %s"
                            .formatted(
                                    stop.instance().workload(),
                                    stop.incomplete() ? "failed" : "there",
                                    stop.reason()));
        }

        @Override
        public void refused(Response.Refused refused) {
            throw new AssertionError(refused);
        }

        @Override
        public void failed(LinkException why) {
            throw new AssertionError(why);
        }
    }

    private static ImageOrder order(String name, String runtime) {
        return new ImageOrder(
                InstanceName.of(new WorkloadName(name), name, "bow"),
                runtime,
                name,
                ImagePullPolicy.IF_NOT_PRESENT,
                false);
    }

    private Listener pull(String client, ImageOrder... orders) {
        var listener = new Listener();
        var _ =
                stage.client(client)
                        .pullImages(
                                new PullImages(Arrays.asList(orders)),
                                Duration.ofSeconds(5),
                                listener);
        return listener;
    }

    @Test
    void tell_how_they_go_and_what_came_of_each() {
        var listener =
                pull(
                        "alice",
                        order("web", "registry"),
                        order("absent", "registry"),
                        order("nonsense", "registry"),
                        order("bell", "native"),
                        order("ship", "docker"));
        stage.await("all ends", () -> listener.stops.size() == 5);
        assertThat(listener.lines)
                .containsExactlyInAnyOrder("web is being pulled", "absent is being pulled");
        assertThat(listener.stops)
                .containsExactlyInAnyOrder(
                        "web there: ",
                        "absent failed: manifest unknown",
                        "nonsense failed: runtimeConfig: no image is named",
                        "bell failed: the runtime native has no images; leave its workloads out",
                        "ship failed: this agent has no runtime \"docker\"; it has native, podman,"
                                + " registry");
        assertThat(registry.closed).contains("web", "absent");
    }

    @Test
    void go_on_as_long_as_somebody_listens_and_no_longer() {
        var listener = pull("alice", order("slow", "registry"));
        stage.await("a line", () -> listener.lines.equals(List.of("slow is being pulled")));
        stage.world.run(LogTerms.LEASE.multipliedBy(3));
        assertThat(registry.closed).isEmpty();
        assertThat(stage.agent().openLogs()).isOne();
        stage.killClient("alice");
        stage.world.run(LogTerms.LEASE.plus(LogTerms.SIGN_OF_LIFE));
        assertThat(registry.closed).containsExactly("slow");
        assertThat(stage.agent().openLogs()).isZero();
    }

    @Test
    void do_not_keep_logs_from_being_read_and_are_bounded() {
        int most = Request.MAX_IMAGE_ORDERS;
        var listeners = new ArrayList<Listener>();
        for (int i = 0; i * most < LogDesk.MAX_PULLS; i++) {
            var orders = new ImageOrder[most];
            for (int j = 0; j < most; j++) {
                var name = "slow" + (i * most + j);
                orders[j] =
                        new ImageOrder(
                                InstanceName.of(new WorkloadName(name), name, "bow"),
                                "registry",
                                "slow",
                                ImagePullPolicy.NEVER,
                                true);
            }
            listeners.add(pull("c" + i, orders));
        }
        stage.await(
                "the pulls", () -> listeners.stream().allMatch(each -> each.lines.size() == most));
        var refused = pull("late", order("web", "registry"));
        stage.await("a refusal", () -> !refused.stops.isEmpty());
        assertThat(refused.stops.getFirst())
                .contains("agent bow gets images for 128 workloads")
                .contains("ask again");
        assertThat(stage.agent().openLogs()).isEqualTo(LogDesk.MAX_PULLS);
    }
}
