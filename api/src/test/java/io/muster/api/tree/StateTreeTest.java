package io.muster.api.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.muster.api.RandomStates;
import io.muster.api.Seeds;
import io.muster.api.Trees;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.state.AccessRule;
import io.muster.api.state.AddCondition;
import io.muster.api.state.AgentAttributes;
import io.muster.api.state.CompleteState;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.ControlInterfaceAccess;
import io.muster.api.state.Dependency;
import io.muster.api.state.ExecutionState;
import io.muster.api.state.Phase;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadFile;
import io.muster.api.state.WorkloadState;
import io.muster.api.state.WorkloadUsage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

final class StateTreeTest {
    private static final WorkloadName WEB = new WorkloadName("web");
    private static final Workload FULL =
            new Workload(
                    "a",
                    "podman",
                    "image: web",
                    RestartPolicy.ALWAYS,
                    new TreeMap<>(
                            Map.of(
                                    new WorkloadName("db"),
                                    Dependency.on(AddCondition.ADD_COND_RUNNING))),
                    new TreeMap<>(Map.of("owner", "me")),
                    new ControlInterfaceAccess(
                            List.of(
                                    new AccessRule.StateRule(
                                            AccessRule.Operation.READ_WRITE, List.of("*"))),
                            List.of(new AccessRule.LogRule(List.of("db*")))),
                    new TreeMap<>(Map.of("alias", "config")),
                    List.of(new WorkloadFile.BinaryFile("/a", "eA==")));

    @Test
    void has_the_keys_of_ankaios_in_their_order() {
        var status = new AgentAttributes.Status(4, 1024);
        var state = State.of(Map.of(WEB, FULL), Map.of("config", new ConfigItem.Text("x")));
        var tree =
                StateTree.of(
                        new CompleteState(
                                state,
                                List.of(
                                        execution("b", Phase.AGENT_DISCONNECTED, 0),
                                        execution("", Phase.NOT_SCHEDULED, 7)),
                                new TreeMap<>(
                                        Map.of(
                                                new AgentName("a"),
                                                new AgentAttributes(
                                                        new TreeMap<>(Map.of("room", "1")),
                                                        Optional.of(status),
                                                        List.of(
                                                                new WorkloadUsage(
                                                                        new InstanceName(
                                                                                WEB, "1", "a"),
                                                                        1_500,
                                                                        2048))),
                                                new AgentName("b"),
                                                new AgentAttributes(
                                                        new TreeMap<>(), Optional.empty()))),
                                State.EMPTY));
        assertThat(Trees.lines(tree))
                .containsExactly(
                        "desiredState.apiVersion=v1",
                        "desiredState.workloads.web.agent=a",
                        "desiredState.workloads.web.restartPolicy=ALWAYS",
                        "desiredState.workloads.web.dependencies.db=ADD_COND_RUNNING",
                        "desiredState.workloads.web.tags.owner=me",
                        "desiredState.workloads.web.runtime=podman",
                        "desiredState.workloads.web.runtimeConfig=image: web",
                        "desiredState.workloads.web.controlInterfaceAccess.allowRules="
                                + "[type=StateRule operation=ReadWrite filterMasks=[*]]",
                        "desiredState.workloads.web.controlInterfaceAccess.denyRules="
                                + "[type=LogRule workloadNames=[db*]]",
                        "desiredState.workloads.web.configs.alias=config",
                        "desiredState.workloads.web.files=[mountPoint=/a binaryData=eA==]",
                        "desiredState.configs.config=x",
                        "workloadStates..web.1.state=NotScheduled",
                        "workloadStates..web.1.subState=NotScheduled",
                        "workloadStates..web.1.additionalInfo=",
                        "workloadStates..web.1.changedAt=#7",
                        "workloadStates.b.web.1.state=AgentDisconnected",
                        "workloadStates.b.web.1.subState=AgentDisconnected",
                        "workloadStates.b.web.1.additionalInfo=",
                        "agents.a.status.cpuUsage=#4",
                        "agents.a.status.freeMemory=#1024",
                        "agents.a.tags.room=1",
                        "agents.a.usage.web.1.cpuMillis=#1500",
                        "agents.a.usage.web.1.memoryBytes=#2048",
                        "agents.b={}",
                        "effectiveState.apiVersion=v1",
                        "effectiveState.workloads={}");
    }

