package io.muster.agent.runtime.nativeprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.muster.agent.kernel.PidfdExitWatch;
import io.muster.agent.kernel.ProcStat;
import io.muster.agent.kernel.Signal;
import io.muster.agent.reconcile.Timing;
import io.muster.api.host.SystemClock;
import io.muster.api.host.SystemProcesses;
import io.muster.api.name.AgentName;
import io.muster.api.runtime.Created;
import io.muster.api.runtime.Found;
import io.muster.api.runtime.Observation;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.runtime.WorkloadRuntime;
import io.muster.api.shell.ExitWatch;
import io.muster.api.state.Workload;
import io.muster.testkit.runtime.WorkloadRuntimeContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NativeRuntimeTest extends WorkloadRuntimeContract {
    private static final int OUTPUT_BYTES = 10_000;

    private final TreeMap<String, String> environment =
            new TreeMap<>(Map.of("PATH", "/usr/bin:/bin", "LANG", "C.UTF-8", "SECRET", "x"));
    private final List<NativeRuntime> opened = new ArrayList<>();
    private String bootId = "";

    @TempDir private Path state;
    @TempDir private Path work;
    private PidfdExitWatch exits;

    @BeforeEach
    void open() throws IOException {
        exits = PidfdExitWatch.open();
        bootId = ProcStat.bootId();
    }

    @AfterEach
    void leaveNothingBehind() throws Exception {
        bootId = ProcStat.bootId();
        var runtime = runtime(BOW);
        for (var found : runtime.list()) {
            runtime.delete(found.id());
        }
        opened.forEach(NativeRuntime::close);
        exits.close();
    }

    @Override
    protected WorkloadRuntime runtime(AgentName agent) {
        var runtime =
                new NativeRuntime(
                        agent,
                        state.resolve("native"),
                        state.resolve("run"),
                        new SystemProcesses(),
                        exits,
                        environment,
                        new OutputBound(OUTPUT_BYTES),
                        new SystemClock(),
                        () -> bootId);
        opened.add(runtime);
        return runtime;
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
        return workload("command: sleep\nargs: [1000]");
    }

    @Override
    protected Workload ending(int exitCode) {
        return script("exit " + exitCode);
    }

    @Override
    protected Workload stubborn() {
        return workload(
                """
                command: sh
                args: ["-c", "trap '' TERM; while :; do sleep 0.1; done"]
                stopTimeout: 300ms
                """);
    }

    @Override
    protected Workload broken() {
        return workload("command: no-such-program");
    }

    @Override
    protected Workload nonsense() {
        return workload("comand: sleep");
    }

    @Test
    void gives_exactly_a_small_environment_and_what_is_asked_for() throws Exception {
        var created =
                create(
                        """
                        command: sh
                        args: ["-c", "env; echo \\"$0|$1|$2\\"; pwd", "a b", "it's $HOME", "*"]
                        workingDirectory: %s
                        env:
                          QUOTES: "it's \\"$HOME\\" \\\\ `id` \\n end"
                          LANG: de
                        """
                                .formatted(work));
        awaitEnd(runtime(BOW), created);
        var lines = output(created).lines().toList();
        assertThat(lines)
                .contains("PATH=/usr/bin:/bin", "LANG=de", "a b|it's $HOME|*")
                .containsSequence("QUOTES=it's \"$HOME\" \\ `id` ", " end")
                .endsWith(work.toString())
                .noneMatch(line -> line.startsWith("SECRET") || line.startsWith("HOME="));
    }

    @Test
    void starts_with_default_signals_whatever_those_of_the_agent_are() throws Exception {
        var created = create("command: sh\nargs: ['-c', 'grep Sig /proc/self/status']");
        awaitEnd(runtime(BOW), created);
        assertThat(output(created))
                .containsPattern("SigBlk:\\s+0000000000000000\n")
                // 32 and 33 belong to the C library, which lets nobody set them
                .containsPattern("SigIgn:\\s+0000000[01][08]0000000\n");
    }

    @Test
    void asks_it_to_end_with_the_signal_of_its_choice() throws Exception {
        var created =
                create(
                        """
                        command: sh
                        args: ["-c", "trap 'echo bye >%s/out; exit 3' INT; echo up; while :; do sleep 0.05; done"]
                        stopSignal: SIGINT
                        """
                                .formatted(work));
        await().atMost(LIMIT).until(() -> output(created).contains("up"));
        runtime(BOW).delete(created.id());
        assertThat(work.resolve("out")).hasContent("bye");
    }

    @Test
    void knows_the_signal_that_killed_it() throws Exception {
        var created = create("command: sh\nargs: ['-c', 'kill -KILL $$']");
        awaitEnd(runtime(BOW), created);
        assertThat(runtime(BOW).observe(created.id())).isEqualTo(new Observation.Exited(137));
    }

    @Test
    void ends_children_with_the_main_process_and_with_the_workload() throws Exception {
        var ended = create("command: sh\nargs: ['-c', 'sleep 1000 & echo $!']");
        awaitEnd(runtime(BOW), ended);
        awaitGone(Long.parseLong(output(ended).strip()));

        var stopped = create("command: sh\nargs: ['-c', 'sleep 1001 & echo $!; wait']");
        await().atMost(LIMIT).until(() -> output(stopped).endsWith("\n"));
        long child = Long.parseLong(output(stopped).strip());
        runtime(BOW).delete(stopped.id());
        awaitGone(child);
    }

    @Test
    void goes_on_without_its_supervisor() throws Exception {
        var runtime = runtime(BOW);
        var created = create("command: sleep\nargs: [1000]");
        var supervisor = process(created.observation());
        Signal.send(supervisor.pid(), Signal.KILL);
        await().atMost(LIMIT)
                .until(() -> !runtime.observe(created.id()).equals(created.observation()));
        var main = process(runtime.observe(created.id()));
        assertThat(main).isNotEqualTo(supervisor);

        Signal.send(main.pid(), Signal.KILL);
        awaitEnd(runtime, created);
        assertThat(runtime.observe(created.id())).isEqualTo(new Observation.Exited(-1));
    }

    @Test
    void ends_what_goes_on_without_its_supervisor() throws Exception {
        var runtime = runtime(BOW);
        var created = create("command: sh\nargs: ['-c', 'sleep 1000 & wait']");
        Signal.send(process(created.observation()).pid(), Signal.KILL);
        await().atMost(LIMIT)
                .until(() -> !runtime.observe(created.id()).equals(created.observation()));
        var main = process(runtime.observe(created.id()));
        runtime.delete(created.id());
        assertThat(ProcStat.runs(main)).isFalse();
        assertThat(runtime.list()).isEmpty();
    }

    @Test
    void lists_the_others_though_one_cannot_be_looked_at() throws Exception {
        var web = create("command: sleep\nargs: [1000]");
        var job = create("command: 'true'");
        awaitEnd(runtime(BOW), job);
        var exit = state.resolve("native").resolve(job.id().value()).resolve("exit");
        Files.delete(exit);
        Files.createDirectory(exit); // cannot be read as a file
        assertThat(runtime(BOW).list())
                .filteredOn(found -> found.id().equals(web.id()))
                .extracting(Found::observation)
                .containsExactly(web.observation());
        assertThat(runtime(BOW).list())
                .filteredOn(found -> found.id().equals(job.id()))
                .singleElement()
                .satisfies(found ->
                        assertThat(found.observation()).isInstanceOf(Observation.Unclear.class));
        Files.delete(exit);
    }

    @Test
    void tells_what_a_reboot_cut_short_from_what_had_ended() throws Exception {
        var web = create("command: sleep\nargs: [1000]");
        var job = create("command: 'false'");
        awaitEnd(runtime(BOW), job);
        Signal.send(process(web.observation()).pid(), Signal.KILL); // a supervisor records the end
        var main = process(runtime(BOW).observe(web.id()));
        Signal.send(main.pid(), Signal.KILL);

        bootId = "another";
        var next = runtime(BOW);
        assertThat(next.list())
                .filteredOn(found -> found.id().equals(web.id()))
                .extracting(Found::observation)
                .containsExactly(new Observation.Interrupted("the machine was restarted"));
        assertThat(next.observe(job.id())).isEqualTo(new Observation.Exited(1));

        bootId = ProcStat.bootId(); // what is started now belongs to this boot
        assertThat(next.restart(web.id(), order("web", workload("command: sleep\nargs: [1000]"))))
                .isInstanceOf(Observation.Running.class);
    }

    @Test
    void never_touches_a_process_of_this_boot_that_has_a_pid_of_an_earlier_one() throws Exception {
        var created = create("command: sleep\nargs: [1000]");
        var main = process(created.observation());
        bootId = "another";
        runtime(BOW).delete(created.id());
        assertThat(runtime(BOW).list()).isEmpty();
        assertThat(ProcStat.runs(main)).isTrue();
        bootId = ProcStat.bootId();
        for (var child : ProcessHandle.of(main.pid()).orElseThrow().children().toList()) {
            child.destroyForcibly();
        }
        awaitGone(main.pid());
    }

    @Test
    void bounds_output_while_it_runs_and_keeps_the_newest() throws Exception {
        var created =
                create(
                        """
                        command: sh
                        args: ["-c", "i=0; while [ $i -lt 5000 ]; do i=$((i+1)); echo line $i; done; echo last; exec sleep 1000"]
                        """);
        var folder = folder(created);
        await().atMost(LIMIT)
                .until(() ->
                        Files.exists(folder.olderOutput())
                                && Files.size(folder.output()) <= OUTPUT_BYTES
                                && output(created, "1").contains("line 5000"));
        assertThat(Files.size(folder.olderOutput())).isLessThanOrEqualTo(OUTPUT_BYTES);
        assertThat(output(created, "1")).startsWith("line ");
    }

    @Test
    void bounds_output_that_grew_while_no_agent_was_there() throws Exception {
        var created =
                create(
                        "command: sh\n"
                            + "args: ['-c', 'sleep 1; head -c 100000 /dev/zero; echo; echo last']");
        opened.forEach(NativeRuntime::close);
        try (var watch = exitWatch()) {
            var ended = new CountDownLatch(1);
            watch.watch(process(created.observation()), ended::countDown);
            assertThat(ended.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
        assertThat(Files.size(folder(created).output())).isGreaterThan(OUTPUT_BYTES);
        runtime(BOW).list();
        assertThat(Files.size(folder(created).output())).isZero();
        assertThat(Files.size(folder(created).olderOutput())).isEqualTo(OUTPUT_BYTES);
        assertThat(output(created, "1")).endsWith("last\n");
    }

    @Test
    void looks_for_the_program_before_it_starts_anything() throws Exception {
        Files.createDirectory(work.resolve("folder"));
        Files.createFile(work.resolve("text"));
        failure("command: no-such-program")
                .contains("command: there is no program \"no-such-program\" on this node")
                .contains("PATH is /usr/bin:/bin");
        failure("command: ls\nenv: {PATH: /nowhere}").contains("PATH is /nowhere");
        failure("command: ./x\nworkingDirectory: " + work)
                .contains("there is no " + work.resolve("x"));
        failure("command: ./folder\nworkingDirectory: " + work).contains("is a folder");
        failure("command: ./text\nworkingDirectory: " + work).contains("run chmod +x on it");
        failure("command: ls\nworkingDirectory: /no/such").contains("\"/no/such\" is no folder");
        assertThat(runtime(BOW).list()).isEmpty();
    }

    @Test
    void starts_a_program_relative_to_its_working_directory() throws Exception {
        var program = Files.writeString(work.resolve("program"), "#!/bin/sh\necho $0\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        var created = create("command: ./program\nworkingDirectory: " + work);
        awaitEnd(runtime(BOW), created);
        assertThat(output(created)).isEqualTo(program + "\n");
    }

    @Test
    void tidies_up_what_an_agent_left_that_died_in_the_middle() throws Exception {
        var root = state.resolve("native");
        Files.createDirectories(root.resolve(".new-123"));
        Files.createDirectories(root.resolve(".deleted-web.1.bow.5"));
        Files.createFile(root.resolve(".deleted-web.1.bow.5/output"));
        Files.createDirectories(root.resolve("web.1.bow.6")); // a power cut lost its content
        Files.createFile(root.resolve("web.1.bow.6/instance"));
        assertThat(runtime(BOW).list()).isEmpty();
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void takes_an_instance_that_was_not_started_for_interrupted() throws Exception {
        var created = create("command: sleep\nargs: [1000]");
        runtime(BOW).delete(created.id());
        var made = create("command: sleep\nargs: [1001]");
        var folder = folder(made);
        var supervisor = process(made.observation());
        var main = folder.main().orElseThrow().process();
        Signal.send(supervisor.pid(), Signal.KILL);
        Signal.send(main.pid(), Signal.KILL);
        awaitGone(main.pid());
        folder.forgetRun();
        assertThat(runtime(BOW).observe(made.id())).isInstanceOf(Observation.Interrupted.class);
        assertThat(
                        runtime(BOW)
                                .restart(
                                        made.id(),
                                        order("web", workload("command: sleep\nargs: [1001]"))))
                .isInstanceOf(Observation.Running.class);
    }

    @Test
    void takes_no_grace_that_is_longer_than_the_task_may_take() throws Exception {
        var longest = NativeConfig.parse("command: sleep\nstopTimeout: 10m");
        assertThat(longest.stopTimeout()).isLessThan(Timing.DEFAULTS.taskWithin());
        assertThatThrownBy(() -> create("command: sleep\nstopTimeout: 11m"))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("runtimeConfig.stopTimeout")
                .hasMessageContaining("use at most 10m");
    }

    @Test
    void says_what_is_missing_on_the_node() {
        environment.put("PATH", work.toString());
        assertThatThrownBy(() -> create("command: /bin/true"))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("the program \"setsid\" of util-linux");
    }

    /** Its shell may look for it only when it has ended, and others waited for it. */
    @Test
    void starts_each_of_many_processes_that_end_at_once() throws Exception {
        var runtime = runtime(BOW);
        var order = order("web", workload("command: 'true'"));
        for (int i = 0; i < 150; i++) {
            awaitEnd(runtime, runtime.create(order));
        }
    }

    @Test
    void a_process_that_cannot_be_recorded_does_not_run() throws Exception {
        var folder = Files.createDirectories(state.resolve("native").resolve("x"));
        Files.writeString(folder.resolve("run"), "echo ran >ran\n");
        Files.createSymbolicLink(folder.resolve("main"), folder.resolve("none").resolve("main"));

        var thrown =
                catchThrowableOfType(
                        RuntimeFailure.class,
                        () ->
                                new Supervisor(new SystemProcesses(), System.getenv())
                                        .start(new InstanceFolder(folder)));

        assertThat(thrown).hasMessageContaining("room for their files");
        assertThat(folder.resolve("ran")).doesNotExist();
        assertThat(folder.resolve("exit")).doesNotExist();
    }

    @Test
    void signals_no_group_any_more_when_the_exit_is_recorded() throws Exception {
        var ended = create("command: 'true'");
        awaitEnd(runtime(BOW), ended);
        // another group has the number by now, and its leader has ended
        var stranger =
                new ProcessBuilder("setsid", "sh", "-c", "sleep 1000 >/dev/null 2>&1 & echo $$ $! ")
                        .start();
        var pids =
                new String(stranger.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                        .strip()
                        .split(" ", -1);
        long group = Long.parseLong(pids[0]);
        stranger.waitFor();
        awaitGone(group);
        var member = ProcStat.process(Long.parseLong(pids[1])).orElseThrow();
        try {
            Files.writeString(folder(ended).path().resolve("main"), bootId + " " + group + " 1\n");
            runtime(BOW).delete(ended.id());
            assertThat(ProcStat.runs(member)).isTrue();
        } finally {
            Signal.sendToGroup(group, Signal.KILL);
        }
    }

    private AbstractStringAssert<?> failure(String runtimeConfig) {
        var thrown = catchThrowableOfType(RuntimeFailure.class, () -> create(runtimeConfig));
        assertThat(thrown.retryable()).isTrue();
        return assertThat(thrown.getMessage());
    }

    @Override
    protected Workload checking(String mountPoint, String line) {
        return workload(
                "command: sh\nargs: [-c, \"test '%s' = \\\"$(cat \\\"$MUSTER_FILES%s\\\")\\\"\"]"
                        .formatted(line, mountPoint));
    }

    private Created create(String runtimeConfig) throws RuntimeFailure {
        var workload = workload(runtimeConfig);
        return runtime(BOW).create(order("web", workload));
    }

    private InstanceFolder folder(Created created) {
        return new InstanceFolder(state.resolve("native").resolve(created.id().value()));
    }

    private String output(Created created) throws IOException {
        return Files.readString(folder(created).output());
    }

    private String output(Created created, String older) throws IOException {
        return Files.readString(folder(created).path().resolve("output." + older));
    }

    private static void awaitGone(long pid) {
        await().atMost(LIMIT).until(() -> ProcStat.process(pid).isEmpty());
    }

    private static Workload script(String script) {
        return workload("command: sh\nargs: ['-c', '" + script + "']");
    }

    private static Workload workload(String runtimeConfig) {
        return Workload.of("bow", "native", runtimeConfig);
    }
}
