package io.muster.tests.system;

import static io.muster.tests.system.NativeSystemIT.manifest;
import static io.muster.tests.system.NativeSystemIT.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.tests.preload.Preload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Year;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stores that are lost, old or another's, nodes that are made anew, and clocks that are wrong: what
 * runs is left alone unless somebody who may wish so wishes otherwise.
 */
final class FencingIT {
    /** A name is kept a minute for a node that vanished. */
    private static final Duration NAME_HOLD = Duration.ofMinutes(1);

    @TempDir Path folder;

    private House house;

    @BeforeEach
    void build() throws IOException {
        house = new House(folder);
    }

    @AfterEach
    void tearDown() throws Exception {
        house.tearDown();
    }

    @Test
    void a_lost_store_touches_nothing_until_it_is_told_to_take_over() throws Exception {
        var server = house.server();
        var agent = house.agent("bow");
        long one = run("one");
        server.kill();
        deleteTree(folder.resolve("server"));

        server = house.server();
        server.awaitLog("agent obeys another store and will touch nothing");
        agent.awaitLog("start the server with --take-over");
        applyOnly("two");
        house.awaitWorkload("two", "Pending(Initial)", "--take-over");
        assertThat(ProcessHandle.of(one)).isPresent();
        assertThat(folder.resolve("two.pid")).doesNotExist();

        assertThat(server.stop()).isZero();
        house.server("--take-over");
        house.awaitWorkload("two", "Running(Ok)");
        await("what the new store does not wish is stopped")
                .atMost(House.PATIENCE)
                .until(() -> ProcessHandle.of(one).isEmpty());
    }

    @Test
    void a_backup_that_is_put_back_undoes_what_came_later_and_nothing_else() throws Exception {
        var server = house.server();
        house.agent("bow");
        long one = run("one");
        var backup = folder.resolve("backup.db").toString();
        store("backup", backup);
        long two = run("two");
        assertThat(server.stop()).isZero();
        store("import", "--replace", backup);

        house.server();
        await("what came after the backup is undone")
                .atMost(House.PATIENCE)
                .until(() -> ProcessHandle.of(two).isEmpty());
        house.awaitWorkload("one", "Running(Ok)");
        assertThat(house.muster("get", "workloads").out()).doesNotContain("two");
        assertThat(ProcessHandle.of(one)).isPresent();
        assertThat(starts("one")).isEqualTo(1);
        run("three");
    }

    @Test
    void a_store_that_is_older_than_an_agent_gets_above_it_though_it_counted_on_meanwhile()
            throws Exception {
        var server = house.server();
        var agent = house.agent("bow");
        long one = run("one");
        assertThat(server.stop()).isZero();
        Files.copy(folder.resolve("server/muster.db"), folder.resolve("old.db"));
        server = house.server();
        long two = run("two");
        run("three");
        agent.kill();
        server.kill();
        for (var part : List.of("muster.db-wal", "muster.db-shm")) {
            Files.deleteIfExists(folder.resolve("server").resolve(part));
        }
        Files.move(
                folder.resolve("old.db"),
                folder.resolve("server/muster.db"),
                StandardCopyOption.REPLACE_EXISTING);

        server = house.server();
        applyOnly("four"); // with the revision that "two" had
        house.agent("bow");
        server.awaitLog("jumped above it");
        house.awaitWorkload("four", "Running(Ok)");
        await("what this store never heard of is stopped")
                .atMost(House.PATIENCE)
                .until(() -> ProcessHandle.of(two).isEmpty());
        assertThat(ProcessHandle.of(one)).isPresent();
        assertThat(starts("one")).isEqualTo(1);
    }

    @Test
    void a_foreign_server_at_the_same_broker_touches_nothing_and_the_own_one_goes_on_after_it()
            throws Exception {
        broker();
        var own = house.serverAtBroker();
        var agent = house.agent("bow");
        long one = run("one");
        own.kill();

        var foreign = house.serverAt(house.brokerUrl(), "foreign", List.of("--insecure"));
        foreign.awaitLog("agent obeys another store and will touch nothing");
        agent.awaitLog("start the server with --take-over");
        applyOnly("two");
        house.awaitWorkload("two", "Pending(Initial)", "--take-over");
        assertThat(foreign.stop()).isZero();

        house.serverAtBroker();
        house.awaitWorkload("one", "Running(Ok)");
        assertThat(ProcessHandle.of(one)).isPresent();
        assertThat(starts("one")).isEqualTo(1);
        assertThat(folder.resolve("two.pid")).doesNotExist();
        run("three");
    }

