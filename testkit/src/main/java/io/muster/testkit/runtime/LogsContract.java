package io.muster.testkit.runtime;

import static io.muster.testkit.runtime.WorkloadRuntimeContract.awaitEnd;
import static io.muster.testkit.runtime.WorkloadRuntimeContract.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.api.name.AgentName;
import io.muster.api.request.LogSelection;
import io.muster.api.runtime.Created;
import io.muster.api.runtime.LogReader;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.runtime.WorkloadRuntime;
import io.muster.api.state.Workload;
import io.muster.testkit.world.TakesTime;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every runtime does that lets others read what its workloads write. */
public abstract class LogsContract {
    private static final AgentName BOW = WorkloadRuntimeContract.BOW;

    /** Makes a runtime as a freshly started agent has it. */
    protected abstract WorkloadRuntime runtime(AgentName agent);

    /** Describes a workload that writes this, word by word, and ends. */
    protected abstract Workload printing(String text);

    /** Describes a workload that writes this and then runs until it is ended. */
    protected abstract Workload printingAndLasting(String text);

    @Test
    void tells_what_was_written_to_the_last_line_even_without_a_newline() throws Exception {
        var runtime = runtime(BOW);
        var created = ended(runtime, "one\n\nthree\nfour");
        assertThat(all(runtime.logs(created.id(), LogSelection.ALL)))
                .isEqualToIgnoringNewLines("one\n\nthree\nfour")
                .startsWith("one\n\nthree\nfour");
    }

    @Test
    void tells_the_last_lines() throws Exception {
        var runtime = runtime(BOW);
        var created = ended(runtime, "one\ntwo\nthree\n");
        assertThat(all(runtime.logs(created.id(), LogSelection.ALL.last(2))))
                .isEqualTo("two\nthree\n");
        assertThat(all(runtime.logs(created.id(), LogSelection.ALL.last(7))))
                .isEqualTo("one\ntwo\nthree\n");
        assertThat(all(runtime.logs(created.id(), LogSelection.ALL.last(0)))).isEmpty();
    }

    @Test
    void tells_what_is_there_of_one_that_runs_and_ends() throws Exception {
        var runtime = runtime(BOW);
        var created = runtime.create(order("web", printingAndLasting("one\n")));
        await().atMost(WorkloadRuntimeContract.LIMIT)
                .until(() -> all(runtime.logs(created.id(), LogSelection.ALL)).equals("one\n"));
        runtime.delete(created.id());
    }

    @Test
    void follows_until_the_workload_has_ended() throws Exception {
        var runtime = runtime(BOW);
        var created = runtime.create(order("web", printingAndLasting("one\n")));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var reader = runtime.logs(created.id(), LogSelection.ALL.following())) {
            var read = new CompletableFuture<String>();
            var rest = threads.submit(() -> read(reader, read));
            assertThat(read.get(30, TimeUnit.SECONDS)).isEqualTo("one\n");
            runtime.delete(created.id());
            reader.finish();
            assertThat(rest.get(30, TimeUnit.SECONDS)).isEqualTo("one\n");
        }
    }

    @Test
    void stops_at_once_when_the_reader_is_closed() throws Exception {
        var runtime = runtime(BOW);
        var created = runtime.create(order("web", printingAndLasting("one\n")));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var reader = runtime.logs(created.id(), LogSelection.ALL.following());
            var read = new CompletableFuture<String>();
            var rest = threads.submit(() -> read(reader, read));
            read.get(30, TimeUnit.SECONDS);
            reader.close();
            assertThat(rest.get(10, TimeUnit.SECONDS)).isEqualTo("one\n");
        }
        runtime.delete(created.id());
    }

    @Test
    void says_why_there_is_nothing_to_read() throws Exception {
        var runtime = runtime(BOW);
        var created = ended(runtime, "one\n");
        runtime.delete(created.id());
        assertThatThrownBy(() -> all(runtime.logs(created.id(), LogSelection.ALL)))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageNotContaining("null");
    }

    @Test
    void tells_all_of_a_long_output_in_order() throws Exception {
        var runtime = runtime(BOW);
        var text = new StringBuilder();
        for (int i = 0; i < 2_000; i++) {
            text.append("line ").append(i).append('\n');
        }
        var created = ended(runtime, text.toString());
        assertThat(all(runtime.logs(created.id(), LogSelection.ALL))).isEqualTo(text.toString());
    }

    private Created ended(WorkloadRuntime runtime, String text) throws Exception {
        var created = runtime.create(order("job", printing(text)));
        awaitEnd(runtime, created);
        return created;
    }

    /** Reads to the end. */
    protected static String all(LogReader reader) throws RuntimeFailure, InterruptedException {
        try (reader) {
            return read(reader, new CompletableFuture<>());
        }
    }

    /** Reads to the end; {@code first} gets what came as soon as there was a line. */
    private static String read(LogReader reader, CompletableFuture<String> first)
            throws RuntimeFailure, InterruptedException {
        var read = new ByteArrayOutputStream();
        var buffer = new byte[256];
        for (var count = next(reader, buffer); count.orElse(0) >= 0; count = next(reader, buffer)) {
            read.write(buffer, 0, count.orElse(0));
            if (text(read).endsWith("\n")) {
                first.complete(text(read));
            }
        }
        return text(read);
    }

    /** A fake takes virtual time, of which there is none here. */
    private static Optional<Integer> next(LogReader reader, byte[] buffer)
            throws RuntimeFailure, InterruptedException {
        try {
            return Optional.of(reader.read(buffer));
        } catch (TakesTime e) {
            Thread.onSpinWait();
            return Optional.empty();
        }
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
