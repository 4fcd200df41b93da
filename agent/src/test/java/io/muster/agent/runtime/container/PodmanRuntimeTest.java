package io.muster.agent.runtime.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.runtime.Found;
import io.muster.api.runtime.Mark;
import io.muster.api.runtime.Observation;
import io.muster.api.runtime.Order;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.runtime.RuntimeId;
import io.muster.api.shell.ProcessRef;
import io.muster.api.shell.Processes;
import io.muster.api.shell.Processes.Finished;
import io.muster.api.state.ImagePullPolicy;
import io.muster.api.state.Workload;
import io.muster.testkit.disk.MemoryDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What needs no podman; the rest is {@link PodmanRuntimeIT}. */
final class PodmanRuntimeTest {
    private static final String CONTAINER = "0123456789ab";
    private static final RuntimeId ID = new RuntimeId(CONTAINER + " web.1.bow");

    private final MemoryDisk disk = new MemoryDisk();
    private final List<List<String>> calls = new ArrayList<>();
    private String ps = "[]";

    @TempDir private Path runFolder;

    private ContainerRuntime runtime() {
        return ContainerRuntime.podman(
                surroundings(command -> {
                    calls.add(command.words());
                    return new Finished(
                            0, command.words().contains("ps") ? ps : CONTAINER + "\n", "");
                }),
                pid -> pid == 42 ? Optional.of(new ProcessRef(42, 7)) : Optional.empty(),
                ExitNotes.none(),
                new Turns(2, Duration.ofSeconds(5)),
                PodmanDatabase.unknown());
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    "[]",                                            5
                    "[--stop-timeout=60]",                           5
                    "[--stop-timeout, '420']",                       8
                    "[--stop-timeout=420]",                          8
                    "[--stop-timeout=420, --stop-timeout=480]",      9
                    "[--stop-timeout=86400]",                       11
                    """,
            quoteCharacter = '"')
    void waits_as_long_as_a_container_may_take_to_end(String options, long minutes)
            throws Exception {
        var deadlines = new ArrayList<Duration>();
        var labels = new ArrayList<String>();
        Processes podman =
                command -> {
                    if (command.words().get(1).equals("rm")) {
                        deadlines.add(command.timeout());
                    }
                    if (command.words().get(1).equals("run")) {
                        command.words().stream()
                                .filter(each -> each.startsWith("--label="))
                                .map(each -> each.substring("--label=".length()).split("=", 2))
                                .map(each -> "\"%s\": \"%s\"".formatted(each[0], each[1]))
                                .forEach(labels::add);
                    }
                    return new Finished(
                            0, command.words().contains("ps") ? ps : CONTAINER + "\n", "");
                };
        var config = "image: x\ncommandOptions: " + options;
        var instance = InstanceName.of(new WorkloadName("web"), config, "bow");
        var runtime = ContainerRuntime.podman(surroundings(podman));
        var created =
                runtime.create(
                        new Order(
                                instance,
                                Workload.of("bow", "podman", config),
                                new Mark("d", new Lineage("l"), new Revision(1))));
        runtime.delete(created.id());
        ps =
                """
                [{"Id": "%s", "Names": ["web"], "Labels": {%s}, "State": "exited", "Exited": true}]
                """
                        .formatted(CONTAINER, String.join(", ", labels));
        var next = ContainerRuntime.podman(surroundings(podman)); // knows it from its labels
        assertThat(next.list()).hasSize(1);
        next.delete(created.id());
        next.list();
        next.deleteAll(List.of(created.id()), (_, _) -> {});
        assertThat(deadlines).hasSize(3).containsOnly(Duration.ofMinutes(minutes));
    }

    private ContainerRuntime.Surroundings surroundings(Processes processes) {
        return new ContainerRuntime.Surroundings(
                new AgentName("bow"), processes, runFolder, disk, new TreeMap<>());
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    created,     0,   0,  0,  0, Starting[info=created]
                    configured,  0,   0,  0,  0, Starting[info=configured]
                    initialized, 0,   0,  0,  0, Starting[info=initialized]
                    running,     0,  42, 10,  0, 'Running[processes=[ProcessRef[pid=42, startTicks=7]]]'
                    Exited,      0,   0, 10, 11, Exited[code=0]
                    exited,      3,   0, 10, 10, Exited[code=3]
                    exited,    256,   0, 10, 11, Exited[code=256]
                    exited,     -1,   0, 10, 11, Exited[code=-1]
                    exited, 99999999999999999999, 0, 10, 11, Exited[code=2147483647]
                    exited,      0,   0, 12, 11, Interrupted[info=the machine was restarted]
                    created,     0,   0, 12, -62135596800, Interrupted[info=the machine was restarted]
                    stopping,    0,  42, 10,  0, Stopping[info=stopping]
                    stopped,     0,   0, 10,  0, Stopping[info=stopped]
                    removing,    0,   0, 10,  0, Stopping[info=removing]
                    paused,      0,  42, 10,  0, Unclear[info=paused]
                    unknown,     0,   0, 10,  0, Unclear[info=unknown]
                    degraded,    0,   0, 10,  0, Unclear[info=degraded]
                    """)
    void maps_states(
            String state, String exitCode, long pid, long started, long exited, String expected)
            throws Exception {
        ps =
                """
                [{"Id": "0123456789abcdef", "State": "%s", "ExitCode": %s, "Pid": %d,
                  "StartedAt": %d, "ExitedAt": %d, "Exited": false, "Labels": null,
                  "Ports": [{"x": [1]}], "Namespaces": {"a": {}}, "Size": null, "New": 1.5}]
                """
                        .formatted(state, exitCode, pid, started, exited);
        assertThat(runtime().observe(ID)).hasToString(expected);
    }

