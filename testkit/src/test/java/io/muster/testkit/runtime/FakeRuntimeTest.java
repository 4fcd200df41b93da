package io.muster.testkit.runtime;

import io.muster.api.name.AgentName;
import io.muster.api.runtime.Order;
import io.muster.api.runtime.WorkloadRuntime;
import io.muster.api.shell.ExitWatch;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadFile;
import io.muster.testkit.world.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

final class FakeRuntimeTest extends WorkloadRuntimeContract {
    private final FakeMachine machine =
            new FakeMachine(
                    new ManualClock(), (time, task) -> task.run(), FakeRuntimeTest::behaviour);

    private static Behaviour behaviour(Order order) {
        var words = order.workload().runtimeConfig().split(" ", -1);
        if (order.workload().files().stream()
                .anyMatch(file -> !file.mountPoint().startsWith("/"))) {
            return Behaviour.LASTING.failing("not absolute; begin it with /", false);
        }
        return switch (words[0]) {
            case "check" -> Behaviour.LASTING.endingAfter(Duration.ZERO, check(order, words));
            case "exit" -> Behaviour.LASTING.endingAfter(Duration.ZERO, Integer.parseInt(words[1]));
            case "broken" -> Behaviour.LASTING.failing("no room; try later", true);
            case "nonsense" -> Behaviour.LASTING.failing("no such key; leave it out", false);
            default -> Behaviour.LASTING;
        };
    }

    private static int check(Order order, String[] words) {
        var line = String.join(" ", List.of(words).subList(2, words.length));
        var found =
                order.workload().files().stream()
                        .filter(file -> file.mountPoint().equals(words[1]))
                        .map(FakeRuntimeTest::content);
        return found.anyMatch(content -> content.strip().equals(line)) ? 0 : 1;
    }

    private static String content(WorkloadFile file) {
        return switch (file) {
            case WorkloadFile.TextFile(_, var data) -> data;
            case WorkloadFile.BinaryFile(_, var data) ->
                    new String(Base64.getMimeDecoder().decode(data), StandardCharsets.UTF_8);
        };
    }

    private static FakeMachine.Preparation preparation(Order order) {
        return behaviour(order)
                .failure()
                .map(failure ->
                        FakeMachine.Preparation.NONE.failing(
                                failure.message(), failure.retryable()))
                .orElse(FakeMachine.Preparation.NONE);
    }

    @Override
    protected WorkloadRuntime runtime(AgentName agent) {
        machine.preparing(FakeRuntimeTest::preparation);
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

    @Override
    protected Workload checking(String mountPoint, String line) {
        return workload("check " + mountPoint + " " + line);
    }

    private static Workload workload(String runtimeConfig) {
        return Workload.of("bow", "fake", runtimeConfig);
    }
}
