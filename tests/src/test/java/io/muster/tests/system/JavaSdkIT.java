package io.muster.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.muster.sdk.LogEvent;
import io.muster.sdk.Muster;
import io.muster.sdk.MusterException;
import io.muster.sdk.StateEvent;
import io.muster.sdk.proto.RequestProto.LogsRequest;
import io.muster.sdk.proto.StateProto.ConfigItem;
import io.muster.sdk.proto.StateProto.ConfigMap;
import io.muster.sdk.proto.StateProto.State;
import io.muster.sdk.proto.StateProto.WorkloadInstanceName;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java SDK against the real programs. */
final class JavaSdkIT {
    @TempDir Path folder;

    private House house;
    private RunningProgram server;
    private RunningProgram agent;

    @BeforeEach
    void start() throws Exception {
        house = new House(folder);
        server = house.server();
        agent = house.agent("bow");
        house.awaitAgent("bow");
    }

    @AfterEach
    void tearDown() throws Exception {
        house.tearDown();
    }

    /** As a native workload, with the jars of the distribution. */
    @Test
    void the_example_starts_a_workload_and_sees_it_run() throws Exception {
        house.apply(
                """
                apiVersion: v1
                workloads:
                  lookout:
                    agent: bow
                    runtime: native
                    runtimeConfig: |
                      command: %s
                      args: ["-cp", "%s/*", "%s", "bow"]
                    controlInterfaceAccess:
                      allowRules:
                      - type: StateRule
                        operation: Read
                        filterMasks: ["agents", "workloadStates"]
                      - type: StateRule
                        operation: ReadWrite
                        filterMasks: ["desiredState.workloads.lantern"]
                """
                        .formatted(
                                Path.of(System.getProperty("java.home"), "bin", "java"),
                                House.repositoryFile("dist/target/muster/lib"),
                                House.repositoryFile("examples/Lookout.java")));
        house.awaitWorkload("lookout", "Succeeded(Ok)");
        house.awaitWorkload("lantern", "Running(Ok)");
        assertThat(house.muster("logs", "lookout").out())
                .contains("agents: [bow]", "added: [lantern.", "the lantern is lit");
    }

    @Test
    void a_subscription_begins_anew_with_the_next_agent_and_the_next_server() throws Exception {
        house.apply(ControlIT.captain(folder, "agents", "desiredState.configs"));
        try (var captain = Muster.connect(Path.of(ControlIT.door(folder)), House.PATIENCE);
                var events = captain.events("desiredState.configs")) {
            assertThat(events.poll(House.PATIENCE)).hasValueSatisfying(JavaSdkIT::isWhole);
            agent.kill();
            await().atMost(House.PATIENCE).until(() -> !captain.status().agent());
            agent = house.agent("bow");
            assertThat(events.poll(House.PATIENCE)).hasValueSatisfying(JavaSdkIT::isWhole);
            server.kill();
            await().atMost(House.PATIENCE).until(() -> !captain.status().server());
            server = house.server();
            assertThat(captain.awaitServer(House.PATIENCE)).isTrue();
            assertThat(events.poll(House.PATIENCE)).hasValueSatisfying(JavaSdkIT::isWhole);

            captain.apply(configs("ebb"));
            assertThat(events.poll(House.PATIENCE))
                    .hasValueSatisfying(change -> {
                        assertThat(change.added()).isNotEmpty();
                        assertThat(change.state().getDesiredState().getConfigs())
                                .isEqualTo(configs("ebb").getConfigs());
                    });
        }
    }

    @Test
    void logs_are_read_line_by_line_until_there_are_no_more() throws Exception {
        var captain = ControlIT.captain(folder, "workloadStates");
        var parrot = NativeSystemIT.workload("parrot", "bow", "echo one; echo two");
        house.apply(captain + parrot);
        house.awaitWorkload("parrot", "Succeeded(Ok)");
        try (var muster = Muster.connect(Path.of(ControlIT.door(folder)), House.PATIENCE)) {
            var its = instance(muster, "parrot");
            var request = LogsRequest.newBuilder().addWorkloadNames(its).build();
            try (var logs = muster.logs(request)) {
                assertThat(logs.poll(House.PATIENCE))
                        .contains(new LogEvent.Accepted(List.of(its), List.of()));
                assertThat(logs.poll(House.PATIENCE)).contains(new LogEvent.Line(its, "one"));
                assertThat(logs.poll(House.PATIENCE)).contains(new LogEvent.Line(its, "two"));
                assertThat(logs.poll(House.PATIENCE))
                        .contains(new LogEvent.Stopped(its, false, ""));
            }
            var others = request.toBuilder().setWorkloadNames(0, instance(muster, "captain"));
            try (var logs = muster.logs(others.build())) {
                assertThatExceptionOfType(MusterException.class)
                        .isThrownBy(() -> logs.poll(House.PATIENCE))
                        .withMessageContaining("captain")
                        .matches(e -> e.kind() == MusterException.Kind.REFUSED);
            }
        }
    }

    private static WorkloadInstanceName instance(Muster muster, String workload) {
        var states =
                muster.getState("workloadStates.bow." + workload)
                        .state()
                        .getWorkloadStates()
                        .getAgentStateMapOrThrow("bow")
                        .getWlNameStateMapOrThrow(workload);
        return WorkloadInstanceName.newBuilder()
                .setWorkloadName(workload)
                .setAgentName("bow")
                .setId(states.getIdStateMapMap().keySet().iterator().next())
                .build();
    }

    private static void isWhole(StateEvent event) {
        assertThat(event.whole()).isTrue();
        assertThat(event.state().getDesiredState().getConfigs().getConfigsMap()).isEmpty();
    }

    private static State configs(String tide) {
        var item = ConfigItem.newBuilder().setString(tide).build();
        return State.newBuilder()
                .setConfigs(ConfigMap.newBuilder().putConfigs("tide", item))
                .build();
    }
}