    @Test
    void knows_the_code_of_what_has_ended_and_is_not_cleaned_up_yet() throws Exception {
        ps =
                """
                [{"Id": "0123456789ab", "State": "stopped", "ExitCode": 5, "Exited": true}]
                """;
        assertThat(runtime().observe(ID)).isEqualTo(new Observation.Exited(5));
    }

    @Test
    void takes_what_runs_without_a_process_for_ended_after_a_few_looks() throws Exception {
        ps =
                """
                [{"Id": "0123456789ab", "State": "running", "Pid": 43}]
                """;
        assertThat(runtime().observe(ID)).isEqualTo(new Observation.Exited(-1));
        assertThat(calls).hasSize(5);
    }

    @Test
    void takes_nothing_for_ended_because_its_process_cannot_be_looked_at() {
        ps =
                """
                [{"Id": "0123456789ab", "State": "running", "Pid": 42}]
                """;
        var runtime =
                ContainerRuntime.podman(
                        surroundings(command -> new Finished(0, ps, "")),
                        pid -> {
                            throw new IOException("Too many open files");
                        },
                        ExitNotes.none(),
                        new Turns(2, Duration.ofSeconds(5)),
                        PodmanDatabase.unknown());
        assertThatThrownBy(() -> runtime.observe(ID))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("cannot look at process 42")
                .hasMessageContaining("Too many open files");
    }

    @Test
    void lists_the_others_though_the_process_of_one_cannot_be_looked_at() throws Exception {
        ps =
                """
                [{"Id": "1", "State": "running", "Pid": 42, "Labels":
                  {"agent": "bow", "name": "web.1.bow"}},
                 {"Id": "2", "State": "exited", "Labels": {"agent": "bow", "name": "job.1.bow"}}]
                """;
        var runtime =
                ContainerRuntime.podman(
                        surroundings(command -> new Finished(0, ps, "")),
                        pid -> {
                            throw new IOException("Too many open files");
                        },
                        ExitNotes.none(),
                        new Turns(2, Duration.ofSeconds(5)),
                        PodmanDatabase.unknown());
        assertThat(runtime.list())
                .extracting(Found::observation)
                .containsExactly(
                        new Observation.Unclear(
                                "cannot look at process 42: java.io.IOException: Too many open"
                                        + " files"),
                        new Observation.Exited(0));
    }

    @Test
    void does_not_find_a_container_whose_id_only_begins_alike() throws Exception {
        ps =
                """
                [{"Id": "ff0123456789ab", "State": "running", "Pid": 42}]
                """;
        assertThat(runtime().observe(ID)).isEqualTo(new Observation.Gone());
    }

