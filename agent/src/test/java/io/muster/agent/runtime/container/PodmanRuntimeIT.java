package io.muster.agent.runtime.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.runtime.Found;
import io.muster.api.runtime.Furnishing;
import io.muster.api.runtime.Observation;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.runtime.RuntimeId;
import io.muster.api.runtime.WorkloadRuntime;
import io.muster.api.state.AccessRule.Operation;
import io.muster.api.state.AccessRule.StateRule;
import io.muster.api.state.ControlInterfaceAccess;
import io.muster.api.state.ImagePullPolicy;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadFile;
import io.muster.testkit.disk.MemoryDisk;
import io.muster.testkit.podman.PodmanHome;
import io.muster.testkit.podman.TinyRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("podman")
final class PodmanRuntimeIT extends ContainerContract {
    private final MemoryDisk disk = new MemoryDisk();
    private final List<List<String>> calls = new CopyOnWriteArrayList<>();

    @TempDir private Path runFolder;
    private PodmanHome home;
    private SortedMap<String, String> environment = new TreeMap<>();

    @BeforeEach
    void enter() throws Exception {
        home = PodmanHome.shared();
    }

    @AfterEach
    void clear() throws Exception {
        home.clear();
    }

    @Override
    protected String runtimeName() {
        return "podman";
    }

    @Override
    protected WorkloadRuntime runtime(AgentName agent) {
        return ContainerRuntime.podman(
                new ContainerRuntime.Surroundings(
                        agent,
                        command -> {
                            calls.add(command.words());
                            return home.processes().run(command);
                        },
                        runFolder,
                        disk,
                        environment));
    }

    @Test
    void calls_podman_once_to_create_once_to_list_all_once_to_observe_and_once_to_delete()
            throws Exception {
        var runtime = runtime(BOW);
        var created = runtime.create(order("web", lasting()));
        runtime.create(order("db", lasting()));
        runtime.observe(created.id());
        runtime.delete(created.id());
        runtime.list();
        assertThat(calls)
                .extracting(words -> words.get(1))
                .containsExactly("run", "run", "ps", "rm", "ps");
    }

    @Test
    void calls_no_podman_to_list_all_as_long_as_nothing_has_changed() throws Exception {
        var runtime = runtime(BOW);
        var created = runtime.create(order("web", lasting()));
        var found = runtime.list();
        assertThat(found).hasSize(1);
        for (int i = 0; i < 5; i++) {
            assertThat(runtime.list()).isEqualTo(found);
        }
        assertThat(calls)
                .extracting(words -> words.get(1))
                .containsExactly("run", "ps", "info", "ps");
        home.podman("stop", "--time", "0", container(created));
        assertThat(runtime.list())
                .singleElement()
                .satisfies(each ->
                        assertThat(each.observation()).isInstanceOf(Observation.Exited.class));
        home.podman("rm", "--force", "--time", "0", container(created));
        assertThat(runtime.list()).isEmpty();
    }

    @Test
    void mounts_files_read_only_from_a_private_folder_and_removes_them() throws Exception {
        var runtime = runtime(BOW);
        var order =
                withFile(
                        order("web", lasting()),
                        new WorkloadFile.TextFile("/etc//app.conf", "secret"));
        var created = runtime.create(order);
        var instance = order.instance();
        var file =
                runFolder.resolve(
                        "%s.%s/files/etc/app.conf".formatted(instance.workload(), instance.id()));
        assertThat(file).hasContent("secret");
        assertThat(
                        Files.getPosixFilePermissions(
                                runFolder.resolve(runFolder.relativize(file).getName(0))))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThatThrownBy(() ->
                        home.podman(
                                "exec",
                                container(created),
                                "sh",
                                "-c",
                                "echo more >>/etc/app.conf"))
                .hasMessageContaining("Read-only");
        assertThat(calls).hasSize(1);
        runtime.delete(created.id());
        assertThat(file.resolve("../../..").normalize()).doesNotExist();
    }

    @Test
    void leaves_no_file_behind_when_a_try_fails() {
        var order = withFile(order("web", broken()), new WorkloadFile.TextFile("/a", "secret"));
        assertThatThrownBy(() -> runtime(BOW).create(order)).isInstanceOf(RuntimeFailure.class);
        assertThat(runFolder.resolve("web." + order.instance().id())).doesNotExist();
    }