    private static WorkloadState execution(String agent, Phase phase, long changedAt) {
        return new WorkloadState(
                new InstanceName(WEB, "1", agent),
                new Revision(changedAt),
                ExecutionState.of(phase));
    }

    @Test
    void leaves_out_what_is_empty() {
        assertThat(Trees.lines(StateTree.of(Workload.of("a", "podman", "x"))))
                .containsExactly(
                        "agent=a", "restartPolicy=NEVER", "runtime=podman", "runtimeConfig=x");
        assertThat(Trees.lines(StateTree.of(State.EMPTY)))
                .containsExactly("apiVersion=v1", "workloads={}");
    }

    @Test
    void gives_back_what_it_was_made_of() {
        Seeds.check(
                500,
                random -> {
                    var complete = new RandomStates(random).completeState();
                    var tree = StateTree.of(complete);
                    assertThat(StateTree.state(StateTree.of(complete.desiredState()), ""))
                            .isEqualTo(Outcome.accepted(complete.desiredState()));
                    assertThat(StateTree.workloadStates(tree)).isEqualTo(complete.workloadStates());
                    assertThat(StateTree.agents(tree)).isEqualTo(complete.agents());
                });
    }

    @Test
    void hides_our_own_key_in_print() {
        var states = List.of(execution("b", Phase.RUNNING_OK, 7));
        var tree = new Node.Entries(Map.of("workloadStates", StateTree.ofWorkloadStates(states)));
        assertThat(Trees.lines(StateTree.printable(tree)))
                .containsExactly(
                        "workloadStates.b.web.1.state=Running",
                        "workloadStates.b.web.1.subState=Ok",
                        "workloadStates.b.web.1.additionalInfo=");
        var other = Trees.of("agents.a.changedAt=x");
        assertThat(StateTree.printable(other)).isEqualTo(other);
    }

    @Test
    void reads_states_out_of_any_part() {
        var part =
                Trees.of(
                        "workloadStates.a.web.1.state=Running",
                        "workloadStates.a.web.1.subState=Ok",
                        "workloadStates.a.db.1.additionalInfo=only",
                        "workloadStates.b={}",
                        "desiredState=x");
        assertThat(StateTree.workloadStates(part))
                .containsExactly(execution("a", Phase.RUNNING_OK, 0));
        assertThat(StateTree.workloadStates(Node.Entries.NONE)).isEmpty();
        assertThat(StateTree.agents(Trees.of("agents=x"))).isEmpty();
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> StateTree.agents(Trees.of("agents.a b={}")));
    }

    @Test
    void tells_all_that_is_wrong_with_its_path() {
        var tree =
                Trees.of(
                        "apiVersion=v0.1", // in a message the version does not bind the shape of
                        // tags
                        "workloads.web.agent=a b",
                        "workloads.web.runtime=podman",
                        "workloads.web.tags.owner=me",
                        "configs.a b=x");
        assertThat(StateTree.state(tree, "desiredState"))
                .isInstanceOf(Outcome.Refused.class)
                .extracting(refused -> ((Outcome.Refused<?>) refused).problems())
                .asInstanceOf(InstanceOfAssertFactories.list(Problem.class))
                .extracting(Problem::where, Problem::what)
                .containsExactly(
                        tuple("desiredState.workloads.web", "runtimeConfig is missing"),
                        tuple(
                                "desiredState.workloads.web.agent",
                                "\"a b\" is no agent name: has characters other than"
                                        + " [a-zA-Z0-9_-]"),
                        tuple(
                                "desiredState.configs.a b",
                                "\"a b\" is no config name: has characters other than"
                                        + " [a-zA-Z0-9_-]"));
    }
}