    @Test
    void says_when_podman_prints_something_else() {
        ps = "no JSON";
        assertThatThrownBy(() -> runtime().list())
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("is this podman 4.0 or later?");
    }

    @Test
    void lists_other_containers_when_the_labels_of_one_make_no_sense() throws Exception {
        ps =
                """
                [{"Id": "1", "State": "exited", "Labels": {"agent": "bow", "name": "nonsense"}},
                 {"Id": "2", "State": "exited", "Labels": {"agent": "bow", "name": "a.b.stern"}},
                 {"Id": "3", "State": "exited", "Labels": {"agent": "bow", "name": "web.1.bow",
                  "muster.digest": "00", "muster.lineage": "l", "muster.changed-at": "x"}}]
                """;
        assertThat(runtime().list())
                .singleElement()
                .satisfies(found -> assertThat(found.id()).isEqualTo(new RuntimeId("3 web.1.bow")))
                .satisfies(found -> assertThat(found.mark()).isEmpty());
    }

    @Test
    void asks_no_more_where_nothing_is_until_something_was_made() throws Exception {
        var runtime = runtime();
        for (int i = 0; i < 5; i++) {
            assertThat(runtime.list()).isEmpty();
        }
        assertThat(calls).hasSize(KnownOptions.FIRST_LOOKS);
        ps =
                """
                [{"Id": "0123456789ab", "State": "exited", "Labels": {"agent": "bow",
                  "name": "web.1.bow"}}]
                """;
        runtime.create(order("image: nginx"));
        assertThat(runtime.list()).hasSize(1);
        ps = "[]";
        assertThat(runtime.list()).isEmpty();
        int asked = calls.size();
        assertThat(runtime.list()).isEmpty();
        assertThat(calls).hasSize(asked);
    }

    @Test
    void finds_what_a_podman_made_that_had_outlived_its_agent() throws Exception {
        var runtime = runtime();
        assertThat(runtime.list()).isEmpty();
        ps =
                """
                [{"Id": "0123456789ab", "State": "exited", "Labels": {"agent": "bow",
                  "name": "web.1.bow"}}]
                """;
        assertThat(runtime.list()).hasSize(1);
    }

    @Test
    void does_not_conclude_that_nothing_is_there_from_a_look_while_something_is_made()
            throws Exception {
        var options = new KnownOptions(disk, "podman");
        for (int i = 1; i < KnownOptions.FIRST_LOOKS; i++) {
            options.<String>ask(general -> List.of());
        }
        options.creating(List.of());
        assertThat(options.<String>ask(general -> List.of())).isEmpty();
        options.created(List.of());
        assertThat(options.ask(general -> List.of("web"))).containsExactly("web");
        assertThat(
                        options.<String>ask(general -> {
                            options.creating(List.of());
                            options.created(List.of());
                            return List.of();
                        }))
                .isEmpty();
        assertThat(options.ask(general -> List.of("web"))).containsExactly("web");
    }

