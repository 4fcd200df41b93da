package io.muster.agent.runtime.nativeprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NativeLogsTest extends LogsContract {
    private static final AgentName BOW = new AgentName("bow");
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final List<NativeRuntime> opened = new ArrayList<>();

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
    void says_that_no_times_are_kept_and_what_to_do_instead() throws Exception {
        var runtime = runtime(BOW, 1_000);
        var id = start(runtime, "echo one");
        assertThatThrownBy(() -> runtime.logs(id, LogSelection.ALL.after(Instant.EPOCH)))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("--since")
                .hasMessageContaining("--tail");
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
        try (var reader = new OutputReader(folder, cuts, true, OptionalInt.empty())) {
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
        try (var reader = new OutputReader(folder, cuts, true, OptionalInt.empty())) {
            cut(folder, cuts, 7);
            reader.finish();
            assertThat(all(reader))
                    .isEqualTo(
                            "[output was written faster than it was read: 13 bytes are not"
                                    + " kept]\nthird\n");
        }
        try (var reader = new OutputReader(folder, cuts, true, OptionalInt.empty())) {
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
