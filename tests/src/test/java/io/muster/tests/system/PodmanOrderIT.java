package io.muster.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.testkit.podman.PodmanHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In which order containers start and end, of themselves, for updates, and for their node. */
@Tag("podman")
final class PodmanOrderIT {
    private static final String NEEDS = "dependencies: {back: ADD_COND_RUNNING}";

    @TempDir Path folder;

    private House house;

    @BeforeEach
    void build() throws Exception {
        house = new House(folder).withPodman(PodmanHome.shared());
        Files.createDirectory(folder.resolve("signs"));
    }

    @AfterEach
    void tearDown() throws Exception {
        house.tearDown();
    }

    @Test
    void what_others_need_is_stopped_last_and_waits_until_then() throws Exception {
        house.server();
        house.agent("bow");
        house.agent("stern");
        house.awaitAgent("bow");
        house.awaitAgent("stern");
        house.apply(manifest(talker("front", "stern", "1", NEEDS), talker("back", "bow", "1", "")));
        awaitSigns(2);
        var back = id("back");

        succeeds("--no-wait", "delete", "workload", "back");
        house.awaitWorkload("back", "Stopping(WaitingToStop)", "front");
        house.awaitWorkload("front", "Running(Ok)");
        house.apply(manifest(talker("front", "stern", "1", NEEDS), talker("back", "bow", "1", "")));
        house.awaitWorkload("back", "Running(Ok)");
        assertThat(id("back")).isEqualTo(back);

        succeeds("delete", "workload", "back", "front");
        assertThat(signs())
                .containsExactly("back begins", "front begins", "front ends", "back ends");
        assertThat(house.podman().podman("ps", "--all", "--quiet")).isEmpty();
    }

    @Test
    void an_update_waits_for_its_dependents_unless_they_are_to_be_restarted() throws Exception {
        house.server();
        house.agent("bow");
        house.awaitAgent("bow");
        house.apply(manifest(talker("front", "bow", "1", NEEDS), talker("back", "bow", "1", "")));
        awaitSigns(2);

        applyOnly(manifest(talker("front", "bow", "1", NEEDS), talker("back", "bow", "2", "")));
        house.awaitWorkload("back", "Stopping(WaitingToStop)", "front");
        assertThat(signs()).hasSize(2);

        var restarts = "dependencies: {back: {condition: ADD_COND_RUNNING, onUpdate: restart}}";
        house.apply(
                manifest(talker("front", "bow", "1", restarts), talker("back", "bow", "2", "")));
        awaitSigns(6);
        assertThat(signs().subList(2, 6))
                .containsExactly("front ends", "back ends", "back begins", "front begins");
    }

    @Test
    void a_drained_node_is_empty_in_order_and_full_again_in_order() throws Exception {
        house.server();
        var agent = house.agent("bow", "--stop-workloads", "--stop-timeout", "60");
        house.awaitAgent("bow");
        house.apply(manifest(talker("front", "bow", "1", NEEDS), talker("back", "bow", "1", "")));
        awaitSigns(2);

        succeeds("drain", "bow");
        assertThat(signs().subList(2, 4)).containsExactly("front ends", "back ends");
        assertThat(house.podman().podman("ps", "--all", "--quiet")).isEmpty();
        succeeds("undrain", "bow");
        house.awaitWorkload("front", "Running(Ok)");
        awaitSigns(6);
        assertThat(signs().subList(4, 6)).containsExactly("back begins", "front begins");

        assertThat(agent.stop()).isZero(); // with --stop-workloads
        awaitSigns(8);
        assertThat(signs().subList(6, 8)).containsExactly("front ends", "back ends");
        house.agent("bow");
        awaitSigns(10);
        assertThat(signs().subList(8, 10)).containsExactly("back begins", "front begins");
    }

    @Test
    void a_deleted_agent_that_comes_back_removes_what_nobody_wishes() throws Exception {
        house.server();
        var agent = house.agent("bow");
        house.awaitAgent("bow");
        house.apply(manifest(talker("back", "bow", "1", "")));
        awaitSigns(1);
        agent.kill();
        house.awaitWorkload("back", "AgentDisconnected");
        succeeds("delete", "workload", "back");
        succeeds("delete", "agent", "bow");
        assertThat(house.muster("get", "workloads").out()).doesNotContain("back");
        assertThat(house.podman().podman("ps", "--quiet")).isNotEmpty();

        house.agent("bow");
        await("the container goes")
                .atMost(House.PATIENCE)
                .until(() -> house.podman().podman("ps", "--all", "--quiet").isEmpty());
        assertThat(house.muster("get", "workloads").out()).doesNotContain("back");
    }

    @Test
    void a_container_that_removes_itself_is_lost_and_a_job_does_not_run_again() throws Exception {
        house.server();
        house.agent("bow");
        house.awaitAgent("bow");
        var job =
                PodmanLifeIT.workload(
                                "job", "echo job runs >>/signs/log", "restartPolicy: ON_FAILURE")
                        .replace(
                                "commandOptions: [",
                                "commandOptions: [\"--rm\", " + volume() + ", ");
        house.apply(manifest(job));
        house.awaitWorkload("job", "Failed(Lost)");
        assertThat(signs()).containsExactly("job runs");
        assertThat(house.podman().podman("ps", "--all", "--quiet")).isEmpty();
    }

    private String volume() {
        return "\"--volume=%s:/signs\"".formatted(folder.resolve("signs"));
    }

    /** Says when it begins and when it is told to end. */
    private String talker(String name, String agent, String version, String more) {
        var script =
                "trap 'echo %1$s ends >>/signs/log; exit 0' TERM; echo %1$s begins >>/signs/log; while :; do sleep 0.1; done"
                        .formatted(name);
        return PodmanLifeIT.workload(name, script, more)
                .replace("agent: bow", "agent: " + agent)
                .replace(
                        "commandOptions: [",
                        "commandOptions: [\"--env=VERSION=%s\", %s, ".formatted(version, volume()));
    }

    private static String manifest(String... workloads) {
        return NativeSystemIT.manifest() + String.join("", workloads);
    }

    private String id(String name) throws Exception {
        return house.podman().podman("ps", "--quiet", "--no-trunc", "--filter", "name=^" + name);
    }

    private void applyOnly(String manifest) throws Exception {
        var file = house.file("only.yaml", manifest).toString();
        succeeds("--no-wait", "apply", file);
    }

    private void succeeds(String... words) throws Exception {
        var result = house.muster(words);
        assertThat(result.exit()).as(result.toString()).isZero();
    }

    private List<String> signs() throws IOException {
        var log = folder.resolve("signs/log");
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }

    private void awaitSigns(int count) {
        await(count + " signs").atMost(House.PATIENCE).until(() -> signs().size() >= count);
    }
}
