package io.muster.testkit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.runtime.Created;
import io.muster.api.runtime.Mark;
import io.muster.api.runtime.Observation;
import io.muster.api.runtime.Order;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.runtime.RuntimeId;
import io.muster.api.shell.ProcessRef;
import io.muster.api.shell.Serial;
import io.muster.api.state.Workload;
import io.muster.testkit.world.TakesTime;
import io.muster.testkit.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FakeMachineTest {
    private static final AgentName BOW = new AgentName("bow");
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final World world = new World(7);
    private final Serial serial = world.serial("agent", 100);
    private final List<String> log = new ArrayList<>();
    private Behaviour behaviour = Behaviour.LASTING;
    private final FakeMachine machine =
            new FakeMachine(world.clock(), world::in, order -> behaviour);
    private final FakeRuntime runtime = machine.runtime("fake", BOW);

    @Test
    void takes_its_virtual_time_to_create() {
        behaviour = Behaviour.LASTING.creatingTakes(SECOND.multipliedBy(5));
        create("web");
        world.run(SECOND.multipliedBy(4));
        assertThat(machine.residents()).isEmpty();
        world.run(SECOND.multipliedBy(2));
        assertThat(machine.residents()).singleElement().matches(FakeMachine.Resident::alive);
        assertThat(log).containsExactly("created fake-1");
    }

    @Test
    void takes_its_virtual_time_to_fail_and_to_stop() {
        behaviour = Behaviour.LASTING.creatingTakes(SECOND).failing("no room", true);
        create("web");
        world.run(SECOND.multipliedBy(2));
        assertThat(log).containsExactly("failed: no room");

        behaviour = Behaviour.LASTING.stoppingTakes(SECOND);
        create("web");
        world.run(SECOND);
        serial.offload(
                () -> {
                    runtime.delete(new RuntimeId("fake-1"));
                    return true;
                },
                (done, problem) -> log.add("deleted"));
        world.run(SECOND.dividedBy(2));
        assertThat(machine.residents()).hasSize(1);
        world.run(SECOND);
        assertThat(machine.residents()).isEmpty();
    }

    @Test
    void answers_when_it_hangs_no_more_and_not_at_all_when_it_fails() {
        machine.hang(SECOND);
        create("web");
        world.run(SECOND.dividedBy(2));
        assertThat(log).isEmpty();
        world.run(SECOND);
        assertThat(log).containsExactly("created fake-1");
        machine.fail(Optional.of(new RuntimeFailure("broken", true)));
        create("more");
        world.run(SECOND);
        assertThat(log).containsExactly("created fake-1", "failed: broken");
    }

    @Test
    void a_paused_instance_goes_on_with_its_process() {
        create("web");
        world.run(SECOND);
        var before = machine.residents().getFirst();
        machine.pause(before.id());
        assertThat(machine.residents().getFirst().alive()).isFalse();
        machine.resume(before.id());
        assertThat(machine.residents()).containsExactly(before);
    }

    @Test
    void ends_instances_when_their_time_has_come() {
        behaviour = Behaviour.LASTING.endingAfter(SECOND, 3);
        create("job");
        world.run(SECOND.dividedBy(2));
        var main =
                ((Observation.Running) machine.residents().getFirst().observation())
                        .processes()
                        .getFirst();
        machine.exitWatch().watch(main, () -> log.add("ended"));
        world.run(SECOND);
        assertThat(log).containsExactly("created fake-1", "ended");
        assertThat(machine.residents().getFirst().observation())
                .isEqualTo(new Observation.Exited(3));
    }

    @Test
    void tells_at_once_about_what_has_already_ended_and_never_a_closed_watch() {
        var watch = machine.exitWatch();
        watch.watch(new ProcessRef(1, 2), () -> log.add("unknown"));
        create("web");
        world.run(SECOND);
        watch.watch(main("fake-1"), () -> log.add("never"));
        watch.close();
        machine.end(new RuntimeId("fake-1"), 1);
        assertThat(log).containsExactly("unknown", "created fake-1");
    }

    @Test
    void can_lose_news_vanish_pause_and_reboot() {
        create("web");
        create("db");
        create("job");
        world.run(SECOND);
        machine.losesExits(true);
        machine.exitWatch().watch(main("fake-1"), () -> log.add("never"));
        machine.vanish(new RuntimeId("fake-1"));
        machine.show(new RuntimeId("fake-2"), new Observation.Unclear("paused"));
        machine.reboot();
        assertThat(log).doesNotContain("never");
        assertThat(machine.residents())
                .extracting(FakeMachine.Resident::observation)
                .containsExactly(
                        new Observation.Unclear("paused"),
                        new Observation.Interrupted("the machine was restarted"));
        assertThat(machine.starts()).isEqualTo(3);
    }

    @Test
    void does_not_finish_what_was_given_up() {
        behaviour = Behaviour.LASTING.creatingTakes(SECOND);
        assertThatThrownBy(() -> runtime.create(order("web", "a"))).isInstanceOf(TakesTime.class);
        world.run(SECOND.multipliedBy(2)); // and nobody comes back for it
        runtime.finish();
        assertThat(machine.residents()).isEmpty();

        assertThatThrownBy(() -> runtime.create(order("web", "old"))).isInstanceOf(TakesTime.class);
        assertThatThrownBy(() -> runtime.create(order("web", "new"))).isInstanceOf(TakesTime.class);
        runtime.finish();
        assertThat(machine.residents())
                .extracting(FakeMachine.Resident::instance)
                .containsExactly(order("web", "new").instance());
    }

    @Test
    void may_finish_what_a_dead_agent_has_asked_for() {
        behaviour = Behaviour.LASTING.creatingTakes(SECOND.multipliedBy(5));
        create("web");
        world.run(SECOND);
        serial.close();
        assertThat(machine.residents()).isEmpty();
        runtime.finish();
        assertThat(machine.residents()).hasSize(1);
        world.run(SECOND.multipliedBy(10));
        assertThat(log).isEmpty();
    }

    private ProcessRef main(String id) {
        return machine.residents().stream()
                .filter(resident -> resident.id().value().equals(id))
                .map(resident ->
                        ((Observation.Running) resident.observation()).processes().getFirst())
                .findFirst()
                .orElseThrow();
    }

    private static Order order(String name, String config) {
        return new Order(
                InstanceName.of(new WorkloadName(name), config, "bow"),
                Workload.of("bow", "fake", config),
                new Mark("00", new Lineage("l"), Revision.ZERO));
    }

    private void create(String name) {
        serial.<Created>offload(
                () -> runtime.create(order(name, name)),
                (created, problem) ->
                        log.add(
                                created == null
                                        ? "failed: " + (problem == null ? "" : problem.getMessage())
                                        : "created " + created.id()));
    }
}
