// A workload that watches the cluster and starts another workload: the Java SDK in one file.
//
//   1. Put this file and the folder lib of the distribution where the agent bow finds them, here below /opt/muster.
//   2. muster apply lookout.yaml, with
//
//      apiVersion: v1
//      workloads:
//        lookout:
//          agent: bow
//          runtime: native
//          runtimeConfig: |
//            command: java
//            args: ["-cp", "/opt/muster/lib/*", "/opt/muster/Lookout.java", "bow"]
//          controlInterfaceAccess:
//            allowRules:
//            - type: StateRule
//              operation: Read
//              filterMasks: ["agents", "workloadStates"]
//            - type: StateRule
//              operation: ReadWrite
//              filterMasks: ["desiredState.workloads.lantern"]
//
//   3. muster logs lookout

import io.muster.sdk.Muster;
import io.muster.sdk.MusterException;
import io.muster.sdk.proto.StateProto.CompleteState;
import io.muster.sdk.proto.StateProto.State;
import io.muster.sdk.proto.StateProto.Workload;
import io.muster.sdk.proto.StateProto.WorkloadMap;
import java.time.Duration;

/** Starts the workload lantern on the agent that is named, and watches until it runs. */
final class Lookout {
    public static void main(String[] arguments) {
        var agent = arguments[0];
        try (var muster = Muster.connect()) {
            var agents = muster.getState("agents").state().getAgents().getAgentsMap().keySet();
            System.out.println("agents: " + agents);
            try (var events = muster.events("workloadStates")) {
                var applied = muster.within(Duration.ofSeconds(30)).apply(lantern(agent));
                System.out.println("added: " + applied.getAddedWorkloadsList());
                while (true) {
                    var event = events.poll(Duration.ofMinutes(1));
                    if (event.isEmpty()) {
                        System.out.println("no news for a minute; " + muster.status());
                        continue;
                    }
                    System.out.println(
                            event.get().whole()
                                    ? "from the beginning"
                                    : "changed: " + event.get().updated());
                    if (lanternRuns(event.get().state(), agent)) {
                        System.out.println("the lantern is lit");
                        return;
                    }
                }
            }
        } catch (MusterException e) {
            System.err.println(e.kind() + ": " + e.getMessage());
            System.exit(1);
        }
    }

    private static State lantern(String agent) {
        var workload =
                Workload.newBuilder()
                        .setAgent(agent)
                        .setRuntime("native")
                        .setRuntimeConfig("command: sleep\nargs: [\"1000009\"]\n");
        return State.newBuilder()
                .setWorkloads(WorkloadMap.newBuilder().putWorkloads("lantern", workload.build()))
                .build();
    }

    private static boolean lanternRuns(CompleteState state, String agent) {
        var workloads = state.getWorkloadStates().getAgentStateMapMap().get(agent);
        var lantern = workloads == null ? null : workloads.getWlNameStateMapMap().get("lantern");
        return lantern != null
                && lantern.getIdStateMapMap().values().stream().anyMatch(each -> each.hasRunning());
    }
}
