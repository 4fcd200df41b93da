package io.muster.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.api.request.Response;
import io.muster.testkit.podman.NerdctlStandIn;
import io.muster.testkit.podman.PodmanHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Python SDK of Ankaios as it is published on PyPI, unmodified, in a container, and containers
 * that have a control interface or have none. Python is the host's, lent to the container.
 */
@Tag("podman")
final class SdkIT {
    private static final String VERSION = "1.0.1";
    private static final Path SDK = Path.of("target", "ankaios-sdk-" + VERSION).toAbsolutePath();

    @TempDir Path folder;

    private House house;
    private RunningProgram agent;

    @BeforeEach
    void start() throws Exception {
        house = new House(folder).withPodman(PodmanHome.shared());
        house.server();
        agent = house.agent("bow");
        house.awaitAgent("bow");
    }

    @AfterEach
    void tearDown() throws Exception {
        house.tearDown();
        house.podman().podman("volume", "rm", "--all", "--force");
    }

    /** Installs it unless it is there; whoever is interrupted leaves nothing that counts. */
    private static Path sdk() throws IOException, InterruptedException {
        if (!Files.exists(SDK)) {
            var made =
                    Files.createTempDirectory(
                            Files.createDirectories(SDK.resolveSibling("")), "sdk");
            Python.install(
                    Path.of("python3"),
                    made.resolve("pip.log"),
                    "--target",
                    made.resolve("sdk").toString(),
                    "ankaios-sdk==" + VERSION);
            Files.move(made.resolve("sdk"), SDK);
        }
        return SDK;
    }

    private Path script(String name) throws IOException {
        try (var script = Objects.requireNonNull(SdkIT.class.getResourceAsStream(name))) {
            return Files.write(folder.resolve(name), script.readAllBytes());
        }
    }

    @Test
    void the_published_sdk_drives_all_that_it_offers() throws Exception {
        house.apply(
                """
                apiVersion: v1
                workloads:
                  captain:
                    agent: bow
                    runtime: podman
                    runtimeConfig: |
                      image: %s
                      commandOptions:
                      - "--volume=/usr:/usr:ro"
                      - "--volume=/usr/lib:/lib:ro"
                      - "--volume=/usr/lib64:/lib64:ro"
                      - "--volume=%s:/sdk:ro"
                      - "--volume=%s:/drive_sdk.py:ro"
                      - "--env=PYTHONPATH=/sdk"
                      commandArgs: ["/usr/bin/python3", "/drive_sdk.py"]
                    controlInterfaceAccess:
                      allowRules:
                      - type: StateRule
                        operation: ReadWrite
                        filterMasks: ["desiredState.workloads.sailor", "desiredState.configs", "agents"]
                      - type: StateRule
                        operation: Read
                        filterMasks: ["desiredState", "workloadStates"]
                      - type: LogRule
                        workloadNames: ["sing*"]
                  singer:
                    agent: bow
                    runtime: podman
                    runtimeConfig: |
                      image: %s
                      commandOptions: ["--stop-timeout=1"]
                      commandArgs: ["/bin/sh", "-c", "echo one; echo two; while sleep 1; do echo la; done"]
                """
                        .formatted(
                                PodmanHome.IMAGE, sdk(), script("drive_sdk.py"), PodmanHome.IMAGE));
        await("the end of the script")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(
                        () -> assertThat(said()).containsAnyOf("DONE", "WRONG", "Traceback"));
        assertThat(said()).doesNotContain("WRONG", "Traceback").contains("DONE");
        house.awaitWorkload("captain", "Succeeded(Ok)");
    }