    @Test
    void writes_the_files_again_that_a_reboot_took_away() throws Exception {
        var order =
                withFile(
                        order("job", checking("/greeting", "hello")),
                        new WorkloadFile.TextFile("/greeting", "hello"));
        var runtime = runtime(BOW);
        var created = runtime.create(order);
        awaitEnd(runtime, created);
        Files.delete(runFolder.resolve("job.%s/files/greeting".formatted(order.instance().id())));
        runtime.restart(created.id(), order);
        await().atMost(LIMIT)
                .until(() -> runtime.observe(created.id()).equals(new Observation.Exited(0)));
    }

    @Test
    void labels_and_names_containers_as_ankaios_does() throws Exception {
        var order = order("web", lasting());
        var id = container(runtime(BOW).create(order));
        assertThat(home.podman("inspect", "--format", "{{.Name}}", id))
                .isEqualTo(order.instance().shortName());
        assertThat(
                        home.podman(
                                "inspect",
                                "--format",
                                "{{index .Config.Labels \"name\"}} {{index .Config.Labels"
                                        + " \"agent\"}}",
                                id))
                .isEqualTo(order.instance() + " bow");
    }

    @Test
    void finds_containers_of_ankaios_without_a_mark() throws Exception {
        var instance = InstanceName.of(new WorkloadName("web"), "image: x", "bow");
        home.podman(
                "run",
                "--detach",
                "--name",
                instance.shortName(),
                "--label=name=" + instance,
                "--label=agent=bow",
                PodmanHome.IMAGE,
                "sleep",
                "1000");
        home.podman("run", "-d", "--label=agent=bow", PodmanHome.IMAGE, "true"); // no name
        home.podman("run", "-d", "--label=name=" + instance, PodmanHome.IMAGE, "true"); // no agent
        assertThat(runtime(BOW).list())
                .singleElement()
                .satisfies(found -> assertThat(found.instance()).isEqualTo(instance))
                .satisfies(found -> assertThat(found.mark()).isEmpty())
                .satisfies(found ->
                        assertThat(found.observation()).isInstanceOf(Observation.Running.class));
    }

    @Test
    void tells_what_a_container_of_ankaios_was_given() throws Exception {
        var file = new WorkloadFile.TextFile("/etc/app.conf", "level = debug");
        var rules =
                new ControlInterfaceAccess(
                        List.of(new StateRule(Operation.READ, List.of("workloadStates"))),
                        List.of());
        var workload =
                Workload.of("bow", "podman", "image: x")
                        .withAccess(rules)
                        .rendered("bow", "image: x", List.of(file));
        var instance = InstanceName.of(new WorkloadName("web"), "image: x", "bow");
        var folder = runFolder.resolve("web." + instance.id());
        var own = Files.createDirectories(runFolder.resolve("own"));
        var conf = folder.resolve("files/etc/app.conf");
        Files.createDirectories(conf.getParent());
        Files.writeString(conf, "level = debug");
        var control = Files.createDirectories(folder.resolve("control_interface"));
        home.podman(
                "run",
                "--detach",
                "--mount=type=bind,source=%s,destination=/data".formatted(own),
                "--mount=type=bind,source=%s,destination=/etc/app.conf,readonly=true"
                        .formatted(conf),
                "--mount=type=bind,source=%s,destination=/run/ankaios/control_interface"
                        .formatted(control),
                "--label=name=" + instance,
                "--label=agent=bow",
                PodmanHome.IMAGE,
                "sleep",
                "1000");
        assertThat(runtime(BOW).list())
                .singleElement()
                .extracting(Found::furnishing)
                .isEqualTo(Optional.of(Furnishing.of(workload)));
        Files.writeString(conf, "level = info");
        assertThat(runtime(BOW).list())
                .singleElement()
                .satisfies(found ->
                        assertThat(found.furnishing()).get().isNotEqualTo(Furnishing.of(workload)));
    }

    @Test
    void never_removes_a_container_of_that_name_that_it_did_not_make() throws Exception {
        var order = order("web", lasting());
        var name = order.instance().shortName();
        home.podman("run", "-d", "--name", name, PodmanHome.IMAGE, "sleep", "1000");
        assertThatThrownBy(() -> runtime(BOW).create(order))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("the name " + name + " is taken by container")
                .hasMessageContaining("remove or rename");
        assertThat(home.podman("ps", "--format", "{{.Names}}")).isEqualTo(name);
    }

    @Test
    void removes_what_it_left_behind_half_made() throws Exception {
        var order = order("web", lasting());
        home.podman(
                "create",
                "--name",
                order.instance().shortName(),
                "--label=name=" + order.instance(),
                "--label=agent=bow",
                PodmanHome.IMAGE,
                "true");
        var created = runtime(BOW).create(order);
        assertThat(runtime(BOW).list()).extracting(Found::id).containsExactly(created.id());
    }

