package io.muster.agent.runtime.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.LogSelection;
import io.muster.api.runtime.Mark;
import io.muster.api.runtime.Observation;
import io.muster.api.runtime.Order;
import io.muster.api.state.Workload;
import io.muster.testkit.podman.PodmanHome;
import io.muster.testkit.runtime.LogsContract;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What containers write, whatever keeps them. */
abstract class ContainerLogsContract extends LogsContract {
    private static final AgentName BOW = new AgentName("bow");

    abstract String runtimeName();

    @Override
    protected Workload printing(String text) {
        return container("printf %s \"$0\"", text);
    }

    @Override
    protected Workload printingAndLasting(String text) {
        return container("printf %s \"$0\"; trap exit TERM; while :; do sleep 0.1; done", text);
    }

    private Workload container(String script, String text) {
        return Workload.of(
                "bow",
                runtimeName(),
                "image: %s\ncommandArgs: [sh, -c, '%s', \"%s\"]\n"
                        .formatted(PodmanHome.IMAGE, script, text.replace("\n", "\\n")));
    }

    @Test
    void tells_standard_error_too_and_what_was_written_within_a_time() throws Exception {
        var runtime = runtime(BOW);
        var workload = container("echo one >&2; sleep 2; echo two", "");
        var created =
                runtime.create(
                        new Order(
                                InstanceName.of(
                                        new WorkloadName("web"),
                                        workload.runtimeConfig(),
                                        BOW.value()),
                                workload,
                                new Mark(
                                        "ab".repeat(32),
                                        new Lineage("lineage"),
                                        new Revision(12))));
        var middle = Instant.now().plusSeconds(1);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> runtime.observe(created.id()) instanceof Observation.Exited);
        assertThat(all(runtime.logs(created.id(), LogSelection.ALL))).isEqualTo("one\ntwo\n");
        assertThat(all(runtime.logs(created.id(), LogSelection.ALL.after(middle))))
                .isEqualTo("two\n");
        assertThat(
                        all(
                                runtime.logs(
                                        created.id(),
                                        new LogSelection(
                                                false,
                                                OptionalInt.empty(),
                                                Optional.empty(),
                                                Optional.of(middle)))))
                .isEqualTo("one\n");
    }
}