    /** Each time in the middle of something, since it asks without a pause. */
    @Test
    void the_published_sdk_goes_on_when_its_agent_is_killed_and_started_again() throws Exception {
        var shared = Files.createDirectory(folder.resolve("shared"));
        house.apply(
                """
                apiVersion: v1
                workloads:
                  captain:
                    agent: bow
                    runtime: podman
                    runtimeConfig: |
                      image: %s
                      commandOptions:
                      - "--stop-timeout=1"
                      - "--volume=/usr:/usr:ro"
                      - "--volume=/usr/lib:/lib:ro"
                      - "--volume=/usr/lib64:/lib64:ro"
                      - "--volume=%s:/sdk:ro"
                      - "--volume=%s:/keep_asking.py:ro"
                      - "--volume=%s:/shared"
                      - "--env=PYTHONPATH=/sdk"
                      commandArgs: ["/usr/bin/python3", "/keep_asking.py", "/shared/said"]
                    controlInterfaceAccess:
                      allowRules:
                      - type: StateRule
                        operation: ReadWrite
                        filterMasks: ["desiredState.configs", "agents"]
                """
                        .formatted(PodmanHome.IMAGE, sdk(), script("keep_asking.py"), shared));
        var said = shared.resolve("said");
        awaitAnswers(said, 0);
        for (int i = 0; i < 3; i++) {
            agent.kill();
            int before = lines(said).size();
            agent = house.agent("bow");
            awaitAnswers(said, before);
        }
        assertThat(lines(said)).containsOnlyOnce("connected");
    }

    private static void awaitAnswers(Path said, int after) {
        await("answers of both kinds")
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> {
                    var all = lines(said);
                    assertThat(all.subList(after, all.size()))
                            .as(all::toString)
                            .contains("answered short", "answered long");
                });
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private String said() throws IOException, InterruptedException {
        return house.muster("logs", "captain").out();
    }

    @Test
    void only_a_container_with_rules_has_the_interface_and_of_a_pod_only_the_one_that_is_named()
            throws Exception {
        house.apply(
                """
                apiVersion: v1
                workloads:
                  plain: %s
                  ruled: %s
                    controlInterfaceAccess: %s
                  pod:
                    agent: bow
                    runtime: podman-kube
                    controlInterfaceAccess: %s
                    runtimeConfig: |
                      controlInterfaceTarget: crew/captain
                      manifest: |
                        apiVersion: v1
                        kind: Pod
                        metadata:
                          name: crew
                        spec:
                          restartPolicy: Never
                          containers:
                          - name: captain
                            image: %s
                            command: [/bin/sh, -c, "sleep 1000004"]
                          - name: sailor
                            image: %s
                            command: [/bin/sh, -c, "sleep 1000004"]
                """
                        .formatted(
                                container(),
                                container(),
                                rules(),
                                rules(),
                                PodmanHome.IMAGE,
                                PodmanHome.IMAGE));
        house.awaitWorkload("pod", "Running(Ok)");
        assertThat(hasDoor("plain\\..*")).isFalse();
        assertThat(hasDoor("ruled\\..*")).isTrue();
        assertThat(hasDoor("crew-captain")).isTrue();
        assertThat(hasDoor("crew-sailor")).isFalse();
        talkInside(house.podman(), name(house.podman(), "ruled\\..*"));
        talkInside(house.podman(), "crew-captain");
        var deleted = house.muster("delete", "workload", "plain", "ruled", "pod");
        assertThat(deleted.exit()).as(deleted.toString()).isZero();
        assertThat(folder.resolve("run/bow_io"))
                .isDirectoryNotContaining("glob:**/{plain,ruled,pod}.*");
    }

