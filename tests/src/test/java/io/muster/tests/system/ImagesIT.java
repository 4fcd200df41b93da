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

    @Test
    void are_preloaded_so_that_an_update_asks_no_registry() throws Exception {
        house.apply(manifest(PodmanHome.IMAGE));
        var before = containers();
        var image = registry.image("app:3");
        var update = house.file("update.yaml", manifest(image)).toString();

        var absent = house.muster("image", "preload", "-f", update);
        assertThat(absent.exit()).as(absent.toString()).isOne();
        assertThat(absent.err())
                .contains("warning: bow web: ", "look whether the registry has an image")
                .contains("1 of 1 are not as wished");

        registry.offer(house.podman(), PodmanHome.IMAGE, "app:3");
        var loaded = house.muster("image", "preload", "-f", update);
        assertThat(loaded.exit()).as(loaded.toString()).isZero();
        assertThat(loaded.out())
                .contains("bow web " + image + " is being pulled")
                .contains("bow web " + image + " was pulled")
                .endsWith("All images are there.\n");
        assertThat(containers()).isEqualTo(before);

        int asked = registry.requests().size();
        var again = house.muster("image", "preload", "--agent", "bow", image);
        assertThat(again.exit()).as(again.toString()).isZero();
        assertThat(again.out()).startsWith("bow " + image + " is there\n");
        registry.withdraw("app:3");
        house.apply(manifest(image));
        house.awaitWorkload("web", "Running(Ok)");
        assertThat(house.podman().podman("ps", "--format", "{{.Image}}")).isEqualTo(image);
        assertThat(registry.requests()).hasSize(asked);

        var always =
                house.muster("image", "preload", "-f", update, "--image-pull-policy", "ALWAYS");
        assertThat(always.exit()).as(always.toString()).isOne();
        for (var text : List.of(agent.log(), absent.toString(), loaded.toString())) {
            assertThat(text)
                    .doesNotContain(PASSWORD)
                    .doesNotContain(registry.authorizations().getFirst().replace("Basic ", ""));
        }
        house.podman().clear();
        house.podman().podman("rmi", "--force", image);
    }

    @Test
    void of_pods_are_preloaded_and_what_cannot_be_had_is_told_for_it_alone() throws Exception {
        registry.offer(house.podman(), PodmanHome.IMAGE, "pod:1");
        var image = registry.image("pod:1");
        var pods =
                house.file(
                        "pods.yaml",
                        """
                        apiVersion: v1
                        workloads:
                          pods:
                            agent: bow
                            runtime: podman-kube
                            runtimeConfig: |
                              playOptions: ["--tls-verify=false"]
                              manifest: |
                                apiVersion: v1
                                kind: Pod
                                metadata: {name: p}
                                spec:
                                  containers:
                                  - {name: c, image: "%s"}
                          far:
                            agent: stern
                            runtime: podman
                            runtimeConfig: "image: x"
                          ship:
                            agent: bow
                            runtime: containerd
                            runtimeConfig: "image: x"
                        """
                                .formatted(image));
        var result = house.muster("image", "preload", "-f", pods.toString());
        assertThat(result.exit()).as(result.toString()).isOne();
        assertThat(result.out()).contains("bow pods " + image + " was pulled");
        assertThat(result.err())
                .contains("far: there is no agent stern")
                .contains("warning: bow ship: ")
                .contains("2 of 3 are not as wished");
        assertThat(containers()).isEmpty();
        house.podman().podman("rmi", "--force", image);
    }

    @Test
    void are_not_pulled_any_further_when_who_asked_is_interrupted() throws Exception {
        registry.offer(house.podman(), PodmanHome.IMAGE, "app:4");
        registry.hold();
        var asking =
                house.reader(
                        "image",
                        "preload",
                        "-f",
                        house.file("m.yaml", manifest(registry.image("app:4"))).toString());
        await("the pull")
                .atMost(House.PATIENCE)
                .until(() -> !registry.requests().isEmpty() && isPulling());
        asking.destroy(); // SIGTERM, as Ctrl-C
        await("the end of the pull")
                .atMost(House.PATIENCE)
                .until(() -> agent.log().contains("images are not pulled any more"));
        assertThat(asking.waitFor()).isEqualTo(143);
        await("the end of podman").atMost(House.PATIENCE).until(() -> !isPulling());
        registry.letGo(); // would give a podman that goes on what it waits for
        assertThat(house.podman().podman("images", "--format", "{{.Repository}}:{{.Tag}}"))
                .doesNotContain(registry.image("app:4"));
    }

    /** Says whether a process of the agent is a podman that pulls. */
    private boolean isPulling() {
        return ProcessHandle.of(agent.pid())
                .orElseThrow()
                .descendants()
                .flatMap(each -> each.info().commandLine().stream())
                .anyMatch(line -> line.contains(" pull "));
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
