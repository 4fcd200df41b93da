package io.muster.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.agent.reconcile.Dependencies.Own;
import io.muster.api.link.Facts;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.AddCondition;
import io.muster.api.state.Dependency;
import io.muster.api.state.ExecutionState;
import io.muster.api.state.Phase;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is open says what to do, where waiting alone does not help. */
final class DependenciesTest {
    private static final WorkloadName DB = new WorkloadName("db");
    private static final Revision NOW = new Revision(3);

    private static String why(Conditions conditions) {
        return switch (conditions) {
            case Conditions.Met _ -> "";
            case Conditions.Open(var why) -> why;
            case Conditions.Unknowable(var why) -> why;
        };
    }

    private static String open(AddCondition condition, List<WorkloadState> states) {
        var facts = new Facts(1, 1, NOW, states);
        return why(
                new Dependencies(_ -> new Own.Foreign(), Optional.of(facts), true)
                        .judge(depending(condition), NOW));
    }

    private static Workload depending(AddCondition condition) {
        return Bench.workload("nginx")
                .withDependencies(new TreeMap<>(Map.of(DB, Dependency.on(condition))));
    }

    private static WorkloadState db(Phase phase) {
        return new WorkloadState(InstanceName.of(DB, "x", "stern"), NOW, ExecutionState.of(phase));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ADD_COND_FAILED    | SUCCEEDED_OK             | wait for ADD_COND_SUCCEEDED instead
                    ADD_COND_SUCCEEDED | FAILED_EXEC_FAILED       | change it, so that it is made anew, or wait for ADD_COND_FAILED instead
                    ADD_COND_RUNNING   | FAILED_LOST              | If its restart policy does not start it again, change it
                    ADD_COND_SUCCEEDED | RUNNING_OK               | wait for ADD_COND_RUNNING instead
                    ADD_COND_RUNNING   | AGENT_DISCONNECTED       | Start agent stern
                    ADD_COND_RUNNING   | NOT_SCHEDULED            | Give it an agent
                    ADD_COND_RUNNING   | PENDING_INITIAL          | see that agent stern is connected
                    ADD_COND_RUNNING   | PENDING_STARTING_FAILED  | Its own additional info says why
                    ADD_COND_RUNNING   | PENDING_WAITING_TO_START | Its own additional info says what it waits for
                    ADD_COND_RUNNING   | FAILED_UNKNOWN           | Look what its runtime says of it
                    """)
    void says_what_to_do_as_the_other_one_is(AddCondition condition, Phase phase, String remedy) {
        assertThat(open(condition, List.of(db(phase))))
                .startsWith("Waiting for \"db\" to be ")
                .contains("; it is " + phase + ".")
                .contains(remedy);
    }

    @ParameterizedTest
    @EnumSource(
            value = Phase.class,
            names = {"PENDING_STARTING", "STOPPING", "STOPPING_REQUESTED_AT_RUNTIME"})
    void says_no_more_where_it_comes_by_itself(Phase phase) {
        assertThat(open(AddCondition.ADD_COND_RUNNING, List.of(db(phase))))
                .isEqualTo("Waiting for \"db\" to be Running(Ok); it is " + phase + ".");
    }

    @Test
    void says_what_to_do_about_a_name_that_nobody_has() {
        assertThat(open(AddCondition.ADD_COND_RUNNING, List.of()))
                .contains("If there is no workload of that name, add one, or take the dependency");
    }

    @Test
    void says_what_to_do_where_nobody_can_be_asked() {
        var nobody = new Dependencies(_ -> new Own.Foreign(), Optional.empty(), false);
        assertThat(why(nobody.judge(depending(AddCondition.ADD_COND_RUNNING), NOW)))
                .contains("Start the server, or mend the connection to it");
    }
}
