package io.muster.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.testkit.podman.NerdctlStandIn;
import io.muster.testkit.podman.PodmanHome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of workloads, pods, and containers of containerd, with the real programs. */
@Tag("podman")
final class RuntimesIT {
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

    @Test
    void a_file_reaches_its_container_and_a_changed_one_replaces_it() throws Exception {
        house.apply(withFile("hello"));
        assertThat(cat("web")).isEqualTo("hello");
        var before = containersNow();
        house.apply(withFile("good bye"));
        assertThat(cat("web")).isEqualTo("good bye");
        assertThat(containersNow()).hasSize(1).isNotEqualTo(before);
        var files = folder.resolve("run/bow_io");
        assertThat(files).isDirectoryContaining("glob:**/web.*");

        agent.kill();
        agent = house.agent("bow");
        house.awaitWorkload("web", "Running(Ok)");
        assertThat(cat("web")).isEqualTo("good bye");
        var result = house.muster("delete", "workload", "web");
        assertThat(result.exit()).as(result.toString()).isZero();
        assertThat(files).isDirectoryNotContaining("glob:**/web.*");
    }

    @Test
    void files_in_each_others_way_are_named_in_the_state_of_their_workload() throws Exception {
        var wrong = withFile("x") + "      - {mountPoint: /etc/app/app.conf/y, data: z}\n";
        house.muster("apply", house.file("wrong.yaml", wrong).toString());
        house.awaitWorkload(
                "web",
                "Pending(StartingFailed)",
                "Failed to create workload file",
                "cannot be a file and a folder");
    }

    @Test
    void a_native_workload_finds_its_files_where_a_variable_says() throws Exception {
        house.apply(
                """
                apiVersion: v1
                workloads:
                  job:
                    agent: bow
                    runtime: native
                    runtimeConfig: |
                      command: sh
                      args: [-c, 'test "$(cat "$MUSTER_FILES/etc/app/app.conf")" = hello']
                    files:
                      - mountPoint: /etc/app/app.conf
                        binaryData: aGVsbG8=
                """);
        house.awaitWorkload("job", "Succeeded(Ok)");
    }

    @Test
    void pods_outlive_the_agent_follow_updates_and_go_when_they_are_not_wanted() throws Exception {
        house.apply(pods("1000001"));
        house.awaitWorkload("pods", "podman-kube", "Running(Ok)");
        var before = containersNow();
        assertThat(before).hasSize(4); // a pod and a deployment, each with one that holds it
        agent.kill();
        agent = house.agent("bow");
        house.awaitWorkload("pods", "Running(Ok)");
        assertThat(containersNow()).isEqualTo(before);

        house.apply(pods("1000002"));
        assertThat(containersNow()).hasSize(4).doesNotContainAnyElementsOf(before);
        var first = containersNow().stream().filter(each -> each.contains("first-")).findFirst();
        house.podman().podman("kill", "--signal", "KILL", first.orElseThrow().split(" ", -1)[0]);
        house.awaitWorkload("pods", "Failed(ExecFailed)", "Exit code: '137'");
        var result = house.muster("delete", "workload", "pods");
        assertThat(result.exit()).as(result.toString()).isZero();
        assertThat(containersNow()).isEmpty();
        assertThat(house.podman().podman("volume", "ls", "--quiet")).isEmpty();
    }

    @Test
    void pods_come_back_after_a_reboot_with_their_ids() throws Exception {
        house.apply(pods("1000001"));
        var before = ids();
        agent.kill();
        house.podman().reboot();
        agent = house.agent("bow");
        house.awaitWorkload("pods", "Running(Ok)");
        assertThat(ids()).isEqualTo(before);
    }

    @Test
    void containers_of_containerd_are_made_adopted_and_removed() throws Exception {
        try (var home = PodmanHome.create()) {
            var standIn = NerdctlStandIn.in(home);
            house.withPath(standIn.bin());
            agent.kill();
            agent = house.agent("bow");
            house.apply(withFile("hello").replace("runtime: podman", "runtime: containerd"));
            house.awaitWorkload("web", "containerd", "Running(Ok)");
            assertThat(containersNow()).isEmpty();
            var before = home.podman("ps", "--format", "{{.Names}} {{.ID}}");
            assertThat(before).startsWith("web.").doesNotContain("\n");
            agent.kill();
            agent = house.agent("bow");
            house.awaitWorkload("web", "Running(Ok)");
            assertThat(home.podman("ps", "--format", "{{.Names}} {{.ID}}")).isEqualTo(before);
            home.podman("kill", "--signal", "KILL", before.split(" ", -1)[0]);
            house.awaitWorkload("web", "Failed(ExecFailed)", "Exit code: '137'");
            var result = house.muster("delete", "workload", "web");
            assertThat(result.exit()).as(result.toString()).isZero();
            assertThat(home.podman("ps", "--all", "--quiet")).isEmpty();
        }
    }

    private static String withFile(String content) {
        return """
        apiVersion: v1
        workloads:
          web:
            agent: bow
            runtime: podman
            runtimeConfig: |
              image: %s
              commandOptions: ["--stop-timeout=1", "--init"]
              commandArgs: ["sleep", "1000001"]
            files:
              - mountPoint: /etc/app/app.conf
                data: %s
        """
                .formatted(PodmanHome.IMAGE, content);
    }

    private static String pods(String seconds) {
        return """
        apiVersion: v1
        workloads:
          pods:
            agent: bow
            runtime: podman-kube
            runtimeConfig: |
              manifest: |
                apiVersion: v1
                kind: Pod
                metadata:
                  name: first
                spec:
                  restartPolicy: Never
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: app
                    image: %1$s
                    command: [/bin/sleep, "%2$s"]
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: second
                spec:
                  selector:
                    matchLabels: {app: x}
                  template:
                    metadata:
                      labels: {app: x}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers:
                      - name: app
                        image: %1$s
                        command: [/bin/sleep, "%2$s"]
        """
                .formatted(PodmanHome.IMAGE, seconds);
    }

    private String cat(String workload) throws IOException, InterruptedException {
        var name =
                containersNow().stream()
                        .filter(each -> each.startsWith(workload + "."))
                        .findFirst()
                        .orElseThrow();
        return house.podman().podman("exec", name.split(" ", -1)[0], "cat", "/etc/app/app.conf");
    }

    private List<String> containersNow() throws IOException, InterruptedException {
        return containers("{{.Names}} {{.ID}} {{.Pid}}");
    }

    private List<String> ids() throws IOException, InterruptedException {
        return containers("{{.ID}}");
    }

    private List<String> containers(String format) throws IOException, InterruptedException {
        return house.podman()
                .podman("ps", "--all", "--no-trunc", "--format", format)
                .lines()
                .filter(line -> !line.isBlank())
                .sorted()
                .toList();
    }
}
