package io.muster.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.testkit.podman.PodmanHome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of containers from their start to their end, in good times and in bad. */
@Tag("podman")
final class PodmanLifeIT {
    private static final String FOREVER = "exec sleep 1000000";
    private static final String LATER = "localhost/muster-later:1";

    @TempDir Path folder;

    private House house;
    private RunningProgram agent;

    @BeforeEach
    void start() throws Exception {
        house = new House(folder).withPodman(PodmanHome.shared());
        var _ = house.server();
        agent = house.agent("bow");
        house.awaitAgent("bow");
    }

    @AfterEach
    void tearDown() throws Exception {
        house.tearDown();
    }

    @Test
    void after_a_reboot_the_same_go_on_and_changed_ones_are_made_anew_in_order() throws Exception {
        var needing = workload("needing", FOREVER, "dependencies: {base: ADD_COND_RUNNING}");
        house.apply(manifest(workload("base", FOREVER), needing, workload("other", FOREVER)));
        var base = id("base");
        var needs = id("needing");
        var other = id("other");
        agent.kill();
        house.podman().reboot();
        var changed = workload("other", "exec sleep 1000001");
        var applied = noWait(manifest(workload("base", FOREVER), needing, changed));
        assertThat(applied.exit()).as(applied.toString()).isZero();
        var rebooted = Instant.now();
        agent = house.agent("bow");
        house.awaitAgent("bow");
        for (var name : List.of("base", "needing", "other")) {
            house.awaitWorkload(name, "Running(Ok)");
        }
        assertThat(id("base")).isEqualTo(base);
        assertThat(id("needing")).isEqualTo(needs);
        assertThat(id("other")).isNotEqualTo(other);
        assertThat(house.podman().podman("ps", "--all", "--quiet").lines()).hasSize(3);
        assertThat(startedAt("base")).isAfter(rebooted).isBefore(startedAt("needing"));
    }

    @Test
    void a_start_that_fails_is_tried_again_with_its_reason_until_it_succeeds() throws Exception {
        try {
            var late = workload("late", FOREVER).replace(PodmanHome.IMAGE, LATER);
            noWait(manifest(late));
            house.awaitWorkload("late", "Pending(Starting)", "Retry 2: ", "muster-later");
            assertThat(house.podman().podman("ps", "--all", "--quiet")).isEmpty();
            house.podman().podman("tag", PodmanHome.IMAGE, LATER);
            house.awaitWorkload("late", "Running(Ok)");
        } finally {
            house.podman().podman("untag", PodmanHome.IMAGE, LATER);
        }
    }

    @Test
    void a_start_that_fails_is_given_up_at_once_when_it_is_not_wanted_any_more() throws Exception {
        noWait(manifest(workload("late", FOREVER).replace(PodmanHome.IMAGE, LATER)));
        house.awaitWorkload("late", "Retry 1: ");
        var deleted = house.muster("delete", "workload", "late");
        assertThat(deleted.exit()).as(deleted.toString()).isZero();
        assertThat(house.muster("get", "workloads").out()).doesNotContain("late");
    }

    @Test
    void the_same_container_comes_again_after_success_and_a_new_one_after_failure()
            throws Exception {
        house.apply(
                manifest(
                        workload("well", "sleep 1", "restartPolicy: ALWAYS"),
                        workload("ill", "sleep 1; exit 3", "restartPolicy: ON_FAILURE"),
                        workload("once", "exit 3")));
        house.awaitWorkload("once", "Failed(ExecFailed)", "Exit code: '3'");
        var well =
                house.podman()
                        .podman(
                                "ps",
                                "--all",
                                "--no-trunc",
                                "--quiet",
                                "--filter",
                                "name=^well\\.");
        await("restarts")
                .atMost(House.PATIENCE)
                .untilAsserted(() -> {
                    assertThat(startsOf(well)).hasSizeGreaterThan(1);
                    assertThat(starts("ill")).hasSizeGreaterThan(2);
                });
        assertThat(starts("well")).hasSize(1); // was made once
        assertThat(startsOf("")).allMatch(call -> call.contains(well));
        assertThat(starts("once")).hasSize(1);
    }

    @Test
    void what_waits_starts_when_its_condition_holds_and_never_when_it_is_deleted_before()
            throws Exception {
        noWait(
                manifest(
                        workload("job", "sleep 2"),
                        workload("failing", "sleep 2; exit 1"),
                        workload("then", FOREVER, "dependencies: {job: ADD_COND_SUCCEEDED}"),
                        workload("else", FOREVER, "dependencies: {failing: ADD_COND_FAILED}"),
                        workload("never", FOREVER, "dependencies: {job: ADD_COND_FAILED}")));
        house.awaitWorkload("never", "Pending(WaitingToStart)", "job");
        house.awaitWorkload("then", "Running(Ok)");
        house.awaitWorkload("else", "Running(Ok)");
        assertThat(house.muster("delete", "workload", "never").exit()).isZero();
        assertThat(starts("never")).isEmpty();
        assertThat(house.muster("get", "workloads").out()).doesNotContain("never");
    }

    @Test
    void a_podman_that_hangs_for_one_does_not_keep_the_others_waiting() throws Exception {
        house.hangPodman("stuck.");
        noWait(manifest(workload("stuck", FOREVER)));
        await("a call that hangs").atMost(House.PATIENCE).until(() -> !starts("stuck").isEmpty());
        var begin = System.nanoTime();
        house.apply(
                manifest(
                        workload("stuck", FOREVER),
                        workload("one", FOREVER),
                        workload("two", FOREVER)));
        // the command waits for what it has changed, which the one that hangs is not
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(House.PATIENCE);
        house.awaitWorkload("one", "Running(Ok)");
        house.awaitWorkload("two", "Running(Ok)");
        house.awaitWorkload("stuck", "Pending(Starting)");
    }

    private House.Result noWait(String manifest) throws IOException, InterruptedException {
        return house.muster("--no-wait", "apply", house.file("manifest.yaml", manifest).toString());
    }

    private static String manifest(String... workloads) {
        return "apiVersion: v1\nworkloads:\n" + String.join("", workloads);
    }

    static String workload(String name, String script, String... more) {
        var text =
                """
                  %s:
                    agent: bow
                    runtime: podman
                    runtimeConfig: |
                      image: %s
                      commandOptions: ["--init", "--stop-timeout=1"]
                      commandArgs: ["sh", "-c", "%s"]
                """
                        .formatted(name, PodmanHome.IMAGE, script);
        return more.length == 0 ? text : text + String.join("\n", more).indent(4);
    }

    private List<String> starts(String workload) throws IOException {
        return house.podmanStarts().stream().filter(call -> call.contains(workload + ".")).toList();
    }

    /** Those of containers that were there. */
    private List<String> startsOf(String id) throws IOException {
        return house.podmanStarts().stream()
                .filter(call -> call.matches("(start|restart) .*" + id + ".*"))
                .toList();
    }

    private String id(String workload) throws IOException, InterruptedException {
        return house.podman()
                .podman("ps", "--no-trunc", "--quiet", "--filter", "name=^" + workload + "\\.");
    }

    private Instant startedAt(String workload) throws IOException, InterruptedException {
        var text =
                house.podman()
                        .podman(
                                "inspect",
                                "--format",
                                "{{.State.StartedAt.Format \"2006-01-02T15:04:05.999999Z07:00\"}}",
                                id(workload));
        return OffsetDateTime.parse(text).toInstant();
    }
}
