package io.muster.agent.runtime.container;

import io.muster.agent.kernel.PidfdExitWatch;
import io.muster.api.runtime.Created;
import io.muster.api.runtime.Order;
import io.muster.api.shell.ExitWatch;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadFile;
import io.muster.testkit.podman.PodmanHome;
import io.muster.testkit.runtime.WorkloadRuntimeContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** The contract of runtimes, as containers keep it. */
abstract class ContainerContract extends WorkloadRuntimeContract {
    /** Returns what workloads call the runtime. */
    protected abstract String runtimeName();

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
        // a shell as pid 1 has no default action for SIGTERM, so it says what to do
        return container("trap 'exit 0' TERM; while :; do sleep 0.1; done");
    }

    @Override
    protected Workload ending(int exitCode) {
        return container("exit " + exitCode);
    }

    @Override
    protected Workload stubborn() {
        return workload(
                """
                image: %s
                commandOptions: ["--stop-timeout", "1"]
                commandArgs: [sleep, 1000]
                """);
    }

    @Override
    protected Workload broken() {
        return workload(
                """
                image: %s
                commandArgs: [no-such-command]
                """);
    }

    @Override
    protected Workload nonsense() {
        return workload("commandArgs: [sleep, 1000]");
    }

    @Override
    protected Workload checking(String mountPoint, String line) {
        return container("test '%s' = \\\"$(cat %s)\\\"".formatted(line, mountPoint));
    }

    protected static String container(Created created) {
        return ContainerRef.of(created.id()).id();
    }

    protected final Workload container(String script) {
        return workload(
                """
                image: %%s
                commandArgs: ["sh", "-c", "%s"]
                """
                        .formatted(script));
    }

    protected final Workload workload(String runtimeConfig) {
        return Workload.of("bow", runtimeName(), runtimeConfig.formatted(PodmanHome.IMAGE));
    }

    static Order withFile(Order order, WorkloadFile file) {
        var workload = order.workload();
        return new Order(
                order.instance(),
                workload.rendered(workload.agent(), workload.runtimeConfig(), List.of(file)),
                order.mark());
    }
}
