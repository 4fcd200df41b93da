package io.muster.agent;

import io.muster.agent.reconcile.RunningWorkload;
import io.muster.agent.runtime.nativeprocess.NativeRuntime;
import io.muster.agent.usage.Subject;
import io.muster.agent.usage.UsageMeter;
import io.muster.api.link.Load;
import io.muster.api.shell.Clock;
import io.muster.api.state.WorkloadUsage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The load of a Linux node and of the workloads on it, as the kernel has counted it. */
final class NodeLoad implements LoadSource {
    private static final Logger log = LoggerFactory.getLogger(NodeLoad.class);

    private final ProcLoad node;
    private final UsageMeter meter;

    private NodeLoad(ProcLoad node, UsageMeter meter) {
        this.node = node;
        this.meter = meter;
    }

    /** Begins to measure. */
    static NodeLoad begin(Clock clock) throws IOException {
        var proc = Path.of("/proc");
        return new NodeLoad(new ProcLoad(proc).begin(), UsageMeter.open(proc, clock));
    }

    @Override
    public Load sample(List<RunningWorkload> running) throws IOException {
        return new Load(node.sample(), usage(running));
    }

    /** What the node does is worth telling, even if it is not known who does it. */
    private List<WorkloadUsage> usage(List<RunningWorkload> running) {
        try {
            return meter.sample(running.stream().map(NodeLoad::subject).toList());
        } catch (IOException e) {
            log.atDebug().setCause(e).log("the use of workloads cannot be read");
            return List.of();
        }
    }

    /**
     * A native workload is in the control group of whatever started it: this agent, or the one
     * before it.
     */
    private static Subject subject(RunningWorkload workload) {
        return new Subject(
                workload.instance(),
                !workload.runtime().equals(NativeRuntime.NAME),
                workload.processes());
    }
}
