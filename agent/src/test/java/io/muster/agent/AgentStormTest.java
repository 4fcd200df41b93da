package io.muster.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.link.AssignedWorkload;
import io.muster.api.link.DesiredState;
import io.muster.api.name.StateVersion;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.Workload;
import io.muster.testkit.bus.RandomFaults;
import io.muster.testkit.runtime.Behaviour;
import io.muster.testkit.runtime.FakeMachine.Resident;
import io.muster.testkit.world.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * An agent whose broker, machine, disk and server misbehave: it keeps its promises and comes round.
 */
final class AgentStormTest {
    private static final Duration STORM = Duration.ofMinutes(3);

    @Test
    void comes_round_whatever_happens() {
        Seeds.check(150, seed -> new Storm(seed).play());
    }

    private static final class Storm {
        private final Stage stage;
        private final RandomFaults faults;
        private final RandomGenerator random;
        private List<AssignedWorkload> wish = List.of();
        private final List<DesiredState> past = new ArrayList<>();
        private long revision;
        private Optional<StateVersion> obeyed = Optional.empty();
        private boolean raging = true;
        private boolean down;
        private boolean diskWasFull;

        Storm(long seed) {
            stage = new Stage(seed, RandomFaults.Rates.ROUGH);
            faults = stage.faults;
            random = stage.world.split();
        }

        void play() {
            stage.startServer();
            stage.startAgent();
            stage.onPresence = _ -> stage.wish(revision, wish.toArray(AssignedWorkload[]::new));
            stage.world.afterEach(this::check);
            for (int i = 0; i < 25; i++) {
                stage.world.in(within(STORM), this::wish);
                stage.world.in(within(STORM), this::trouble);
            }
            stage.world.run(STORM);
            calm();
            stage.world.run(Duration.ofMinutes(12));
            checkComeRound();
        }

        private Duration within(Duration span) {
            return Duration.ofNanos(random.nextLong(span.toNanos()));
        }

        private void wish() {
            revision++;
            var next = new ArrayList<AssignedWorkload>();
            for (var name : List.of("a", "b", "c", "d")) {
                switch (random.nextInt(4)) {
                    case 0 -> {} // taken off
                    case 1 -> next.add(any(name));
                    default ->
                            wish.stream()
                                    .filter(each -> each.instance().workload().value().equals(name))
                                    .findFirst()
                                    .ifPresent(next::add);
                }
            }
            wish = List.copyOf(next);
            past.add(Stage.desired(revision, next.toArray(AssignedWorkload[]::new)));
            stage.wish(revision, next.toArray(AssignedWorkload[]::new));
        }

        private AssignedWorkload any(String name) {
            var runtime = random.nextBoolean() ? "podman" : "native";
            var policies = RestartPolicy.values();
            var workload =
                    Workload.of(Stage.BOW.value(), runtime, "image: " + random.nextInt(3))
                            .withRestartPolicy(policies[random.nextInt(policies.length)]);
            stage.behaviours.put(name, behaviour());
            return Stage.assigned(name, workload, revision);
        }

        private Behaviour behaviour() {
            var lasting = Behaviour.LASTING.stoppingTakes(Duration.ofMillis(random.nextInt(3_000)));
            return switch (random.nextInt(6)) {
                case 0 -> lasting.creatingTakes(Duration.ofHours(5));
                case 1 -> lasting.failing("no", true);
                case 2 -> lasting.endingAfter(Duration.ofMillis(random.nextInt(5_000)), 1);
                default -> lasting.creatingTakes(Duration.ofMillis(random.nextInt(2_000)));
            };
        }

        private void trouble() {
            if (!raging) {
                return;
            }
            switch (random.nextInt(9)) {
                case 8 -> speakOfThePast();
                case 0 -> stage.broker.cut("node");
                case 1 -> restart(false);
                case 2 -> restart(true);
                case 3 -> {
                    diskWasFull = true;
                    stage.disk.full(random.nextBoolean());
                }
                case 4 -> any().ifPresent(each -> stage.machine.vanish(each.id()));
                case 5 -> stage.machine.losesExits(random.nextBoolean());
                default -> any().ifPresent(each -> stage.machine.end(each.id(), random.nextInt(2)));
            }
        }

        /** As a server does whose store was restored from a backup. */
        private void speakOfThePast() {
            if (!past.isEmpty()) {
                stage.server().desired(Stage.BOW, past.get(random.nextInt(past.size())));
            }
        }

        private Optional<Resident> any() {
            var all = stage.machine.residents();
            return all.isEmpty()
                    ? Optional.empty()
                    : Optional.of(all.get(random.nextInt(all.size())));
        }

        private void restart(boolean reboot) {
            if (down) {
                return;
            }
            down = true;
            if (diskWasFull) {
                obeyed = Optional.empty(); // the one excuse
            }
            stage.killAgent();
            if (reboot) {
                stage.machine.reboot();
            }
            stage.world.in(
                    within(Duration.ofSeconds(10)),
                    () -> {
                        down = false;
                        stage.startAgent();
                    });
        }

        private void check() {
            var alive =
                    stage.machine.residents().stream()
                            .filter(Resident::alive)
                            .map(each -> each.instance().workload())
                            .toList();
            assertThat(alive).as("living instances").doesNotHaveDuplicates();
            if (!down) {
                var now = stage.agent().observed();
                if (now.isPresent()) {
                    var newest = obeyed;
                    assertThat(newest.filter(each -> now.get().isOlderThan(each)))
                            .as("what was obeyed before %s and is newer", now.get())
                            .isEmpty();
                    obeyed = now;
                }
            }
        }

        private void calm() {
            raging = false;
            faults.calm();
            stage.disk.full(false);
            stage.machine.losesExits(false);
            stage.behaviours.clear();
            if (down) {
                down = false;
                stage.startAgent();
            }
            revision++;
            wish =
                    wish.stream()
                            .map(each ->
                                    Stage.assigned(
                                            each.instance().workload().value(),
                                            each.workload(),
                                            revision))
                            .toList();
            stage.wish(revision, wish.toArray(AssignedWorkload[]::new));
        }

        private void checkComeRound() {
            assertThat(stage.agent().trouble()).isEmpty();
            assertThat(stage.machine.residents())
                    .as("what is there in the end")
                    .extracting(Resident::instance)
                    .containsExactlyInAnyOrderElementsOf(
                            wish.stream().map(AssignedWorkload::instance).toList());
            assertThat(stage.lastReport())
                    .containsExactlyElementsOf(
                            wish.stream()
                                    .map(AssignedWorkload::instance)
                                    .sorted(Comparator.naturalOrder())
                                    .map(each -> each.workload() + " Running(Ok)")
                                    .toList());
        }
    }
}
