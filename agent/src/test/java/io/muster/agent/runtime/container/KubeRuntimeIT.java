package io.muster.agent.runtime.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.agent.kernel.PidfdExitWatch;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.LogSelection;
import io.muster.api.runtime.Found;
import io.muster.api.runtime.LogReader;
import io.muster.api.runtime.Observation;
import io.muster.api.runtime.Order;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.runtime.WorkloadRuntime;
import io.muster.api.shell.ExitWatch;
import io.muster.api.shell.Processes;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadFile;
import io.muster.testkit.disk.MemoryDisk;
import io.muster.testkit.podman.PodmanHome;
import io.muster.testkit.podman.TinyRegistry;
import io.muster.testkit.runtime.WorkloadRuntimeContract;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("podman")
final class KubeRuntimeIT extends WorkloadRuntimeContract {
    private static final String LASTING = "trap 'exit 0' TERM; while :; do /bin/sleep 0.1; done";

    private final MemoryDisk disk = new MemoryDisk();
    private final List<List<String>> calls = new CopyOnWriteArrayList<>();

    @TempDir private Path runFolder;
    private PodmanHome home;
    private int pods;
    private boolean killed;

    @BeforeEach
    void enter() throws Exception {
        home = PodmanHome.shared();
    }

    @AfterEach
    void clear() throws Exception {
        home.podman("pod", "rm", "--all", "--force", "--time", "0");
        home.podman("volume", "rm", "--all", "--force");
    }

    @Override
    protected WorkloadRuntime runtime(AgentName agent) {
        return new KubeRuntime(
                new ContainerRuntime.Surroundings(
                        agent,
                        command -> {
                            calls.add(command.words());
                            return home.processes().run(command);
                        },
                        runFolder,
                        disk,
                        new TreeMap<>()));
    }