    @Test
    void a_second_server_at_the_same_broker_ends_and_the_first_does_not_notice() throws Exception {
        broker();
        var first = house.serverAtBroker();
        house.agent("bow");
        long one = run("one");

        var second = house.serverAt(house.brokerUrl(), "second", List.of("--insecure"));
        assertThat(second.awaitEnd(House.PATIENCE)).isEqualTo(1);
        assertThat(second.log()).contains("another server").contains("serves this cluster");

        assertThat(first.isAlive()).isTrue();
        assertThat(house.muster("get", "workloads").out()).contains("Running(Ok)");
        assertThat(ProcessHandle.of(one)).isPresent();
        assertThat(first.log()).doesNotContain("agent disconnected");
    }

    @Test
    void a_second_server_on_a_copy_of_the_store_ends_and_the_first_does_not_notice()
            throws Exception {
        broker();
        var first = house.serverAtBroker();
        house.agent("bow");
        long one = run("one");
        var backup = folder.resolve("backup.db").toString();
        store("backup", backup);
        var imported =
                house.run(
                        "muster-server",
                        "store",
                        "import",
                        backup,
                        "--state-dir",
                        folder.resolve("copy").toString());
        assertThat(imported.exit()).as(imported.toString()).isZero();
        long two = run("two"); // which the copy knows nothing of

        var second = house.serverAt(house.brokerUrl(), "copy", List.of("--insecure"));
        assertThat(second.awaitEnd(House.PATIENCE)).isEqualTo(1);
        assertThat(second.log()).contains("another server").contains("serves this cluster");

        assertThat(first.isAlive()).isTrue();
        run("three");
        assertThat(ProcessHandle.of(one)).isPresent();
        assertThat(ProcessHandle.of(two)).isPresent();
    }

    @Test
    void a_backup_can_take_over_again_from_the_store_that_took_over_from_it() throws Exception {
        var server = house.server();
        house.agent("bow");
        long one = run("one");
        var backup = folder.resolve("backup.db").toString();
        store("backup", backup);
        for (int i = 0; i < 3; i++) { // epochs that the backup does not know
            assertThat(server.stop()).isZero();
            server = house.server();
            house.awaitAgent("bow");
        }
        run("two");
        server.kill();
        deleteTree(folder.resolve("server"));
        server = house.server("--take-over");
        long other = run("other");
        assertThat(ProcessHandle.of(one)).isEmpty();
        assertThat(server.stop()).isZero();

        store("import", "--replace", backup);
        server = house.server("--take-over");
        server.awaitLog("jumped above it");
        house.awaitWorkload("one", "Running(Ok)");
        await("what this store does not wish is stopped")
                .atMost(House.PATIENCE)
                .until(() -> ProcessHandle.of(other).isEmpty());
    }

    @Test
    void an_agent_whose_copy_is_damaged_obeys_no_foreign_server() throws Exception {
        var server = house.server();
        var agent = house.agent("bow");
        long one = run("one");
        agent.kill();
        server.kill();
        Files.writeString(folder.resolve("agent-bow/desired"), "damaged");
        deleteTree(folder.resolve("server"));

        server = house.server();
        house.agent("bow");
        server.awaitLog("agent obeys another store and will touch nothing");
        applyOnly("two");
        house.awaitWorkload("two", "Pending(Initial)", "--take-over");
        assertThat(ProcessHandle.of(one)).isPresent();
        assertThat(folder.resolve("two.pid")).doesNotExist();
    }

    @Test
    void a_node_that_is_made_anew_after_it_was_stopped_has_its_name_at_once() throws Exception {
        house.server();
        var agent = house.agent("bow");
        run("one");
        assertThat(agent.stop()).isZero();
        makeAnew();
        house.agent("bow");
        await("its workloads start").atMost(House.PATIENCE).until(() -> starts("one") == 2);
        house.awaitWorkload("one", "Running(Ok)");
    }

