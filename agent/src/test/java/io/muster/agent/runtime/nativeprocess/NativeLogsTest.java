package io.muster.agent.runtime.nativeprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.agent.kernel.PidfdExitWatch;
import io.muster.agent.kernel.ProcStat;
import io.muster.api.host.SystemProcesses;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.LogSelection;
import io.muster.api.runtime.LogReader;
import io.muster.api.runtime.Mark;
import io.muster.api.runtime.Observation;
import io.muster.api.runtime.Order;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.runtime.RuntimeId;
import io.muster.api.runtime.WorkloadRuntime;
import io.muster.api.state.Workload;
import io.muster.testkit.runtime.LogsContract;
import io.muster.testkit.world.ManualClock;
import io.muster.testkit.world.World;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NativeLogsTest extends LogsContract {
    private static final AgentName BOW = new AgentName("bow");
    private static final Instant BEGINNING = World.BEGINNING;
    private static final LogSelection FOLLOWING = LogSelection.ALL.following();
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final List<NativeRuntime> opened = new ArrayList<>();
    private final ManualClock clock = new ManualClock();

    @TempDir private Path state;
    private PidfdExitWatch exits;

    @BeforeEach
    void open() throws IOException {
        exits = PidfdExitWatch.open();
    }

    @AfterEach
    void leaveNothingBehind() throws Exception {
        var runtime = runtime(BOW);
        for (var found : runtime.list()) {
            runtime.delete(found.id());
        }
        opened.forEach(NativeRuntime::close);
        exits.close();
    }

    @Override
    protected WorkloadRuntime runtime(AgentName agent) {
        return runtime(agent, NativeRuntime.DEFAULT_OUTPUT_BYTES);
    }

    private NativeRuntime runtime(AgentName agent, long bytes) {
        var runtime =
                new NativeRuntime(
                        agent,
                        state.resolve("native"),
                        state.resolve("run"),
                        new SystemProcesses(),
                        exits,
                        new TreeMap<>(Map.of("PATH", "/usr/bin:/bin")),
                        new OutputBound(bytes),
                        clock,
                        ProcStat::bootId);
        opened.add(runtime);
        return runtime;
    }

    @Override
    protected Workload printing(String text) {
        return script("printf %s \"$TEXT\"", text);
    }

    @Override
    protected Workload printingAndLasting(String text) {
        return script("printf %s \"$TEXT\"; exec sleep 1000", text);
    }

    private static Workload script(String script, String text) {
        return Workload.of(
                "bow",
                "native",
                "command: sh\nargs: [\"-c\", '%s']\nenv:\n  TEXT: \"%s\"\n"
                        .formatted(script, text.replace("\n", "\\n")));
    }

    private static Order order(String script) {
        var workload = script(script, "");
        return new Order(
                InstanceName.of(new WorkloadName("web"), workload.runtimeConfig(), BOW.value()),
                workload,
                new Mark("ab".repeat(32), new Lineage("lineage"), new Revision(12)));
    }

    private static RuntimeId start(NativeRuntime runtime, String script) throws RuntimeFailure {
        return runtime.create(order(script)).id();
    }

    @Test
    void tells_what_was_written_in_some_time() throws Exception {
        var runtime = runtime(BOW, 1_000);
        var id = start(runtime, "echo one; exec sleep 1000");
        awaitNoted(id, 2);
        clock.advance(Duration.ofMinutes(10));
        var between = clock.instant();
        clock.advance(Duration.ofMinutes(10));
        Files.writeString(output(id), "two\nthree\n", StandardOpenOption.APPEND);
        assertThat(all(runtime.logs(id, LogSelection.ALL.after(between))))
                .isEqualTo("two\nthree\n");
        assertThat(all(runtime.logs(id, until(between)))).isEqualTo("one\n");
        assertThat(all(runtime.logs(id, LogSelection.ALL.after(between).last(1))))
                .isEqualTo("three\n");
        assertThat(all(runtime.logs(id, LogSelection.ALL.after(between).last(9))))
                .isEqualTo("two\nthree\n");
        assertThat(all(runtime.logs(id, until(between).last(1)))).isEqualTo("one\n");
        assertThat(all(runtime.logs(id, until(BEGINNING.minusSeconds(10))))).isEmpty();
        assertThat(all(runtime.logs(id, LogSelection.ALL.after(BEGINNING))))
                .isEqualTo("one\ntwo\nthree\n");
        assertThat(all(runtime.logs(id, LogSelection.ALL.after(clock.instant().plusSeconds(1)))))
                .isEmpty();
    }

    @Test
    void tells_all_that_may_have_been_written_in_some_time_when_no_agent_looked() throws Exception {
        var first = runtime(BOW, 1_000);
        var id = start(first, "echo one; exec sleep 1000");
        awaitNoted(id, 2);
        first.close();
        clock.advance(Duration.ofMinutes(10));
        var between = clock.instant();
        Files.writeString(output(id), "two\n", StandardOpenOption.APPEND);
        clock.advance(Duration.ofMinutes(10));
        var runtime = runtime(BOW, 1_000);
        assertThat(runtime.observe(id)).isInstanceOf(Observation.Running.class);
        assertThat(all(runtime.logs(id, LogSelection.ALL.after(between)))).isEqualTo("two\n");
        assertThat(all(runtime.logs(id, until(between)))).isEqualTo("one\ntwo\n");
        Files.delete(times(id));
        assertThat(all(runtime.logs(id, LogSelection.ALL.after(clock.instant()))))
                .isEqualTo("one\ntwo\n");
    }

    @Test
    void knows_when_output_was_written_that_was_cut_since() throws Exception {
        var runtime = runtime(BOW, 20);
        var id = start(runtime, "exec sleep 1000");
        var middle = BEGINNING;
        for (int i = 0; i < 4; i++) {
            clock.advance(Duration.ofMinutes(1));
            Files.writeString(output(id), "line " + i + "\n", StandardOpenOption.APPEND);
            all(runtime.logs(id, LogSelection.ALL)); // a look at it
            if (i == 2) {
                middle = clock.instant();
            }
        }
        assertThat(output(id)).hasContent("line 3");
        assertThat(all(runtime.logs(id, LogSelection.ALL))).isEqualTo("line 1\nline 2\nline 3\n");
        assertThat(all(runtime.logs(id, LogSelection.ALL.after(middle))))
                .isEqualTo("line 2\nline 3\n");
        assertThat(all(runtime.logs(id, until(middle)))).isEqualTo("line 1\nline 2\n");
        assertThat(all(runtime.logs(id, until(middle.minusSeconds(10))))).isEqualTo("line 1\n");
    }

    @Test
    void tells_whole_lines_of_some_time() throws Exception {
        var folder = folder("begun ");
        var times = OutputTimes.of(folder);
        times.note(BEGINNING, 0, false);
        times.note(BEGINNING.plusSeconds(1), 6, true);
        Files.writeString(folder.output(), "and ended\nbegun", StandardOpenOption.APPEND);
        times.note(BEGINNING.plusSeconds(100), 21, true);
        Files.writeString(folder.output(), " too\n", StandardOpenOption.APPEND);
        times.note(BEGINNING.plusSeconds(200), 26, true);
        clock.advance(Duration.ofMinutes(5));
        assertThat(read(folder, LogSelection.ALL.after(BEGINNING.plusSeconds(50))))
                .isEqualTo("begun and ended\nbegun too\n");
        assertThat(read(folder, LogSelection.ALL.after(BEGINNING.plusSeconds(150))))
                .isEqualTo("begun too\n");
        assertThat(read(folder, until(BEGINNING.plusSeconds(50)))).isEqualTo("begun and ended\n");
        assertThat(read(folder, until(BEGINNING.plusSeconds(150))))
                .isEqualTo("begun and ended\nbegun too\n");
    }

    @Test
    void ends_to_follow_when_the_time_has_come() throws Exception {
        var folder = folder("one\n");
        var selection = until(BEGINNING.plusSeconds(10)).following();
        try (var reader = new OutputReader(folder, new OutputCuts(), selection, clock)) {
            assertThat(read(reader, 4)).isEqualTo("one\n");
            Files.writeString(folder.output(), "two\n", StandardOpenOption.APPEND);
            reader.grown();
            assertThat(read(reader, 4)).isEqualTo("two\n");
            clock.advance(Duration.ofSeconds(10));
            reader.grown();
            assertThat(all(reader)).isEmpty();
        }
    }

    private String read(InstanceFolder folder, LogSelection selection) throws Exception {
        return all(new OutputReader(folder, new OutputCuts(), selection, clock));
    }

    private static LogSelection until(Instant time) {
        return new LogSelection(false, OptionalInt.empty(), Optional.empty(), Optional.of(time));
    }

    private void awaitNoted(RuntimeId id, int looks) {
        await().atMost(LIMIT).until(() -> Files.size(times(id)) >= looks * 24L);
    }

    private Path times(RuntimeId id) {
        return OutputTimes.of(new InstanceFolder(state.resolve("native").resolve(id.value())))
                .newer();
    }

    @Test
    void tells_the_older_output_first() throws Exception {
        var runtime = runtime(BOW, 100);
        var id = start(runtime, "for i in $(seq 1000); do echo line $i; done");
        await().atMost(LIMIT).until(() -> runtime.observe(id) instanceof Observation.Exited);
        Files.writeString(output(id), "the last\n", StandardOpenOption.APPEND);
        var lines = all(runtime.logs(id, LogSelection.ALL)).lines().toList();
        assertThat(lines).hasSizeLessThan(30).endsWith("line 999", "line 1000", "the last");
        assertThat(all(runtime.logs(id, LogSelection.ALL.last(2))))
                .isEqualTo("line 1000\nthe last\n");
        assertThat(all(runtime.logs(id, LogSelection.ALL.last(1)))).isEqualTo("the last\n");
    }

    @Test
    void goes_on_where_it_was_when_the_output_is_cut() throws Exception {
        var folder = folder("a\nb\nc\n");
        var cuts = new OutputCuts();
        try (var reader = new OutputReader(folder, cuts, FOLLOWING, clock)) {
            assertThat(read(reader, 4)).isEqualTo("a\nb\n");
            cut(folder, cuts, 4);
            Files.writeString(folder.output(), "d\n", StandardOpenOption.APPEND);
            reader.finish();
            assertThat(all(reader)).isEqualTo("c\nd\n");
        }
    }

    @Test
    void tells_when_output_was_cut_before_it_was_read() throws Exception {
        var folder = folder("first\nsecond\nthird\n");
        var cuts = new OutputCuts();
        try (var reader = new OutputReader(folder, cuts, FOLLOWING, clock)) {
            cut(folder, cuts, 7);
            reader.finish();
            assertThat(all(reader))
                    .isEqualTo(
                            "[output was written faster than it was read: 13 bytes are not"
                                    + " kept]\nthird\n");
        }
        try (var reader = new OutputReader(folder, cuts, FOLLOWING, clock)) {
            Files.writeString(folder.output(), "fourth\nfifth\n", StandardOpenOption.APPEND);
            cut(folder, cuts, 6);
            Files.writeString(folder.output(), "sixth\nlast\n", StandardOpenOption.APPEND);
            cut(folder, cuts, 6);
            reader.finish();
            assertThat(all(reader))
                    .isEqualTo(
                            "third\n[output was written faster than it was read: some is not"
                                    + " kept]\nlast\n");
        }
    }

    @Test
    void follows_over_a_restart_of_the_same_instance() throws Exception {
        var runtime = runtime(BOW, 1_000);
        var id = start(runtime, "echo one");
        await().atMost(LIMIT).until(() -> runtime.observe(id) instanceof Observation.Exited);
        try (var reader = runtime.logs(id, LogSelection.ALL.following())) {
            assertThat(read(reader, 4)).isEqualTo("one\n");
            runtime.restart(id, order("echo one"));
            assertThat(read(reader, 4)).isEqualTo("one\n");
        }
    }

    private Path output(RuntimeId id) {
        return state.resolve("native").resolve(id.value()).resolve("output");
    }

    private InstanceFolder folder(String text) throws IOException {
        var folder = new InstanceFolder(Files.createDirectories(state.resolve("folder")));
        Files.writeString(folder.output(), text);
        return folder;
    }

    private static void cut(InstanceFolder folder, OutputCuts cuts, long bytes) throws IOException {
        synchronized (cuts) {
            cuts.add(new OutputBound(bytes).keep(folder).orElseThrow());
        }
    }

    private static String read(LogReader reader, int bytes) throws RuntimeFailure {
        var text = new StringBuilder();
        while (text.length() < bytes) {
            var buffer = new byte[bytes - text.length()];
            int count = reader.read(buffer);
            assertThat(count).isPositive();
            text.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
        }
        return text.toString();
    }
}
