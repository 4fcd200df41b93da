package io.muster.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.testkit.podman.PodmanHome;
import io.muster.testkit.podman.TinyRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that come from a registry, or do not. */
@Tag("podman")
final class ImagesIT {
    private static final String PASSWORD = "dont-tell";

    @TempDir Path folder;

    private House house;
    private TinyRegistry registry;
    private RunningProgram agent;

    @BeforeEach
    void start() throws Exception {
        house = new House(folder).withPodman(PodmanHome.shared());
        registry = TinyRegistry.open(folder.resolve("registry"));
        registry.demand("me", PASSWORD);
        house.server();
        var credentials = house.file("auth.json", registry.credentials());
        agent = house.agent("bow", "--registry-auth-file", credentials.toString());
        house.awaitAgent("bow");
    }

    @AfterEach
    void tearDown() throws Exception {
        house.tearDown();
        registry.close();
    }

    @Test
    void an_update_whose_image_cannot_be_had_stops_nothing_until_it_can() throws Exception {
        house.apply(manifest(PodmanHome.IMAGE));
        var before = containers();
        assertThat(before).hasSize(1);

        var update = house.file("update.yaml", manifest(registry.image("app:2")));
        var started = house.muster("--no-wait", "apply", update.toString());
        assertThat(started.exit()).as(started.toString()).isZero();
        house.awaitWorkload("web", "Pending(Starting)", "Retry");
        house.awaitWorkload("web", "Running(Ok)");
        assertThat(containers()).isEqualTo(before);

        registry.offer(house.podman(), PodmanHome.IMAGE, "app:2");
        await("the update")
                .atMost(House.PATIENCE)
                .untilAsserted(() ->
                        assertThat(house.podman().podman("ps", "--format", "{{.Image}}"))
                                .isEqualTo(registry.image("app:2")));
        house.awaitWorkload("web", "Running(Ok)");
        assertThat(containers()).hasSize(1).doesNotContainAnyElementsOf(before);
        assertThat(registry.authorizations()).isNotEmpty();
        assertThat(agent.log())
                .contains("Retry")
                .doesNotContain(PASSWORD)
                .doesNotContain(registry.authorizations().getFirst().replace("Basic ", ""));
        house.podman().clear();
        house.podman().podman("rmi", "--force", registry.image("app:2"));
    }

    private String manifest(String image) {
        return """
        apiVersion: v1
        workloads:
          web:
            agent: bow
            runtime: podman
            runtimeConfig: |
              image: %s
              commandOptions: ["--stop-timeout=1", "--init", "--tls-verify=false"]
              commandArgs: ["sleep", "1000000"]
        """
                .formatted(image);
    }

    private List<String> containers() throws IOException, InterruptedException {
        return house.podman()
                .podman("ps", "--all", "--no-trunc", "--format", "{{.ID}} {{.StartedAt}}")
                .lines()
                .toList();
    }
}
