package io.muster.cli.difference;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.UpdatePlan;
import io.muster.api.request.UpdatePlan.Action;
import io.muster.api.request.UpdatePlan.AgentState;
import io.muster.api.request.UpdatePlan.PlannedWorkload;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a plan says of workloads that depend on each other. */
final class PlanViewTest {
    private static final WorkloadName DB = new WorkloadName("db");
    private static final WorkloadName WEB = new WorkloadName("web");
    private static final WorkloadName JOB = new WorkloadName("job");

    @Test
    void names_what_is_waited_for_and_what_restarts_because_of_what() {
        var plan =
                new UpdatePlan(
                        new Revision(3),
                        List.of(
                                planned(DB, Action.REPLACE, List.of(JOB), List.of()),
                                planned(JOB, Action.DELETE, List.of(WEB), List.of()),
                                planned(WEB, Action.REPLACE, List.of(), List.of(DB))),
                        List.of(),
                        List.of(),
                        List.of());
        assertThat(new PlanView(plan).lines(false))
                .startsWith(
                        "! workload db: replace on bow, because of ",
                        "    what runs is stopped only when nobody needs it: waits for job (its"
                                + " dependency may say onUpdate: restart, or ignore)",
                        "- workload job: delete from bow",
                        "    what runs is stopped only when nobody needs it: waits for web (delete"
                                + " it too, or let it not depend on this one)",
                        "! workload web: replace on bow, with db on which it depends");
        assertThat(new PlanView(plan).tree().toString())
                .contains("waitsFor=Items[items=[Text[value=job]]]")
                .contains("restartedBy=Items[items=[Text[value=db]]]");
    }

    private static PlannedWorkload planned(
            WorkloadName name,
            Action action,
            List<WorkloadName> waitsFor,
            List<WorkloadName> restartedBy) {
        return new PlannedWorkload(
                name,
                action,
                "bow",
                action == Action.DELETE ? "" : "bow",
                AgentState.CONNECTED,
                "",
                List.of(),
                waitsFor,
                restartedBy);
    }
}
