package io.muster.cli.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.AgentAttributes;
import io.muster.api.state.ExecutionState;
import io.muster.api.state.Phase;
import io.muster.api.state.WorkloadState;
import io.muster.cli.Golden;
import io.muster.cli.table.WorkloadTable.Placement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TableTest {
    private static final List<WorkloadState> STATES =
            List.of(
                    state("web", "b", "stern", Phase.RUNNING_OK, ""),
                    state("web", "a", "bow", Phase.STOPPING_REQUESTED_AT_RUNTIME, ""),
                    state("gps-reader", "c", "stern", Phase.FAILED_EXEC_FAILED, "Exit code: '1'"),
                    state("idle", "d", "", Phase.NOT_SCHEDULED, ""),
                    state(
                            "db",
                            "e",
                            "bow",
                            Phase.PENDING_STARTING,
                            """
                            Retry 12: the image docker.io/library/postgres:17 cannot be pulled:
                                no route to host

                            """),
                    state("far", "f", "prow", Phase.AGENT_DISCONNECTED, ""));
    private static final Map<Placement, String> RUNTIMES =
            Map.of(
                    new Placement("web", "stern"), "podman",
                    new Placement("gps-reader", "stern"), "native",
                    new Placement("idle", ""), "podman",
                    new Placement("db", "bow"), "podman",
                    new Placement("far", "prow"), "native");

    @Test
    void shows_workloads_as_wide_as_the_terminal() {
        var table = WorkloadTable.of(STATES, RUNTIMES);
        Golden.check("workloads-unbounded", table.lines(65535, Table.Fit.WRAP));
        Golden.check("workloads-100", table.lines(100, Table.Fit.WRAP));
        Golden.check("workloads-100-short", table.lines(100, Table.Fit.SHORTEN));
        Golden.check("workloads-40", table.lines(40, Table.Fit.WRAP));
        Golden.check(
                "workloads-none", WorkloadTable.of(List.of(), Map.of()).lines(80, Table.Fit.WRAP));
    }

    @Test
    void shows_agents_with_their_load() {
        var agents = new TreeMap<AgentName, AgentAttributes>();
        agents.put(
                new AgentName("stern"),
                new AgentAttributes(
                        new TreeMap<>(),
                        Optional.of(new AgentAttributes.Status(4, 1_234_567_890))));
        agents.put(
                new AgentName("bow"),
                new AgentAttributes(
                        new TreeMap<>(Map.of("deck", "upper", "side", "port")), Optional.empty()));
        agents.put(
                new AgentName("wreck"),
                new AgentAttributes(new TreeMap<>(), Optional.empty(), List.of(), true, true));
        Golden.check("agents", AgentTable.of(agents, STATES).lines(80, Table.Fit.WRAP));
        Golden.check(
                "agents-none", AgentTable.of(new TreeMap<>(), List.of()).lines(80, Table.Fit.WRAP));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10, 40, 60, 66, 67, 68, 80, 90, 120, 200})
    void never_is_wider_than_the_terminal(int width) {
        for (var fit : Table.Fit.values()) {
            assertThat(WorkloadTable.of(STATES, RUNTIMES).lines(width, fit))
                    .allSatisfy(line -> assertThat(TextWidth.of(line)).isLessThanOrEqualTo(width));
        }
    }

    private static WorkloadState state(
            String workload, String id, String agent, Phase phase, String info) {
        return new WorkloadState(
                new InstanceName(new WorkloadName(workload), id, agent),
                new Revision(1),
                new ExecutionState(phase, info));
    }
}