    @Test
    void removes_what_a_podman_that_was_killed_left_in_its_storage_and_does_not_know()
            throws Exception {
        var order = order("web", lasting());
        var before = KilledPodman.of(home);
        home.podman("create", "--name", order.instance().shortName(), PodmanHome.IMAGE, "true");
        home.podman("create", "--name", "somebody", PodmanHome.IMAGE, "true");
        before.forgetsWhatWasMadeSince();
        assertThat(home.podman("ps", "--all", "--quiet")).isEmpty();
        assertThatThrownBy(() ->
                        home.podman(
                                "create",
                                "--name",
                                order.instance().shortName(),
                                PodmanHome.IMAGE,
                                "true"))
                .hasMessageContaining("already in use");
        var created = runtime(BOW).create(order);
        assertThat(runtime(BOW).list()).extracting(Found::id).containsExactly(created.id());
        assertThat(home.podman("ps", "--all", "--external", "--format", "{{.Names}}").lines())
                .containsExactlyInAnyOrder(order.instance().shortName(), "somebody");
        home.podman("rm", "--force", "somebody");
    }

    @Test
    void uses_general_options_for_every_call_also_after_a_restart_of_the_agent() throws Exception {
        var order =
                order(
                        "web",
                        workload(
                                """
                                generalOptions: ["--root", "%s", "--storage-driver=vfs"]
                                image: %%s
                                commandArgs: [sleep, 1000]
                                commandOptions: ["--stop-timeout", "1"]
                                """
                                        .formatted(home.folder().resolve("other"))));
        home.podman("save", "--quiet", "--output", home.folder() + "/image.tar", PodmanHome.IMAGE);
        var options =
                new String[] {
                    "--root", home.folder().resolve("other").toString(), "--storage-driver=vfs"
                };
        home.podman(
                options[0],
                options[1],
                options[2],
                "load",
                "-q",
                "-i",
                home.folder() + "/image.tar");

        var created = runtime(BOW).create(order);
        assertThat(home.podman("ps", "--all", "--quiet")).isEmpty();
        var next = runtime(BOW);
        assertThat(next.list()).extracting(Found::id).containsExactly(created.id());
        assertThat(next.observe(created.id())).isEqualTo(created.observation());
        next.delete(created.id());
        assertThat(next.list()).isEmpty();
        assertThat(new KnownOptions(disk, "podman").all()).containsExactly(List.of());
        assertThat(calls)
                .filteredOn(words -> !words.contains("ps"))
                .allSatisfy(words -> assertThat(words).contains(options));
    }

    @Test
    void goes_on_without_containers_whose_general_options_do_not_work() throws Exception {
        disk.write("podman-options", "[\"--no-such-option\"]\n".getBytes(StandardCharsets.UTF_8));
        var created = runtime(BOW).create(order("web", lasting()));
        assertThat(runtime(BOW).list()).extracting(Found::id).containsExactly(created.id());
    }

    @Test
    void says_shortly_what_is_wrong_with_an_image() {
        var workload = Workload.of("bow", "podman", "image: localhost:1/no/such:image");
        assertThatThrownBy(() -> runtime(BOW).create(order("web", workload)))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("connection refused")
                .hasMessageContaining("Execution of 'podman \"pull\" \"--quiet\"")
                .hasMessageContaining("whether the node reaches it")
                .hasMessageNotContaining("Trying to pull")
                .hasMessageNotContaining("level=warning");
    }