    @Test
    void a_node_that_is_made_anew_after_it_vanished_has_its_name_after_a_minute() throws Exception {
        var server = house.server();
        var agent = house.agent("bow");
        run("one");
        agent.kill();
        makeAnew();
        house.agent("bow");
        server.awaitLog("it has to wait");
        await("its workloads start")
                .atMost(NAME_HOLD.plus(House.PATIENCE))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> starts("one") == 2);
        house.awaitWorkload("one", "Running(Ok)");
    }

    @Test
    @Tag("gcc")
    void a_wrong_clock_of_a_node_changes_nothing() throws Exception {
        var server = house.server();
        var agent = agentIn(1975);
        run("one");
        server.kill();
        agent.kill();
        NativeLeftovers.kill(folder.resolve("agent-bow"));
        deleteTree(folder.resolve("agent-bow/native")); // as after a reboot

        agent = agentIn(2060); // boots without a server, and later than ever
        await("it starts what its copy says")
                .atMost(House.PATIENCE)
                .until(() -> starts("one") == 2);
        server = house.server();
        run("two");
        agent.kill();
        agentIn(1971);
        run("three");
        assertThat(starts("one")).isEqualTo(2);
        assertThat(starts("two")).isEqualTo(1);
        assertThat(server.log()).doesNotContain("ERROR");
    }

    @Test
    @Tag("gcc")
    void a_wrong_clock_of_the_server_changes_nothing() throws Exception {
        var url = List.of("--insecure", "--address", "127.0.0.1:" + house.port());
        var server = house.serverBehind(clock(2060), url);
        house.agent("bow");
        run("one");
        server.kill();
        house.serverBehind(clock(1975), url);
        run("two");
        assertThat(starts("one")).isEqualTo(1);
        var history = house.muster("history");
        assertThat(history.exit()).as(history.toString()).isZero();
    }

    private RunningProgram agentIn(int year) throws Exception {
        return house.agentBehind(clock(year), house.brokerUrl(), "bow");
    }

    /** Lets a program see another date; intervals are measured by the monotonic clock, as ever. */
    private List<String> clock(int year) throws Exception {
        long shift = (year - Year.now(ZoneOffset.UTC).getValue()) * 365L * 24 * 3_600;
        return List.of(
                "env", "LD_PRELOAD=" + Preload.compile("clock", folder), "CLOCK_SHIFT=" + shift);
    }

    private void broker() throws IOException {
        house.program("muster-broker", "-k", "-a", "127.0.0.1:" + house.port())
                .awaitLog("listening");
    }

    /** What a new disk does to a node. */
    private void makeAnew() throws IOException {
        NativeLeftovers.kill(folder.resolve("agent-bow"));
        deleteTree(folder.resolve("agent-bow"));
    }

    /** Applies a workload, waits until it runs, and returns its pid. */
    private long run(String name) throws Exception {
        house.awaitAgent("bow");
        house.apply(manifest() + counted(name));
        house.awaitWorkload(name, "Running(Ok)");
        return house.pidIn(name + ".pid");
    }

    private void applyOnly(String name) throws Exception {
        var file = house.file(name + ".yaml", manifest() + counted(name)).toString();
        var applied = house.muster("--no-wait", "apply", file);
        assertThat(applied.exit()).as(applied.toString()).isZero();
    }

    /** It writes its pid, one line for each start. */
    private String counted(String name) {
        return workload(
                name, "bow", "echo $$ >>%s/%s.pid; exec sleep 1000001".formatted(folder, name));
    }

    private int starts(String name) throws IOException {
        return Files.readAllLines(folder.resolve(name + ".pid")).size();
    }

    private void store(String... words) throws Exception {
        var all = new ArrayList<>(List.of("store"));
        all.addAll(List.of(words));
        all.addAll(List.of("--state-dir", folder.resolve("server").toString()));
        var result = house.run("muster-server", all.toArray(String[]::new));
        assertThat(result.exit()).as(result.toString()).isZero();
    }

    private static void deleteTree(Path top) throws IOException {
        try (var paths = Files.walk(top)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