    @Test
    void of_a_deployment_only_the_container_that_is_named_has_the_interface() throws Exception {
        house.apply(
                """
                apiVersion: v1
                workloads:
                  fleet:
                    agent: bow
                    runtime: podman-kube
                    controlInterfaceAccess: %s
                    runtimeConfig: |
                      controlInterfaceTarget: ship-pod/captain
                      manifest: |
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata:
                          name: ship
                        spec:
                          replicas: 1
                          selector:
                            matchLabels: {app: ship}
                          template:
                            metadata:
                              labels: {app: ship}
                            spec:
                              containers:
                              - name: sailor
                                image: %s
                                command: [/bin/sh, -c, "sleep 1000005"]
                              - name: captain
                                image: %s
                                command: [/bin/sh, -c, "sleep 1000005"]
                """
                        .formatted(rules(), PodmanHome.IMAGE, PodmanHome.IMAGE));
        house.awaitWorkload("fleet", "Running(Ok)");
        var captain = "ship-pod(-\\d+)?-captain";
        assertThat(hasDoor(captain)).isTrue();
        assertThat(hasDoor("ship-pod(-\\d+)?-sailor")).isFalse();
        talkInside(house.podman(), name(house.podman(), captain));
        var deleted = house.muster("delete", "workload", "fleet");
        assertThat(deleted.exit()).as(deleted.toString()).isZero();
        assertThat(folder.resolve("run/bow_io")).isDirectoryNotContaining("glob:**/fleet.*");
    }

    @Test
    void a_container_of_containerd_talks_over_what_is_mounted_into_it() throws Exception {
        try (var home = PodmanHome.create()) {
            house.withPath(NerdctlStandIn.in(home).bin());
            agent.kill();
            agent = house.agent("bow");
            house.apply(
                    """
                    apiVersion: v1
                    workloads:
                      plain: %s
                      ruled: %s
                        controlInterfaceAccess: %s
                    """
                            .formatted(
                                    container().replace("podman", "containerd"),
                                    container().replace("podman", "containerd"),
                                    rules()));
            house.awaitWorkload("plain", "containerd", "Running(Ok)");
            house.awaitWorkload("ruled", "containerd", "Running(Ok)");
            assertThat(hasDoor(home, name(home, "plain\\..*"))).isFalse();
            var ruled = name(home, "ruled\\..*");
            assertThat(hasDoor(home, ruled)).isTrue();
            talkInside(home, ruled);
            agent.kill();
            agent = house.agent("bow");
            house.awaitWorkload("ruled", "Running(Ok)");
            talkInside(home, ruled);
            var deleted = house.muster("delete", "workload", "plain", "ruled");
            assertThat(deleted.exit()).as(deleted.toString()).isZero();
            assertThat(folder.resolve("run/bow_io"))
                    .isDirectoryNotContaining("glob:**/{plain,ruled}.*");
        }
    }

    /** Over the FIFOs that are mounted into it. */
    private static void talkInside(PodmanHome home, String container) throws Exception {
        try (var captain = Talker.inside(home, container).hello(false)) {
            assertThat(captain.ask(ControlIT.AGENTS)).isInstanceOf(Response.StateAnswer.class);
        }
    }

    private static String container() {
        return """

            agent: bow
            runtime: podman
            runtimeConfig: |
              image: %s
              commandOptions: ["--stop-timeout=1"]
              commandArgs: ["sleep", "1000004"]
        """
                .formatted(PodmanHome.IMAGE)
                .stripTrailing();
    }

    private static String rules() {
        return "{allowRules: [{type: StateRule, operation: Read, filterMasks: [agents]}]}";
    }

    private boolean hasDoor(String container) throws Exception {
        return hasDoor(house.podman(), name(house.podman(), container));
    }

    private static boolean hasDoor(PodmanHome home, String name) throws Exception {
        return home.podman(
                        "exec",
                        name,
                        "/bin/sh",
                        "-c",
                        "test -p %s/input && echo yes || echo no".formatted(Talker.DOOR))
                .equals("yes");
    }

    /**
     * Returns the name of a container.
     *
     * @param container a regular expression: podman 4.3 counts the pods of a Deployment, later ones
     *     do not
     */
    private static String name(PodmanHome home, String container) throws Exception {
        return home.podman("ps", "--format", "{{.Names}}")
                .lines()
                .filter(each -> each.matches(container))
                .findFirst()
                .orElseThrow();
    }
}
