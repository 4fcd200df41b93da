package io.muster.testkit.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.host.SystemClock;
import io.muster.api.name.AgentName;
import io.muster.api.request.LogSelection;
import io.muster.api.runtime.Order;
import io.muster.api.runtime.WorkloadRuntime;
import io.muster.api.state.Workload;
import io.muster.testkit.world.ManualClock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FakeLogsTest extends LogsContract {
    private final FakeMachine machine =
            new FakeMachine(new SystemClock(), (_, task) -> task.run(), FakeLogsTest::behaviour);

    private static Behaviour behaviour(Order order) {
        var config = order.workload().runtimeConfig();
        var behaviour = Behaviour.LASTING.printing(config.substring(1).replace('|', '\n'));
        return config.startsWith("E") ? behaviour.endingAfter(Duration.ZERO, 0) : behaviour;
    }

    @Override
    protected WorkloadRuntime runtime(AgentName agent) {
        return machine.runtime("fake", agent);
    }

    @Override
    protected Workload printing(String text) {
        return Workload.of("bow", "fake", "E" + text.replace('\n', '|'));
    }

    @Override
    protected Workload printingAndLasting(String text) {
        return Workload.of("bow", "fake", "L" + text.replace('\n', '|'));
    }

    @Test
    void tells_what_was_written_within_a_time() throws Exception {
        var clock = new ManualClock();
        var its = new FakeMachine(clock, (_, _) -> {}, FakeLogsTest::behaviour);
        var runtime = its.runtime("fake", WorkloadRuntimeContract.BOW);
        var id =
                runtime.create(WorkloadRuntimeContract.order("web", printingAndLasting("one\n")))
                        .id();
        clock.advance(Duration.ofSeconds(10));
        its.print(id, "two\n");
        var start = clock.instant().minusSeconds(5);
        assertThat(all(runtime.logs(id, LogSelection.ALL.after(start)))).isEqualTo("two\n");
        assertThat(
                        all(
                                runtime.logs(
                                        id,
                                        new LogSelection(
                                                false,
                                                LogSelection.ALL.tail(),
                                                LogSelection.ALL.since(),
                                                Optional.of(start)))))
                .isEqualTo("one\n");
    }
}
