package io.muster.testkit.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WorldTest {
    @Test
    void runs_what_happens_in_order_of_time_then_of_making() {
        var world = new World(1);
        var seen = new ArrayList<String>();
        world.in(Duration.ofSeconds(2), () -> seen.add("late"));
        world.in(Duration.ofSeconds(1), () -> seen.add("early"));
        world.in(Duration.ofSeconds(1), () -> seen.add("second early"));
        world.run(Duration.ofSeconds(1));
        assertThat(seen).containsExactly("early", "second early");
        assertThat(world.clock().nanoTime()).isEqualTo(1_000_000_000L);
    }

    @Test
    void gives_the_same_run_for_the_same_seed() {
        assertThat(run(7)).isEqualTo(run(7)).isNotEqualTo(run(8));
    }

    private static List<String> run(long seed) {
        var world = new World(seed);
        var serial = world.serial("a", 100);
        var seen = new ArrayList<String>();
        for (int i = 0; i < 20; i++) {
            int number = i;
            serial.offload(() -> number, (result, _) -> seen.add(result + "@" + world.elapsed()));
        }
        world.run(Duration.ofSeconds(1));
        return seen;
    }

    @Test
    void refuses_offers_beyond_the_bound_but_not_deliveries() {
        var world = new World(1);
        var serial = world.serial("a", 1);
        assertThat(serial.offer(() -> {})).isTrue();
        assertThat(serial.offer(() -> {})).isFalse();
        var seen = new ArrayList<String>();
        serial.deliver(() -> seen.add("delivered"));
        world.run(Duration.ZERO);
        assertThat(seen).containsExactly("delivered");
        assertThat(serial.offer(() -> {})).isTrue();
    }

    @Test
    void lets_blocking_work_take_virtual_time() {
        var world = new World(1);
        var serial = world.serial("a", 1);
        var seen = new ArrayList<String>();
        var asked = new ArrayList<Duration>();
        serial.offload(
                () -> {
                    asked.add(world.elapsed());
                    if (asked.size() == 1) {
                        throw new TakesTime(Duration.ofSeconds(5));
                    }
                    return "done";
                },
                (result, _) -> seen.add(result + "@" + world.elapsed().toSeconds()));
        world.run(Duration.ofSeconds(6));
        assertThat(seen).containsExactly("done@5");
    }

    @Test
    void forgets_the_tasks_of_a_closed_serial() {
        var world = new World(1);
        var serial = world.serial("a", 10);
        var seen = new ArrayList<String>();
        serial.offer(() -> seen.add("offered"));
        serial.after(Duration.ofSeconds(1), () -> seen.add("timed"));
        serial.close();
        world.run(Duration.ofSeconds(2));
        assertThat(seen).isEmpty();
        assertThat(serial.offer(() -> {})).isFalse();
    }

    @Test
    void says_what_did_not_happen_in_time() {
        var world = new World(1);
        assertThatThrownBy(() -> world.runUntil("a miracle", Duration.ofSeconds(1), () -> false))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("a miracle");
    }
}
