package io.muster.agent.runtime.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.name.InstanceName;
import io.muster.api.runtime.Found;
import io.muster.api.runtime.Observation;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.runtime.RuntimeId;
import io.muster.api.shell.ProcessRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LastLookTest {
    private static final List<String> GENERAL = List.of();

    private final Set<Long> alive = new HashSet<>(Set.of(42L));

    @TempDir private Path root;
    private Path database;
    private LastLook last;
    private List<Found> there = List.of(found(new Observation.Running(new ProcessRef(42, 7))));
    private int looks;

    @BeforeEach
    void make() throws Exception {
        database = Files.createDirectory(root.resolve("libpod")).resolve("bolt_state.db");
        Files.writeString(database, "nothing");
        last = new LastLook(new PodmanDatabase(_ -> root.toString()), processes());
        look(); // the first asks for nothing else
        looks = 0;
    }

    @Test
    void knows_the_database_of_podman_5_too() throws Exception {
        Files.delete(database);
        database = root.resolve("db.sql");
        Files.writeString(database, "nothing");
        look();
        look();
        assertThat(looks).isEqualTo(1);
        Files.writeString(root.resolve("db.sql-wal"), "something");
        look();
        assertThat(looks).isEqualTo(2);
    }

    @Test
    void asks_again_where_the_database_is_when_podman_did_not_say() throws Exception {
        var failures = new AtomicInteger(1);
        last =
                new LastLook(
                        new PodmanDatabase(_ -> {
                            if (failures.getAndDecrement() > 0) {
                                throw new RuntimeFailure("no end within 60 s", true);
                            }
                            return root.toString();
                        }),
                        processes());
        for (int i = 0; i < 5; i++) {
            look();
        }
        assertThat(looks).isEqualTo(3); // one that asks nothing, one in vain, one
    }

    private LiveProcesses processes() {
        return new LiveProcesses(pid ->
                alive.contains(pid) ? Optional.of(new ProcessRef(pid, 7)) : Optional.empty());
    }

    private static Found found(Observation observation) {
        return new Found(
                new RuntimeId("c1 web.1.bow"),
                InstanceName.parse("web.1.bow").orElseThrow(),
                Optional.empty(),
                observation);
    }

    private List<Found> look() throws RuntimeFailure {
        return last.orElse(
                GENERAL,
                () -> {
                    looks++;
                    return there;
                });
    }

    private void write() throws IOException {
        Files.writeString(database, "more", StandardOpenOption.APPEND);
    }

    @Test
    void is_enough_as_long_as_the_database_is_not_written_but_for_every_tenth() throws Exception {
        for (int i = 0; i < 10; i++) {
            assertThat(look()).isEqualTo(there);
        }
        assertThat(looks).isOne();
        look();
        assertThat(looks).isEqualTo(2);
    }

    @Test
    void is_not_enough_when_the_database_was_written() throws Exception {
        look();
        there = List.of();
        write();
        assertThat(look()).isEmpty();
        assertThat(look()).isEmpty();
        assertThat(looks).isEqualTo(2);
    }

    @Test
    void counts_for_nothing_when_the_database_was_written_meanwhile() throws Exception {
        last.orElse(
                GENERAL,
                () -> {
                    try {
                        write();
                    } catch (IOException e) {
                        throw new RuntimeFailure("no disk", false, e);
                    }
                    return there;
                });
        look();
        assertThat(looks).isOne();
    }

    @Test
    void is_not_enough_when_a_process_has_ended() throws Exception {
        look();
        alive.clear();
        look();
        assertThat(looks).isEqualTo(2);
    }

    @Test
    void of_what_is_between_two_states_is_not_enough() throws Exception {
        there = List.of(found(new Observation.Stopping("stopping")));
        look();
        look();
        assertThat(looks).isEqualTo(2);
    }

    @Test
    void is_never_enough_again_once_something_changed_without_the_database() throws Exception {
        look();
        var gone = List.<Found>of();
        for (int i = 0; i < 9; i++) {
            look();
        }
        there = gone;
        assertThat(look()).isEqualTo(gone);
        look();
        look();
        assertThat(looks).isEqualTo(4);
    }

    @Test
    void is_not_enough_where_there_is_no_database() throws Exception {
        Files.delete(database);
        look();
        look();
        assertThat(looks).isEqualTo(2);
    }
}