    @Test
    void logs_in_at_a_registry_with_the_agents_credentials_and_tells_nobody() throws Exception {
        var greetings = new CopyOnWriteArrayList<String>();
        var registry =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext(
                "/",
                exchange -> {
                    greetings.addAll(
                            exchange.getRequestHeaders().getOrDefault("Authorization", List.of()));
                    exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"test\"");
                    exchange.sendResponseHeaders(401, -1);
                    exchange.close();
                });
        registry.start();
        try {
            var host = "127.0.0.1:" + registry.getAddress().getPort();
            var auth =
                    Files.writeString(
                            runFolder.resolve("auth.json"),
                            "{\"auths\": {\"%s\": {\"auth\": \"bWU6c2VjcmV0\"}}}".formatted(host));
            environment = RegistryLogin.environment(auth, runFolder);
            var workload =
                    Workload.of(
                            "bow",
                            "podman",
                            "image: %s/x:1\ncommandOptions: [--tls-verify=false]".formatted(host));
            assertThatThrownBy(() -> runtime(BOW).create(order("web", workload)))
                    .isInstanceOf(RuntimeFailure.class)
                    .hasMessageNotContainingAny("secret", "bWU6c2VjcmV0");
            assertThat(greetings).contains("Basic bWU6c2VjcmV0");
            assertThat(calls).allSatisfy(words -> assertThat(words).doesNotContain("secret"));
            assertThat(Path.of(environment.get("DOCKER_CONFIG")).resolve("config.json"))
                    .hasSameTextualContentAs(auth);
        } finally {
            registry.stop(0);
        }
    }

    @Test
    void pulls_before_an_update_what_is_not_there_and_asks_no_registry_for_what_is()
            throws Exception {
        try (var registry = TinyRegistry.open(runFolder.resolve("registry"))) {
            var runtime = runtime(BOW);
            var order = order("web", from(registry, ImagePullPolicy.IF_NOT_PRESENT));
            assertThatThrownBy(() -> runtime.prepare(order))
                    .isInstanceOf(RuntimeFailure.class)
                    .hasMessageContaining(registry.image("app:1"));
            registry.offer(home, PodmanHome.IMAGE, "app:1");
            runtime.prepare(order);
            assertThat(registry.requests()).anyMatch(each -> each.contains("/manifests/"));
            int asked = registry.requests().size();
            runtime.prepare(order);
            runtime.create(order);
            assertThat(registry.requests()).hasSize(asked);
            assertThat(calls.subList(calls.size() - 2, calls.size()))
                    .extracting(words -> words.get(1))
                    .containsExactly("image", "run");
            forget(registry);
        }
    }

    @Test
    void pulls_always_or_never_as_it_is_told() throws Exception {
        try (var registry = TinyRegistry.open(runFolder.resolve("registry"))) {
            var runtime = runtime(BOW);
            var never = order("web", from(registry, ImagePullPolicy.NEVER));
            registry.offer(home, PodmanHome.IMAGE, "app:1");
            assertThatThrownBy(() -> runtime.prepare(never)).hasMessageContaining("is not pulled");
            assertThatThrownBy(() -> runtime.create(never)).hasMessageContaining("is not pulled");
            assertThat(registry.requests()).isEmpty();
            var always = order("web", from(registry, ImagePullPolicy.ALWAYS));
            runtime.prepare(always);
            int asked = registry.requests().size();
            runtime.prepare(always);
            assertThat(registry.requests().size()).isGreaterThan(asked);
            asked = registry.requests().size();
            var created = runtime.create(always);
            assertThat(registry.requests().size()).isGreaterThan(asked);
            runtime.delete(created.id());
            asked = registry.requests().size();
            runtime.create(never);
            assertThat(registry.requests()).hasSize(asked);
            forget(registry);
        }
    }

    @Test
    void logs_in_to_pull_before_an_update_and_tells_nobody() throws Exception {
        try (var registry = TinyRegistry.open(runFolder.resolve("registry"))) {
            registry.offer(home, PodmanHome.IMAGE, "app:1");
            registry.demand("me", "secret");
            var order = order("web", from(registry, ImagePullPolicy.IF_NOT_PRESENT));
            assertThatThrownBy(() -> runtime(BOW).prepare(order))
                    .isInstanceOf(RuntimeFailure.class);
            var auth =
                    Files.writeString(
                            runFolder.resolve("auth.json"),
                            "{\"auths\": {\"%s\": {\"auth\": \"bWU6c2VjcmV0\"}}}"
                                    .formatted(registry.host()));
            environment = RegistryLogin.environment(auth, runFolder);
            runtime(BOW).prepare(order);
            assertThat(registry.authorizations()).contains("Basic bWU6c2VjcmV0");
            registry.demand("me", "another");
            var again = order("web", from(registry, ImagePullPolicy.ALWAYS));
            assertThatThrownBy(() -> runtime(BOW).prepare(again))
                    .isInstanceOf(RuntimeFailure.class)
                    .hasMessageNotContainingAny("secret", "bWU6c2VjcmV0");
            assertThat(calls)
                    .allSatisfy(words ->
                            assertThat(String.join(" ", words))
                                    .doesNotContain("secret", "bWU6c2VjcmV0"));
            forget(registry);
        }
    }

    private static Workload from(TinyRegistry registry, ImagePullPolicy policy) {
        return Workload.of(
                        "bow",
                        "podman",
                        """
                        image: %s
                        commandOptions: [--tls-verify=false]
                        commandArgs: [sleep, "1000"]
                        """
                                .formatted(registry.image("app:1")))
                .withImagePullPolicy(policy);
    }

    /** The home is shared with other tests. */
    private void forget(TinyRegistry registry) throws Exception {
        home.clear();
        home.podman("rmi", "--force", registry.image("app:1"));
    }

    @Test
    void minds_neither_a_container_that_removes_itself_nor_another_name() throws Exception {
        var runtime = runtime(BOW);
        var order =
                order(
                        "job",
                        workload(
                                """
                                image: %s
                                commandOptions: ["--rm", "--name", "mine"]
                                commandArgs: ["sleep", "0.1"]
                                """));
        var created = runtime.create(order);
        var next = runtime(BOW); // another agent, which knows from the listing alone
        boolean met = !next.list().isEmpty(); // or it has gone already
        await().atMost(LIMIT)
                .until(() -> runtime.observe(created.id()).equals(new Observation.Gone(true)));
        assertThat(next.observe(created.id())).isEqualTo(new Observation.Gone(met));
        runtime.delete(created.id());
        assertThat(runtime.list()).isEmpty();
    }

    @Test
    void tells_the_code_of_what_was_killed_at_once_and_starts_it_again() throws Exception {
        var runtime = runtime(BOW);
        var order = order("web", lasting());
        var created = runtime.create(order);
        for (int i = 0; i < 5; i++) { // each time the note of its end is read, or podman asked
            var main = process(runtime.observe(created.id()));
            ProcessHandle.of(main.pid()).orElseThrow().destroyForcibly();
            awaitEnd(runtime, created);
            assertThat(runtime.restart(created.id(), order))
                    .isInstanceOf(Observation.Running.class);
        }
        runtime.delete(created.id());
    }

    @Test
    void removes_several_at_once() throws Exception {
        var runtime = runtime(BOW);
        var ids = new ArrayList<RuntimeId>();
        for (var name : List.of("web", "db", "cache")) {
            ids.add(runtime.create(order(name, lasting())).id());
        }
        calls.clear();
        var failed = new ConcurrentHashMap<RuntimeId, RuntimeFailure>();
        WorkloadRuntime.Outcomes outcomes =
                (id, failure) -> failure.ifPresent(why -> failed.put(id, why));
        runtime.deleteAll(ids, outcomes);
        assertThat(calls).filteredOn(words -> words.contains("rm")).hasSize(1);
        assertThat(runtime.list()).isEmpty();
        runtime.deleteAll(ids, outcomes);
        assertThat(failed).isEmpty();
    }

    @Test
    void sees_the_end_of_a_container_whose_monitor_was_killed() throws Exception {
        var runtime = runtime(BOW);
        var created = runtime.create(order("web", lasting()));
        var monitor =
                home.podman("inspect", "--format", "{{.State.ConmonPid}}", container(created));
        ProcessHandle.of(Long.parseLong(monitor)).orElseThrow().destroyForcibly();
        var main = process(created.observation());
        ProcessHandle.of(main.pid()).orElseThrow().destroyForcibly();
        awaitEnd(runtime, created);
        assertThat(runtime.observe(created.id())).isEqualTo(new Observation.Exited(-1));
        runtime.delete(created.id());
        assertThat(runtime.list()).isEmpty();
    }

    @Test
    void tells_what_a_reboot_cut_short_from_what_had_ended() throws Exception {
        var runtime = runtime(BOW);
        var order = order("web", lasting());
        var web = runtime.create(order);
        var job = runtime.create(order("job", ending(3)));
        awaitEnd(runtime, job);
        home.reboot();

        var next = runtime(BOW);
        assertThat(next.list())
                .filteredOn(found -> found.id().equals(web.id()))
                .extracting(Found::observation)
                .containsExactly(new Observation.Interrupted("the machine was restarted"));
        assertThat(next.observe(job.id())).isEqualTo(new Observation.Exited(3));
        assertThat(next.restart(web.id(), order)).isInstanceOf(Observation.Running.class);
        assertThat(next.observe(web.id())).isInstanceOf(Observation.Running.class);
    }

    @Test
    void shows_a_paused_container_as_unclear_and_removes_it() throws Exception {
        var runtime = runtime(BOW);
        var created = runtime.create(order("web", lasting()));
        home.podman("pause", container(created));
        assertThat(runtime.observe(created.id())).isEqualTo(new Observation.Unclear("paused"));
        runtime.delete(created.id());
        assertThat(runtime.list()).isEmpty();
    }
}
