package io.muster.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.testkit.podman.PodmanHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code muster top} tells of real containers and processes. */
@Tag("podman")
final class TopIT {
    /** Burns something, and lets others work as well: the machine may be small. */
    private static final String BUSY =
            "while :; do i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; sleep 0.5; done";

    private static final String IDLE = "sleep 1000001";
    private static final long LEAST_BUSY = 30; // thousandths of one processor
    private static final long MOST_IDLE = 15;

    private static final Pattern WORKLOAD =
            Pattern.compile(
                    "\"name\": \"([\\w-]+)\",\\s+\"agent\": \"bow\",\\s+\"id\": \"\\w+\",\\s+"
                            + "\"cpuMillis\": (\\d+),\\s+\"memoryBytes\": (\\d+)");

    @TempDir Path folder;
    private House house;

    @BeforeEach
    void start() throws Exception {
        house = new House(folder).withPodman(PodmanHome.shared());
        house.server();
        house.agent("bow", "--load-interval", "2", "--look-interval", "3600");
        house.awaitAgent("bow");
    }

    @AfterEach
    void tearDown() throws Exception {
        house.tearDown();
    }

    private record Use(long cpuMillis, long memoryBytes) {}

    private SortedMap<String, Use> used() throws IOException, InterruptedException {
        var top = house.muster("top", "-o", "json");
        assertThat(top.exit()).as(top.toString()).isZero();
        var found = WORKLOAD.matcher(top.out());
        var uses = new TreeMap<String, Use>();
        while (found.find()) {
            uses.put(
                    found.group(1),
                    new Use(Long.parseLong(found.group(2)), Long.parseLong(found.group(3))));
        }
        return uses;
    }

    @Test
    void the_busy_are_told_from_the_idle_without_asking_a_runtime() throws Exception {
        house.apply(
                """
                apiVersion: v1
                workloads:
                """
                        + container("boxed-busy", BUSY)
                        + container("boxed-idle", IDLE)
                        + process("busy", BUSY)
                        + process("idle", IDLE));
        await().atMost(House.PATIENCE.multipliedBy(2))
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> {
                    var used = used();
                    assertThat(used).containsOnlyKeys("boxed-busy", "boxed-idle", "busy", "idle");
                    used.forEach((name, use) -> {
                        if (name.endsWith("busy")) {
                            assertThat(use.cpuMillis).as(name).isGreaterThan(LEAST_BUSY);
                        } else {
                            assertThat(use.cpuMillis).as(name).isLessThan(MOST_IDLE);
                        }
                    });
                    assertThat(used.values())
                            .allMatch(each ->
                                    each.memoryBytes > 20_000 && each.memoryBytes < 100_000_000);
                });
        assertThat(house.muster("get", "agents").out())
                .containsPattern("bow +connected +4 +\\d+% +\\d+B");

        long asked = podmanCalls();
        var figures = new HashSet<Use>();
        await().atMost(House.PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    used().forEach((name, use) -> {
                        if (name.equals("boxed-busy")) {
                            figures.add(use);
                        }
                    });
                    return figures.size() > 1;
                });
        assertThat(podmanCalls()).isEqualTo(asked);

        var deleted = house.muster("delete", "workload", "boxed-busy", "busy");
        assertThat(deleted.exit()).as(deleted.toString()).isZero();
        assertThat(house.muster("top").out())
                .containsPattern("(?m)^boxed-idle +bow +\\d+\\.\\d% +[\\d.]+ [KM]iB$")
                .doesNotContain("busy");
    }

    private long podmanCalls() throws IOException {
        try (var lines = Files.lines(folder.resolve("podman-calls"))) {
            return lines.count();
        }
    }

    private static String container(String name, String script) {
        return """
          %s:
            agent: bow
            runtime: podman
            runtimeConfig: |
              image: %s
              commandOptions: ["--stop-timeout=1", "--init"]
              commandArgs: ["sh", "-c", "%s"]
        """
                .formatted(name, PodmanHome.IMAGE, script);
    }

    private static String process(String name, String script) {
        return """
          %s:
            agent: bow
            runtime: native
            runtimeConfig: |
              command: sh
              args: ["-c", "%s"]
        """
                .formatted(name, script);
    }
}