    @Override
    protected ExitWatch exitWatch() {
        try {
            return PidfdExitWatch.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected Workload lasting() {
        return play(pod(LASTING));
    }

    @Override
    protected Workload ending(int exitCode) {
        return play(pod("exit " + exitCode));
    }

    @Override
    protected Workload stubborn() {
        return play(
                pod("exec /bin/sleep 1000")
                        .replace("spec:", "spec:\n  terminationGracePeriodSeconds: 1"));
    }

    @Override
    protected Workload broken() {
        return play(pod("").replace("/bin/sh", "/no-such-command"));
    }

    @Override
    protected Workload nonsense() {
        return Workload.of("bow", "podman-kube", "playOptions: []");
    }

    @Override
    protected Workload checking(String mountPoint, String line) {
        throw new UnsupportedOperationException("there are no files in pods");
    }

    @Override
    protected boolean takesFiles() {
        return false;
    }

    @Test
    void keeps_what_it_needs_where_ankaios_keeps_it() throws Exception {
        var order = order("web", lasting());
        var created = runtime(BOW).create(order);
        var encoder = Base64.getEncoder().withoutPadding();
        var config = order.workload().runtimeConfig();
        assertThat(data(order.instance() + ".config"))
                .isEqualTo(encoder.encodeToString(config.getBytes(StandardCharsets.UTF_8)));
        var pods = Json.list(KubeRef.of(created.id()).pods());
        assertThat(data(order.instance() + ".pods"))
                .isEqualTo(encoder.encodeToString(pods.getBytes(StandardCharsets.UTF_8)));
        assertThat(pods).contains(home.podman("pod", "ps", "--no-trunc", "--quiet"));
        runtime(BOW).delete(created.id());
        assertThat(home.podman("volume", "ls", "--quiet")).isEmpty();
        assertThat(home.podman("pod", "ps", "--quiet")).isEmpty();
    }

    private String data(String volume) throws IOException, InterruptedException {
        return home.podman("volume", "inspect", "--format", "{{.Labels.data}}", volume);
    }

    @Test
    void calls_podman_as_seldom_as_it_can_be_called() throws Exception {
        var runtime = runtime(BOW);
        runtime.list();
        var created = runtime.create(order("web", lasting()));
        runtime.list();
        runtime.observe(created.id());
        runtime.delete(created.id());
        assertThat(calls)
                .extracting(words -> words.get(1) + " " + words.get(2))
                .containsExactly(
                        "volume ls",
                        "image exists",
                        "volume create",
                        "kube play",
                        "volume create",
                        "ps --all",
                        "volume ls",
                        "ps --all",
                        "ps --all",
                        "volume ls",
                        "kube down",
                        "volume rm");
    }

    @Test
    void adopts_pods_that_ankaios_made() throws Exception {
        var workload = lasting();
        var manifest = KubeConfig.parse(workload.runtimeConfig()).manifest();
        var file = Files.writeString(runFolder.resolve("pod.yaml"), manifest);
        var ids = KubeMaker.pods(home.podman("kube", "play", "--quiet", file.toString()));
        var instance =
                InstanceName.of(new WorkloadName("web"), workload.runtimeConfig(), BOW.value());
        keep(instance + ".config", workload.runtimeConfig());
        keep(instance + ".pods", Json.list(ids));
        var runtime = runtime(BOW);
        assertThat(runtime.list())
                .singleElement()
                .satisfies(found -> assertThat(found.instance()).isEqualTo(instance))
                .satisfies(found -> assertThat(found.mark()).isEmpty())
                .satisfies(found ->
                        assertThat(found.observation()).isInstanceOf(Observation.Running.class));
        runtime.delete(runtime.list().getFirst().id());
        assertThat(home.podman("pod", "ps", "--quiet")).isEmpty();
    }

    @Test
    void does_not_make_anew_what_ankaios_made_with_general_options() throws Exception {
        var root = "--root=" + home.folder().resolve("pods");
        var driver = "--storage-driver=vfs";
        var image = home.folder().resolve("pods.tar").toString();
        home.podman("save", "--quiet", "--output", image, PodmanHome.IMAGE);
        home.podman(root, driver, "load", "--quiet", "--input", image);
        var manifest = pod(LASTING);
        var config =
                "generalOptions: [\"%s\", \"%s\"]\nmanifest: |\n".formatted(root, driver)
                        + manifest.indent(2).stripTrailing();
        var order = order("web", Workload.of("bow", "podman-kube", config));
        var file = Files.writeString(runFolder.resolve("pod.yaml"), manifest).toString();
        var ids = KubeMaker.pods(home.podman(root, driver, "kube", "play", "--quiet", file));
        var data = Map.of(".config", config, ".pods", Json.list(ids));
        for (var each : data.entrySet()) {
            home.podman(
                    root,
                    driver,
                    "volume",
                    "create",
                    "--label=data=" + encoded(each.getValue()),
                    order.instance() + each.getKey());
        }
        var runtime = runtime(BOW);
        assertThat(runtime.list()).isEmpty();
        var created = runtime.create(order);
        assertThat(KubeRef.of(created.id()).pods()).isEqualTo(ids);
        assertThat(created.observation()).isInstanceOf(Observation.Running.class);
        assertThat(runtime.list()).extracting(Found::id).containsExactly(created.id());
        runtime.delete(created.id());
        assertThat(home.podman(root, driver, "pod", "ps", "--quiet")).isEmpty();
    }

    private void keep(String volume, String data) throws IOException, InterruptedException {
        home.podman("volume", "create", "--label=data=" + encoded(data), volume);
    }

    private static String encoded(String data) {
        return Base64.getEncoder()
                .withoutPadding()
                .encodeToString(data.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void is_as_the_worst_of_its_containers_and_tells_the_end_of_each() throws Exception {
        var runtime = runtime(BOW);
        var two =
                pod(LASTING)
                        .concat(
                                """
                                  - name: second
                                    image: %s
                                    command: [/bin/sh, -c, "/bin/sleep 1000"]
                                """
                                        .formatted(PodmanHome.IMAGE));
        var created = runtime.create(order("web", play(two + "---\n" + pod(LASTING))));
        var running = (Observation.Running) created.observation();
        assertThat(running.processes()).hasSize(3);
        try (var watch = exitWatch()) {
            for (var process : running.processes()) {
                var ended = new CountDownLatch(1);
                watch.watch(process, ended::countDown);
                assertThat(ended.getCount()).isOne();
                ProcessHandle.of(process.pid()).orElseThrow().destroyForcibly();
                assertThat(ended.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
                await().atMost(LIMIT)
                        .until(() ->
                                runtime.observe(created.id()).equals(new Observation.Exited(137)));
            }
        }
    }

    @Test
    void runs_while_one_of_its_containers_runs_and_none_has_failed() throws Exception {
        var runtime = runtime(BOW);
        var job = runtime.create(order("web", play(pod("exit 0") + "---\n" + pod(LASTING))));
        await().atMost(LIMIT)
                .until(() ->
                        runtime.observe(job.id()) instanceof Observation.Running(var processes)
                                && processes.size() == 1);
    }

    @Test
    void follows_a_deployment_whose_containers_podman_starts_again() throws Exception {
        var runtime = runtime(BOW);
        var created = runtime.create(order("web", play(deployment("/bin/sleep 1000"))));
        var first = process(created.observation());
        ProcessHandle.of(first.pid()).orElseThrow().destroyForcibly();
        await().atMost(LIMIT)
                .until(() ->
                        runtime.observe(created.id()) instanceof Observation.Running(var now)
                                && !now.contains(first));
        runtime.delete(created.id());
        assertThat(home.podman("pod", "ps", "--quiet")).isEmpty();
    }

    @Test
    void starts_the_same_pods_again_after_a_reboot() throws Exception {
        var order = order("web", play(pod(LASTING) + "---\n" + deployment("/bin/sleep 1000")));
        var web = runtime(BOW).create(order);
        var ids = home.podman("ps", "--all", "--no-trunc", "--quiet");
        home.reboot();
        var next = runtime(BOW);
        assertThat(next.list())
                .extracting(Found::observation)
                .containsExactly(new Observation.Interrupted("the machine was restarted"));
        assertThat(next.restart(web.id(), order)).isInstanceOf(Observation.Running.class);
        assertThat(home.podman("ps", "--all", "--no-trunc", "--quiet").lines())
                .containsExactlyInAnyOrderElementsOf(ids.lines().toList());
        assertThat(next.list()).extracting(Found::id).containsExactly(web.id());
    }

    @Test
    void never_removes_a_pod_of_that_name_that_it_did_not_make() throws Exception {
        home.podman("pod", "create", "--infra=false", "--name", "pod1");
        assertThatThrownBy(() -> runtime(BOW).create(order("web", lasting())))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("pod already exists")
                .hasMessageContaining("Remove or rename that pod");
        assertThat(home.podman("pod", "ps", "--format", "{{.Name}}")).isEqualTo("pod1");
        assertThat(home.podman("volume", "ls", "--quiet")).isEmpty();
    }

    @Test
    void removes_what_an_agent_left_that_died_in_between() throws Exception {
        var order = order("web", lasting());
        var created = runtime(BOW).create(order);
        home.podman("volume", "rm", order.instance() + ".pods");
        var next = runtime(BOW);
        var found = next.list().getFirst();
        assertThat(found.observation()).isInstanceOf(Observation.Starting.class);
        assertThat(next.observe(found.id())).isInstanceOf(Observation.Starting.class);
        var again = next.create(order);
        assertThat(again.id()).isNotEqualTo(created.id());
        home.podman("volume", "rm", order.instance() + ".pods");
        next.delete(found.id());
        assertThat(home.podman("pod", "ps", "--quiet")).isEmpty();
        assertThat(next.list()).isEmpty();
        assertThat(next.observe(found.id())).isEqualTo(new Observation.Gone());
    }

    @Test
    void makes_pods_although_a_podman_that_was_killed_left_some_of_their_containers()
            throws Exception {
        var order = order("web", play(pod(LASTING) + "---\n" + deployment("/bin/sleep 1000")));
        var killed =
                new KubeRuntime(
                        new ContainerRuntime.Surroundings(
                                BOW, this::playAndBeKilled, runFolder, disk, new TreeMap<>()));
        assertThatThrownBy(() -> killed.create(order)).hasMessageContaining("killed");
        assertThat(home.podman("pod", "ps", "--quiet")).isEmpty();
        var left = home.podman("ps", "--all", "--external", "--quiet").lines().toList();
        assertThat(left).hasSize(4);
        assertThatThrownBy(() ->
                        home.podman(
                                "create",
                                "--name",
                                "pod%d-first".formatted(pods - 1),
                                PodmanHome.IMAGE,
                                "true"))
                .hasMessageContaining("already in use");
        var runtime = runtime(BOW);
        assertThat(runtime.create(order).observation()).isInstanceOf(Observation.Running.class);
        assertThat(runtime.list()).hasSize(1);
        for (var id : left) { // what held the killed pods together holds no name that is wanted
            home.podman("rm", "--force", "--ignore", id);
        }
    }

    private Processes.Finished playAndBeKilled(Processes.Command command)
            throws IOException, InterruptedException {
        if (killed) {
            throw new IOException("killed");
        }
        if (!command.words().contains("play")) {
            return home.processes().run(command);
        }
        var words = new ArrayList<>(command.words());
        words.add(words.indexOf("play") + 1, "--start=false");
        var before = KilledPodman.of(home);
        var played =
                home.processes()
                        .run(
                                new Processes.Command(
                                        words,
                                        command.environment(),
                                        command.input(),
                                        command.timeout()));
        assertThat(played.exitCode()).as(played.errors()).isZero();
        before.forgetsWhatWasMadeSince();
        killed = true;
        throw new IOException("killed");
    }

    @Test
    void forgets_pods_that_somebody_removed() throws Exception {
        var runtime = runtime(BOW);
        var created = runtime.create(order("web", lasting()));
        home.podman("pod", "rm", "--all", "--force", "--time", "0");
        assertThat(runtime.observe(created.id())).isEqualTo(new Observation.Gone());
        assertThat(home.podman("volume", "ls", "--quiet")).isEmpty();
        runtime.delete(created.id());
    }

    @Test
    void is_unclear_when_one_pod_is_missing_and_removes_the_others() throws Exception {
        var runtime = runtime(BOW);
        var created = runtime.create(order("web", play(pod(LASTING) + "---\n" + pod(LASTING))));
        home.podman("pod", "rm", "--force", "--time", "0", "pod1");
        assertThat(runtime.observe(created.id()))
                .isEqualTo(new Observation.Unclear("unknown container state"));
        runtime.delete(created.id());
        assertThat(home.podman("pod", "ps", "--quiet")).isEmpty();
    }

    @Test
    void tells_what_the_containers_of_a_pod_have_written_with_their_names() throws Exception {
        assertThat(told(play(pod("echo one; echo two >&2"))))
                .containsExactly("pod1-first one", "pod1-first two");
    }

    @Test
    void tells_what_the_containers_of_several_pods_have_written_with_their_names()
            throws Exception {
        var pods = pod("echo one; echo two >&2") + "---\n" + pod("echo one; echo two");
        assertThat(told(play(pods)))
                .containsExactlyInAnyOrder(
                        "pod1-first one", "pod1-first two", "pod2-first one", "pod2-first two")
                .containsSubsequence("pod1-first one", "pod1-first two")
                .containsSubsequence("pod2-first one", "pod2-first two");
    }

    @Test
    void follows_what_the_containers_of_several_pods_write_until_all_have_ended() throws Exception {
        var slow = "for i in 1 2 3; do echo $i; /bin/sleep 0.3; done";
        var runtime = logging();
        var created = runtime.create(order("web", play(pod(slow) + "---\n" + pod(slow))));
        var reader = runtime.logs(created.id(), LogSelection.ALL.following());
        awaitEnd(runtime, created);
        reader.finish(); // some podman do not see the end themselves
        assertThat(told(reader))
                .containsExactlyInAnyOrder(
                        "pod1-first 1",
                        "pod1-first 2",
                        "pod1-first 3",
                        "pod2-first 1",
                        "pod2-first 2",
                        "pod2-first 3");
    }

    private List<String> told(Workload workload) throws Exception {
        var runtime = logging();
        var created = runtime.create(order("web", workload));
        awaitEnd(runtime, created);
        return told(runtime.logs(created.id(), LogSelection.ALL));
    }

    private static List<String> told(LogReader reader) throws RuntimeFailure {
        var told = new ByteArrayOutputStream();
        try (reader) {
            var buffer = new byte[100];
            for (int n = reader.read(buffer); n >= 0; n = reader.read(buffer)) {
                told.write(buffer, 0, n);
            }
        }
        return told.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private WorkloadRuntime logging() {
        return new KubeRuntime(
                new ContainerRuntime.Surroundings(
                        BOW, home.processes(), runFolder, disk, new TreeMap<>()));
    }

    @Test
    void pods_that_are_made_again_find_what_their_claimed_volumes_hold() throws Exception {
        var runtime = runtime(BOW);
        var first = runtime.create(order("web", play(claiming("echo here >/data/file"))));
        awaitEnd(runtime, first);
        runtime.delete(first.id());

        var second = runtime.create(order("web", play(claiming("test -s /data/file && exit 3"))));

        awaitEnd(runtime, second);
        assertThat(runtime.observe(second.id())).isEqualTo(new Observation.Exited(3));
        runtime.delete(second.id());
    }

    /** A pod that has two volumes by claims. */
    private String claiming(String script) {
        var claims = new StringBuilder();
        for (var name : List.of("data", "more")) {
            claims.append(
                    """
                    apiVersion: v1
                    kind: PersistentVolumeClaim
                    metadata:
                      name: %s
                    spec:
                      accessModes: [ReadWriteOnce]
                      resources: {requests: {storage: 1Mi}}
                    ---
                    """
                            .formatted(name));
        }
        return claims
                + pod(script)
                + """
                    volumeMounts:
                    - {name: one, mountPath: /data}
                    - {name: two, mountPath: /more}
                  volumes:
                  - {name: one, persistentVolumeClaim: {claimName: data}}
                  - {name: two, persistentVolumeClaim: {claimName: more}}
                """;
    }

    @Test
    void pulls_before_the_old_pods_stop_and_needs_no_registry_then() throws Exception {
        try (var registry = TinyRegistry.open(runFolder.resolve("registry"))) {
            registry.offer(home, PodmanHome.IMAGE, "app:1");
            var image = registry.image("app:1");
            var workload = always(image);
            var runtime = runtime(BOW);
            runtime.prepare(order("web", workload));
            registry.withdraw("app:1"); // as if the network had gone

            var plain = order("web", workload);
            var order = new Order(plain.instance(), plain.workload(), plain.mark(), true);
            var created = runtime.create(order);

            assertThat(created.observation()).isInstanceOf(Observation.Running.class);
            assertThat(runtime(BOW).list())
                    .singleElement()
                    .satisfies(each -> assertThat(each.id()).isEqualTo(created.id()));
            runtime.delete(created.id());
            assertThatThrownBy(() -> runtime.create(order("web", workload)))
                    .as("whom nothing was got for")
                    .isInstanceOf(RuntimeFailure.class);
            home.podman("rmi", "--force", image);
        }
    }

    private Workload always(String image) {
        var pod = pod(LASTING).replace(PodmanHome.IMAGE, image);
        return Workload.of(
                "bow",
                "podman-kube",
                "manifest: |\n"
                        + pod.replace("image: ", "imagePullPolicy: Always\n    image: ").indent(2)
                        + "playOptions: [\"--tls-verify=false\"]\n");
    }

    @Test
    void refuses_files() {
        var workload = lasting();
        var order =
                ContainerContract.withFile(
                        order("web", workload), new WorkloadFile.TextFile("/a", "x"));
        assertThatThrownBy(() -> runtime(BOW).create(order))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessage(
                        "Workload files are not supported for podman-kube runtime. Use ConfigMaps"
                                + " instead.");
    }

    private String deployment(String script) {
        return """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: deployment%d
        spec:
          replicas: 1
          selector:
            matchLabels: {app: x}
          template:
            metadata:
              labels: {app: x}
            spec:
              containers:
              - name: first
                image: %s
                command: [/bin/sh, -c, "/bin/sleep 1000"]
        """
                .formatted(++pods, PodmanHome.IMAGE)
                .replace("/bin/sleep 1000", script);
    }

    /** The manifest of a pod with a name of its own. */
    private String pod(String script) {
        return """
        apiVersion: v1
        kind: Pod
        metadata:
          name: pod%d
        spec:
          restartPolicy: Never
          containers:
          - name: first
            image: %s
            command: [/bin/sh, -c, "%s"]
        """
                .formatted(++pods, PodmanHome.IMAGE, script);
    }

    private static Workload play(String manifest) {
        return Workload.of(
                "bow", "podman-kube", "manifest: |\n" + manifest.indent(2).stripTrailing());
    }
}
