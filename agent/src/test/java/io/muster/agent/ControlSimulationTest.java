package io.muster.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.agent.control.SimulatedPipes;
import io.muster.agent.control.SimulatedProgram;
import io.muster.agent.control.SimulatedProgram.Seen;
import io.muster.api.link.AssignedWorkload;
import io.muster.api.name.Revision;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.api.request.Response.AlteredFields;
import io.muster.api.request.Response.EventPosition;
import io.muster.api.request.Response.StateAnswer;
import io.muster.api.state.AccessRule.Operation;
import io.muster.api.state.AccessRule.StateRule;
import io.muster.api.state.ControlInterfaceAccess;
import io.muster.api.state.Workload;
import io.muster.api.tree.Node;
import io.muster.testkit.world.Seeds;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Programs that say Hello, ask, listen, stall and die, over pipes that halve messages, while their
 * agent is killed and its connection lost. Each request is answered once, or the program reads the
 * end; the state comes before events, and no change is left out; nobody hears what others asked
 * for. Once it is calm all are accepted, answered, and up to date.
 */
final class ControlSimulationTest {
    private static final List<String> NAMES = List.of("anchor", "bell", "compass");

    @Test
    void whatever_happens_programs_are_told_what_was_promised() {
        var seen = new EnumMap<Seen, Integer>(Seen.class);
        Seeds.check(40, seed -> new Play(seed).play(seen));
        if (Long.getLong("seed") == null) {
            assertThat(seen).as("each happens").containsOnlyKeys(Seen.values());
        }
    }

    /** One seed. */
    private static final class Play {
        private final Stage stage;
        private final RandomGenerator random;
        private final SimulatedPipes pipes;
        private final Map<String, Requester> listeners = new TreeMap<>();
        private long sequence;
        private boolean calm;

        Play(long seed) {
            stage = new Stage(seed);
            random = stage.world.split();
            pipes = new SimulatedPipes(stage.world);
            stage.agentDoors = pipes;
            stage.desk = this::answer;
            stage.start();
        }

        void play(Map<Seen, Integer> seen) {
            stage.wish(1, NAMES.stream().map(Play::ruled).toArray(AssignedWorkload[]::new));
            stage.await("all run", () -> stage.alive().size() == NAMES.size());
            stage.world.run(Stage.SOON);
            var programs =
                    NAMES.stream()
                            .map(name -> new SimulatedProgram(stage.world, pipes, name))
                            .toList();
            change();
            for (int i = 0; i < 12; i++) {
                stage.world.run(Duration.ofMillis(500 + random.nextInt(15_000)));
                switch (random.nextInt(4)) {
                    case 0 -> restartAgent();
                    case 1 -> stage.broker.cut("node");
                    default -> {}
                }
            }
            programs.forEach(SimulatedProgram::beGentle);
            stage.world.run(Duration.ofMinutes(1));
            calm = true;
            stage.world.run(Duration.ofMinutes(1));
            assertThat(programs).allSatisfy(each -> assertThat(each.waitsFor(sequence)).isEmpty());
            assertThat(stage.agent().openControlInterfaces()).isEqualTo(NAMES.size());
            for (var what : Seen.values()) {
                int count = programs.stream().mapToInt(each -> each.count(what)).sum();
                if (count > 0) {
                    seen.merge(what, count, Integer::sum);
                }
            }
        }

        /** The next agent is there at once, or after some time. */
        private void restartAgent() {
            stage.killAgent();
            pipes.agentDied();
            stage.world.run(Duration.ofMillis(random.nextInt(3_000)));
            stage.startAgent();
        }

        private static AssignedWorkload ruled(String name) {
            var rules =
                    new ControlInterfaceAccess(
                            List.of(
                                    new StateRule(Operation.READ, List.of("agents")),
                                    new StateRule(
                                            Operation.WRITE, List.of("desiredState.workloads.x"))),
                            List.of());
            return Stage.assigned(
                    name,
                    Workload.of(Stage.BOW.value(), "podman", "image: " + name).withAccess(rules),
                    1);
        }

        /** The state changes now and then. */
        private void change() {
            stage.world.in(
                    Duration.ofMillis(1 + random.nextInt(3_000)),
                    () -> {
                        if (!calm) {
                            sequence++;
                            listeners.forEach(this::tell);
                            change();
                        }
                    });
        }

        private void tell(String id, Requester listener) {
            var altered = new AlteredFields(List.of("agents.x"), List.of(), List.of());
            stage.server()
                    .respond(
                            listener,
                            new Response(
                                    id,
                                    new StateAnswer(
                                            state(),
                                            Optional.of(altered),
                                            new EventPosition(1, sequence, sequence - 1),
                                            new Revision(1))));
        }

        private Node.Entries state() {
            Node text = new Node.Text("x".repeat(random.nextInt(500)));
            for (var name : Stream.of("t", "tags", "bow", "agents").toList()) {
                text = new Node.Entries(Map.of(name, text));
            }
            return (Node.Entries) text;
        }

        private Optional<Response.Body> answer(Request.Body body) {
            var id = stage.lastAsked;
            return switch (body) {
                case Request.GetState get -> {
                    if (get.subscribe()) {
                        listeners.put(id, Objects.requireNonNull(stage.lastRequester));
                    }
                    yield Optional.of(
                            new StateAnswer(
                                    state(),
                                    Optional.empty(),
                                    new EventPosition(1, sequence),
                                    new Revision(1)));
                }
                case Request.CancelEvents _ -> {
                    listeners.remove(id);
                    yield Optional.of(new Response.EventsCancelled());
                }
                case Request.RenewEvents(var its) ->
                        Optional.of(
                                listeners.containsKey(its)
                                        ? new Response.EventsRenewed(new EventPosition(1, sequence))
                                        : new Response.Refused(
                                                Response.Reason.UNKNOWN_SUBSCRIPTION,
                                                "it is not known",
                                                List.of()));
                case Request.UpdateState _ ->
                        Optional.of(
                                new Response.Updated(
                                        List.of(),
                                        List.of(),
                                        new Revision(1),
                                        List.of(),
                                        List.of()));
                case Request.Body other -> throw new AssertionError("nobody asks for " + other);
            };
        }
    }
}