    @Test
    void says_exactly_what_a_container_is_to_be() throws Exception {
        ps =
                """
                [{"Id": "0123456789ab", "State": "running", "Pid": 42}]
                """;
        var order =
                order(
                        """
                        generalOptions: ["--root", "/x"]
                        image: nginx
                        commandOptions: ["-p", "80:80"]
                        commandArgs: ["serve", 1]
                        """);
        var created = runtime().create(order);
        assertThat(created.id())
                .isEqualTo(
                        new RuntimeId("0123456789ab " + order.instance() + " [\"--root\",\"/x\"]"));
        assertThat(created.observation()).isEqualTo(new Observation.Running(new ProcessRef(42, 7)));
        assertThat(calls)
                .filteredOn(words -> words.contains("run"))
                .singleElement()
                .asInstanceOf(InstanceOfAssertFactories.list(String.class))
                .containsExactly(
                        "podman",
                        "--root",
                        "/x",
                        "run",
                        "--detach",
                        "--name",
                        order.instance().shortName(),
                        "--pidfile",
                        runFolder
                                .resolve("podman/" + order.instance().shortName() + ".pid")
                                .toString(),
                        "-p",
                        "80:80",
                        "--pull=never",
                        "--label=name=" + order.instance(),
                        "--label=agent=bow",
                        "--label=muster.digest=ab12",
                        "--label=muster.lineage=line",
                        "--label=muster.changed-at=9",
                        "--label=muster.general-options=[\"--root\",\"/x\"]",
                        "nginx",
                        "serve",
                        "1");
        assertThat(new KnownOptions(disk, "podman").all())
                .containsExactly(List.of(), List.of("--root", "/x"));
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    running, '',    adopted
                    running, here,  made
                    exited,  '',    adopted
                    created, '',    made
                    running, same,  adopted
                    exited,  same,  made
                    running, other, made
                    """)
    void looks_for_what_another_system_made_with_general_options_that_nobody_has_noted(
            String state, String mark, String expected) throws Exception {
        var order = order("generalOptions: [--root=/x]\nimage: y");
        var digest =
                mark.isEmpty() || mark.equals("here")
                        ? ""
                        : ", \"muster.digest\": \"%s\", \"muster.lineage\": \"line\", \"muster.changed-at\": \"9\""
                                .formatted(mark.equals("same") ? "ab12" : "cd34");
        ps =
                """
                [{"Id": "fedcba987654", "State": "%s", "Pid": 42,
                  "Labels": {"agent": "bow", "name": "%s"%s}}]
                """
                        .formatted(state, order.instance(), digest);
        boolean hereToo = mark.equals("here"); // and listed before: who orders knows of it
        var runtime =
                ContainerRuntime.podman(
                        surroundings(command -> {
                            calls.add(command.words());
                            boolean there = hereToo || command.words().contains("--root=/x");
                            return new Finished(
                                    0,
                                    !command.words().contains("ps") ? CONTAINER : there ? ps : "[]",
                                    "");
                        }),
                        pid -> Optional.of(new ProcessRef(pid, 7)),
                        ExitNotes.none(),
                        new Turns(2, Duration.ofSeconds(5)),
                        PodmanDatabase.unknown());
        assertThat(runtime.create(order).id().value().startsWith("fedcba987654"))
                .isEqualTo(expected.equals("adopted"));
        assertThat(calls.stream().anyMatch(words -> words.contains("run")))
                .isEqualTo(expected.equals("made"));
        assertThat(runtime.list()).hasSize(1); // though seen twice perhaps
    }

    @Test
    void refuses_a_podman_elsewhere() {
        assertThatThrownBy(
                        () -> runtime().create(order("generalOptions: [--url=ssh://x]\nimage: y")))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("\"--url=ssh://x\" leads to another podman")
                .matches(failure -> !((RuntimeFailure) failure).retryable());
        assertThat(calls).isEmpty();
    }

    @Test
    void bounds_the_number_of_different_general_options() throws Exception {
        var options = new KnownOptions(disk, "podman");
        for (int i = 0; i < KnownOptions.BOUND; i++) {
            options.creating(List.of("--root", "/" + i));
        }
        options.creating(List.of("--root", "/0"));
        assertThatThrownBy(() -> options.creating(List.of("--root", "/more")))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("33th different");
        options.created(List.of("--root", "/1"));
        options.unused(List.of("--root", "/0")); // is being used
        options.unused(List.of("--root", "/1"));
        assertThat(new KnownOptions(disk, "podman").all())
                .hasSize(KnownOptions.BOUND)
                .doesNotContain(List.of("--root", "/1"));
    }

    @Test
    void goes_on_when_the_disk_is_full() throws Exception {
        disk.full(true);
        ps =
                """
                [{"Id": "0123456789ab", "State": "running", "Pid": 42}]
                """;
        assertThat(runtime().create(order("generalOptions: [--root=/x]\nimage: y")).observation())
                .isInstanceOf(Observation.Running.class);
    }

    private static Order order(String runtimeConfig) {
        return new Order(
                InstanceName.of(new WorkloadName("web"), runtimeConfig, "bow"),
                Workload.of("bow", "podman", runtimeConfig),
                new Mark("ab12", new Lineage("line"), new Revision(9)));
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    IF_NOT_PRESENT, [],                              'podman image exists web; podman pull --quiet web'
                    ALWAYS,         [],                              'podman pull --quiet web'
                    NEVER,          [],                              'podman image exists web'
                    ALWAYS,         '["--pull=never"]',              'podman image exists web'
                    IF_NOT_PRESENT, '["--pull", "always"]',          'podman pull --quiet web'
                    ALWAYS,         '["--rootfs"]',                  ''
                    ALWAYS,         '["-p", "1:1", "--arch", "arm64", "--tls-verify=false", "--os=linux"]', 'podman pull --quiet --arch arm64 --tls-verify=false --os=linux web'
                    """)
    void asks_for_the_image_before_an_update(
            ImagePullPolicy policy, String options, String expected) {
        var workload =
                Workload.of("bow", "podman", "image: web\ncommandOptions: " + options)
                        .withImagePullPolicy(policy);
        try {
            absentImage().prepare(order(workload));
        } catch (RuntimeFailure e) {
            assertThat(e).hasMessageContaining("the image web is not on this node");
        }
        assertThat(String.join("; ", calls.stream().map(words -> String.join(" ", words)).toList()))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    IF_NOT_PRESENT, [],                              'run --pull=never'
                    ALWAYS,         [],                              'pull; run --pull=never'
                    NEVER,          [],                              'run --pull=never'
                    IF_NOT_PRESENT, '["--pull", "newer"]',           'pull; run --pull=never'
                    ALWAYS,         '["--platform=linux/arm64"]',    'run --pull=always'
                    ALWAYS,         '["--rootfs"]',                  'run --pull=always'
                    """)
    void pulls_before_it_creates_and_not_in_between(
            ImagePullPolicy policy, String options, String expected) throws Exception {
        var workload =
                Workload.of("bow", "podman", "image: web\ncommandOptions: " + options)
                        .withImagePullPolicy(policy);
        ps = "[{\"Id\": \"0123456789ab\", \"State\": \"running\", \"Pid\": 42}]";
        runtime().create(order(workload));
        assertThat(pullsAndRuns()).isEqualTo(expected);
    }

    private String pullsAndRuns() {
        return calls.stream()
                .filter(words -> words.contains("run") || words.contains("pull"))
                .map(words ->
                        words.get(1)
                                + words.stream()
                                        .filter(word -> word.startsWith("--pull="))
                                        .map(word -> " " + word)
                                        .collect(Collectors.joining()))
                .collect(Collectors.joining("; "));
    }

    @Test
    void pulls_an_image_that_is_not_there_with_a_deadline_of_its_own_and_tries_again()
            throws Exception {
        var deadlines = new ArrayList<String>();
        var runtime =
                ContainerRuntime.podman(
                        surroundings(command -> {
                            calls.add(command.words());
                            var what = command.words().get(1);
                            deadlines.add(what + " " + command.timeout().toMinutes());
                            boolean there =
                                    calls.stream().anyMatch(words -> words.contains("pull"));
                            return switch (what) {
                                case "ps" ->
                                        new Finished(
                                                0,
                                                there
                                                        ? "[{\"Id\": \"0123456789ab\", \"State\":"
                                                                + " \"running\", \"Pid\": 42}]"
                                                        : "[]",
                                                "");
                                case "image" -> new Finished(there ? 0 : 1, "", "");
                                case "run" ->
                                        there
                                                ? new Finished(0, CONTAINER, "")
                                                : new Finished(
                                                        125, "", "Error: web: image not known");
                                default -> new Finished(0, "", "");
                            };
                        }),
                        pid -> Optional.of(new ProcessRef(pid, 7)),
                        ExitNotes.none(),
                        new Turns(2, Duration.ofSeconds(5)),
                        PodmanDatabase.unknown());
        assertThat(runtime.create(order("image: web")).observation())
                .isInstanceOf(Observation.Running.class);
        assertThat(pullsAndRuns()).isEqualTo("run --pull=never; pull; run --pull=never");
        assertThat(deadlines).contains("pull 30", "run 5");
    }

    @Test
    void says_what_to_do_about_an_image_that_cannot_be_pulled() {
        var runtime =
                ContainerRuntime.podman(
                        surroundings(command ->
                                switch (command.words().get(1)) {
                                    case "ps" -> new Finished(0, "[]", "");
                                    case "pull" ->
                                            throw new Processes.KilledException(
                                                    command, "no end within 1800 s; killed");
                                    default -> new Finished(1, "", "Error: image not known");
                                }),
                        _ -> Optional.empty(),
                        ExitNotes.none(),
                        new Turns(2, Duration.ofSeconds(5)),
                        PodmanDatabase.unknown());
        assertThatThrownBy(() -> runtime.create(order("image: web")))
                .hasMessage(
                        "no end within 1800 s; killed. Execution of 'podman \"pull\" \"--quiet\""
                                + " \"web\"'; look at the registry's name, and whether the node"
                                + " reaches it");
    }

    @Test
    void says_what_is_missing_when_it_may_not_be_pulled() {
        var workload =
                Workload.of("bow", "podman", "image: web")
                        .withImagePullPolicy(ImagePullPolicy.NEVER);
        assertThatThrownBy(() -> absentImage().create(order(workload)))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessage(
                        "the image web is not on this node, and is not pulled, because its policy"
                                + " says never; load it there, or change the policy");
    }

    @Test
    void takes_from_a_killed_podman_the_name_and_from_nobody_else_anything() throws Exception {
        var order = order("image: nginx");
        var name = order.instance().shortName();
        var inUse = // as podman 4.3.1 says it
                "Error: creating container storage: the container name \""
                        + name
                        + "\" is already in use by aa. You have to remove that container to be able"
                        + " to reuse that name: that name is already in use";
        var external = // as podman 4.3.1 prints it, without what is not read
                """
                [{"Command": ["storage"], "Created": 1795336597, "Id": "aa", "Labels": null,
                  "Mounts": null, "Names": ["NAME"], "Namespaces": {}, "State": "storage"},
                 {"Command": ["buildah"], "Created": 1795336597, "Id": "bb", "Labels": null,
                  "Names": ["NAME"], "State": "storage"},
                 {"Command": ["storage"], "Id": "cc", "Names": ["other"], "State": "storage"},
                 {"Command": ["true"], "Id": "dd", "Names": ["NAME"], "State": "running"}]
                """
                        .replace("NAME", name);
        var runtime =
                ContainerRuntime.podman(
                        surroundings(command -> {
                            calls.add(command.words());
                            boolean removed =
                                    calls.stream().anyMatch(words -> words.contains("rm"));
                            return switch (command.words().get(1)) {
                                case "ps" ->
                                        new Finished(
                                                0,
                                                command.words().contains("--external")
                                                        ? external
                                                        : "[]",
                                                "");
                                case "run" ->
                                        removed
                                                ? new Finished(0, CONTAINER, "")
                                                : new Finished(125, "", inUse);
                                default -> new Finished(0, "", "");
                            };
                        }),
                        pid -> Optional.of(new ProcessRef(pid, 7)),
                        ExitNotes.none(),
                        new Turns(2, Duration.ofSeconds(5)),
                        PodmanDatabase.unknown());
        runtime.create(order);
        assertThat(calls)
                .filteredOn(words -> words.contains("rm"))
                .containsExactly(List.of("podman", "rm", "--force", "--ignore", "aa"));
    }

    @Test
    void removes_several_in_one_call_and_says_of_each_what_went_wrong() {
        var other = new RuntimeId("fedcba987654 db.1.bow");
        assertThat(deleted(runtime(), ID, other)).isEmpty();
        assertThat(calls)
                .containsExactly(
                        List.of("podman", "rm", "--force", "--ignore", CONTAINER, "fedcba987654"));
        calls.clear();
        var runtime = stubborn("fedcba987654");
        assertThat(deleted(runtime, ID, other))
                .containsOnlyKeys(other)
                .extractingByKey(other)
                .satisfies(failure -> assertThat(failure).hasMessageContaining("it will not go"));
        assertThat(calls).extracting(words -> words.get(1)).containsExactly("rm", "rm", "ps", "ps");
    }

    @Test
    void takes_none_for_removed_when_podman_does_not_answer() {
        var other = new RuntimeId("fedcba987654 db.1.bow");
        var runtime = stubborn("nobody knows");
        assertThat(deleted(runtime, ID, other)).containsOnlyKeys(ID, other);
    }

    @Test
    void removes_together_only_what_has_the_same_general_options() {
        var other = new RuntimeId("fedcba987654 db.1.bow [\"--root=/x\"]");
        assertThat(deleted(runtime(), ID, other)).isEmpty();
        assertThat(calls)
                .containsExactly(
                        List.of("podman", "rm", "--force", "--ignore", CONTAINER),
                        List.of(
                                "podman",
                                "--root=/x",
                                "rm",
                                "--force",
                                "--ignore",
                                "fedcba987654"));
    }

    /** Returns what went wrong. */
    private static Map<RuntimeId, RuntimeFailure> deleted(
            ContainerRuntime runtime, RuntimeId... ids) {
        var failed = new ConcurrentHashMap<RuntimeId, RuntimeFailure>();
        runtime.deleteAll(
                List.of(ids), (id, failure) -> failure.ifPresent(why -> failed.put(id, why)));
        return failed;
    }

    @Test
    void what_is_gone_does_not_wait_for_what_is_removed_with_it() throws Exception {
        var other = new RuntimeId("fedcba987654 db.1.bow");
        var last = new CountDownLatch(1);
        var runtime =
                ContainerRuntime.podman(
                        surroundings(command -> {
                            if (command.words().contains("rm")) {
                                last.await();
                                return new Finished(0, "", "");
                            }
                            return new Finished(0, "[{\"Id\":\"fedcba987654\"}]", "");
                        }),
                        _ -> Optional.empty(),
                        ExitNotes.none(),
                        new Turns(2, Duration.ofSeconds(5)),
                        PodmanDatabase.unknown());
        var gone = new LinkedBlockingQueue<RuntimeId>();
        var all =
                CompletableFuture.runAsync(
                        () -> runtime.deleteAll(List.of(ID, other), (id, _) -> gone.add(id)));

        assertThat(gone.poll(60, TimeUnit.SECONDS)).isEqualTo(ID);
        assertThat(all).isNotDone();

        last.countDown();
        all.get(60, TimeUnit.SECONDS);
        assertThat(gone).containsExactly(other);
    }

    /** Podman removes nothing more, and knows of one that is left. */
    private ContainerRuntime stubborn(String left) {
        return ContainerRuntime.podman(
                surroundings(command -> {
                    calls.add(command.words());
                    if (command.words().contains("rm")) {
                        return new Finished(2, "", "Error: it will not go");
                    }
                    return left.startsWith("nobody")
                            ? new Finished(125, "", "Error: database is locked")
                            : new Finished(
                                    0,
                                    command.words().contains("id=" + left)
                                            ? "[{\"Id\": \"%s\"}]".formatted(left)
                                            : "[]",
                                    "");
                }),
                _ -> Optional.empty(),
                ExitNotes.none(),
                new Turns(2, Duration.ofSeconds(5)),
                PodmanDatabase.unknown());
    }

    private ContainerRuntime absentImage() {
        return ContainerRuntime.podman(
                surroundings(command -> {
                    calls.add(command.words());
                    return switch (command.words().get(1)) {
                        case "ps" -> new Finished(0, "[]", "");
                        case "image" -> new Finished(1, "", "");
                        case "run" -> new Finished(125, "", "Error: web: image not known");
                        default -> new Finished(0, "", "");
                    };
                }),
                _ -> Optional.empty(),
                ExitNotes.none(),
                new Turns(2, Duration.ofSeconds(5)),
                PodmanDatabase.unknown());
    }

    private static Order order(Workload workload) {
        return new Order(
                InstanceName.of(new WorkloadName("web"), workload.runtimeConfig(), "bow"),
                workload,
                new Mark("ab".repeat(32), new Lineage("l"), new Revision(1)));
    }
}
