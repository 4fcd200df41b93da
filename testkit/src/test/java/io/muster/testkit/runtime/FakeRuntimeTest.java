package io.muster.testkit.runtime;

import io.muster.api.name.AgentName;
import io.muster.api.runtime.Order;
import io.muster.api.runtime.WorkloadRuntime;
import io.muster.api.shell.ExitWatch;
import io.muster.api.state.Workload;
import io.muster.testkit.world.ManualClock;
import java.time.Duration;

final class FakeRuntimeTest extends WorkloadRuntimeContract {
    private final FakeMachine machine =
            new FakeMachine(
                    new ManualClock(), (time, task) -> task.run(), FakeRuntimeTest::behaviour);

    private static Behaviour behaviour(Order order) {
        var words = order.workload().runtimeConfig().split(" ", -1);
        return switch (words[0]) {
            case "exit" -> Behaviour.LASTING.endingAfter(Duration.ZERO, Integer.parseInt(words[1]));
            case "broken" -> Behaviour.LASTING.failing("no room; try later", true);
            case "nonsense" -> Behaviour.LASTING.failing("no such key; leave it out", false);
            default -> Behaviour.LASTING;
        };
    }

    @Override
    protected WorkloadRuntime runtime(AgentName agent) {
        return machine.runtime("fake", agent);
    }

    @Override
    protected ExitWatch exitWatch() {
        return machine.exitWatch();
    }

    @Override
    protected Workload lasting() {
        return workload("lasting");
    }

    @Override
    protected Workload ending(int exitCode) {
        return workload("exit " + exitCode);
    }

    @Override
    protected Workload stubborn() {
        return workload("stubborn");
    }

    @Override
    protected Workload broken() {
        return workload("broken");
    }

    @Override
    protected Workload nonsense() {
        return workload("nonsense");
    }

    private static Workload workload(String runtimeConfig) {
        return Workload.of("bow", "fake", runtimeConfig);
    }
}
