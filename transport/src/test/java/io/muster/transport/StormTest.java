package io.muster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.testkit.bus.RandomFaults;
import io.muster.testkit.world.Seeds;
import io.muster.testkit.world.World;
import io.muster.transport.LinkException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** All links in a network where everything goes wrong, and then nothing any more. */
final class StormTest {
    private static final Duration STORM = Duration.ofMinutes(5);
    private static final Duration CALM = Duration.ofMinutes(2);

    @Test
    void no_storm_keeps_the_links_from_what_they_are_for() {
        Seeds.check(60, StormTest::storm);
    }

    @Test
    void the_same_seed_gives_the_same_storm() {
        assertThat(storm(7)).isEqualTo(storm(7)).isNotEqualTo(storm(8));
    }

    private static List<String> storm(long seed) {
        var world = new World(seed);
        var faults = new RandomFaults(world.split(), RandomFaults.Rates.ROUGH);
        var net = new Net(world, faults);
        var random = world.split();
        var desk = new Net.Subscriptions();
        desk.kept = (int) (seed % 3) * 20; // nothing, or some, or almost everything
        var server = seed % 2 == 0 ? net.server("s") : net.serverAtItsOwnBroker("s");
        server.desk = desk;
        server.start(Net.STORE, 1);
        var agents = new ArrayList<Net.Agent>();
        for (int i = 0; i < 3; i++) {
            agents.add(net.agent("agent-" + i, "agent_" + i).start());
        }
        var client = net.client("c").start();
        var listening = client.subscribe();
        var answers = new ArrayList<Net.Answer>();
        for (int i = 1; i <= 60; i++) {
            int revision = i;
            world.in(
                    Duration.ofMillis(random.nextLong(STORM.toMillis())),
                    () -> {
                        var name = agents.get(random.nextInt(agents.size())).name;
                        server.link.desired(name, Net.desired(revision));
                        desk.change(server.link);
                    });
            world.in(
                    Duration.ofMillis(random.nextLong(STORM.toMillis())),
                    () ->
                            answers.add(
                                    client.ask(
                                            random.nextBoolean() ? Net.get() : Net.update(9_000),
                                            Duration.ofSeconds(30))));
        }
        world.run(STORM);
        faults.calm();
        for (var agent : agents) {
            server.link.desired(agent.name, Net.desired(100));
        }
        world.run(CALM);

        for (var agent : agents) {
            assertThat(agent.desired).as("of %s", agent.name).isNotEmpty();
            assertThat(agent.desired.getLast()).isEqualTo(Net.desired(100));
            assertThat(agent.malformed).isEmpty();
        }
        assertThat(net.retainedPresence().orElseThrow().online()).isTrue();
        assertThat(net.retainedPresence().orElseThrow().connection())
                .isEqualTo(server.connections.getLast());
        assertThat(server.rivals).isEmpty();
        assertThat(answers).hasSize(60).allMatch(Net.Answer::isThere);
        assertThat(answers)
                .allSatisfy(answer ->
                        assertThat(answer.failure.map(LinkException::kind))
                                .isIn(
                                        Optional.empty(),
                                        Optional.of(Kind.OUTCOME_UNKNOWN),
                                        Optional.of(Kind.NO_SERVER),
                                        Optional.of(Kind.NOT_CONNECTED)));
        assertThat(listening.heard.stream().filter(StormTest::tells).toList())
                .last()
                .asString()
                .endsWith(" " + desk.revision);
        assertHealed(listening.heard);
        desk.change(server.link);
        world.run(Net.SOON);
        assertThat(listening.heard.getLast()).isEqualTo("event " + desk.revision);
        return listening.heard;
    }

    /** Revisions come without gaps, whatever interrupts, unless a snapshot says otherwise. */
    private static void assertHealed(List<String> heard) {
        long revision = -1;
        boolean interrupted = false;
        for (var line : heard) {
            if (line.startsWith("interrupted")) {
                interrupted = true;
            } else if (line.startsWith("resumed")) {
                assertThat(interrupted).isTrue();
                interrupted = false;
            } else if (line.startsWith("snapshot")) {
                interrupted = false;
                revision = number(line);
            } else {
                assertThat(interrupted).isFalse();
                assertThat(number(line)).as("%s in %s", line, heard).isEqualTo(revision + 1);
                revision = number(line);
            }
        }
    }

    private static boolean tells(String line) {
        return line.startsWith("snapshot") || line.startsWith("event");
    }

    private static long number(String line) {
        return Long.parseLong(line.substring(line.indexOf(' ') + 1));
    }
}
