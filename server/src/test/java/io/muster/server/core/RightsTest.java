package io.muster.server.core;

import static io.muster.server.core.Core.BOW;
import static io.muster.server.core.Core.STERN;
import static io.muster.server.core.Core.delete;
import static io.muster.server.core.Core.on;
import static io.muster.server.core.Core.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.link.Command;
import io.muster.api.name.AgentName;
import io.muster.api.name.WorkloadName;
import io.muster.api.path.FieldMask;
import io.muster.api.request.LogAudience;
import io.muster.api.request.LogSelection;
import io.muster.api.request.LogStream;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.api.state.AccessRule;
import io.muster.api.state.AccessRule.LogRule;
import io.muster.api.state.AccessRule.Operation;
import io.muster.api.state.AccessRule.StateRule;
import io.muster.api.state.ControlInterfaceAccess;
import io.muster.api.state.Workload;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What workloads ask through their agents. */
final class RightsTest {
    private static final Request.GetState AGENTS =
            new Request.GetState(List.of(FieldMask.of("agents")), false);
    private static final Request.GetState EVENTS =
            new Request.GetState(List.of(FieldMask.of("agents")), true);

    private final Core core = new Core();

    private static Requester workload(AgentName agent, String name) {
        return new Requester.Workload(agent, new WorkloadName(name));
    }

    private static Workload allowed(AgentName agent, AccessRule... rules) {
        return on(agent, "x").withAccess(new ControlInterfaceAccess(List.of(rules), List.of()));
    }

    private static StateRule rule(Operation operation, String mask) {
        return new StateRule(operation, List.of(mask));
    }

    @BeforeEach
    void wish() {
        core.update(set("a", allowed(BOW, rule(Operation.READ, "agents"))));
    }

    private String refusal(Requester requester) {
        assertThat(core.answer(requester)).isInstanceOf(Response.Refused.class);
        return ((Response.Refused) core.answer(requester)).message();
    }

    @Test
    void a_workload_is_told_what_its_rules_allow() {
        core.ask(workload(BOW, "a"), "r", AGENTS);
        assertThat(core.answer(workload(BOW, "a"))).isInstanceOf(Response.StateAnswer.class);
    }

    @Test
    void workloads_leave_half_of_the_subscriptions_to_people() {
        int half = ServerSettings.Bounds.DEFAULTS.maxSubscriptions() / 2;
        for (int i = 0; i < half; i++) {
            core.ask(workload(BOW, "a"), "s" + i, EVENTS);
        }
        assertThat(core.answer(workload(BOW, "a"))).isInstanceOf(Response.StateAnswer.class);
        core.ask(workload(BOW, "a"), "more", EVENTS);
        assertThat(refusal(workload(BOW, "a"))).contains(half + " are of workloads");
        core.ask(Core.ALICE, "s", EVENTS);
        assertThat(core.answer(Core.ALICE)).isInstanceOf(Response.StateAnswer.class);
    }

    @Test
    void a_refusal_names_the_mask_and_changes_nothing() {
        core.ask(workload(BOW, "a"), "r", set("b", on(BOW, "y")));
        assertThat(refusal(workload(BOW, "a")))
                .startsWith("Access denied")
                .contains("desiredState.workloads.b")
                .contains("allowRules");
        assertThat(core.given()).isEmpty();
    }

    @Test
    void an_agent_cannot_speak_for_the_workloads_of_others_nor_for_some_that_do_not_exist() {
        for (var asker : List.of(workload(STERN, "a"), workload(BOW, "b"))) {
            core.ask(asker, "r", AGENTS);
            assertThat(refusal(asker)).contains("not, or no longer, one of agent");
        }
    }

    @Test
    void a_workload_updates_what_its_rules_allow() {
        core.update(set("a", allowed(BOW, rule(Operation.WRITE, "desiredState.workloads.b"))));
        core.ask(workload(BOW, "a"), "r", set("b", on(BOW, "y"))).store();
        assertThat(core.answer(workload(BOW, "a"))).isInstanceOf(Response.Updated.class);
        assertThat(core.placed("b").agent()).isEqualTo(BOW.value());
    }

    @Test
    void logs_need_rules_of_their_own() {
        core.ask(
                workload(BOW, "a"),
                "r",
                new Request.GetLogs(List.of(core.placed("a").instance()), LogSelection.ALL));
        assertThat(refusal(workload(BOW, "a"))).contains("logs of \"a\"");
    }

    @Test
    void logs_that_rules_allow_are_sent_to_the_agent_of_the_workload_that_reads_them() {
        core.update(set("a", allowed(STERN, new LogRule(List.of("b")))));
        core.update(set("b", on(BOW, "y")));
        core.announce(BOW, "i", "n");
        var get = new Request.GetLogs(List.of(core.placed("b").instance()), LogSelection.ALL);
        core.ask(workload(STERN, "a"), "r", get);
        assertThat(core.answer(workload(STERN, "a"))).isInstanceOf(Response.LogsAccepted.class);
        var stream = new LogStream(new LogAudience.Agent(STERN), "r");
        assertThat(core.commands(BOW)).containsExactly(new Command.StartLogs(stream, get));

        core.update(set("a", allowed(STERN, new LogRule(List.of("c")))));
        core.ask(workload(STERN, "a"), "r", get); // renewed by an agent that has not heard of it
        assertThat(refusal(workload(STERN, "a"))).contains("logs of \"b\"");
        assertThat(core.commands(BOW)).containsExactly(new Command.EndLogs(stream));
        assertThat(core.state.logReaders()).isZero();
    }

    @Test
    void who_may_not_listen_any_more_is_told_so_when_the_subscription_is_renewed() {
        core.ask(workload(BOW, "a"), "s", EVENTS);
        assertThat(core.answer(workload(BOW, "a"))).isInstanceOf(Response.StateAnswer.class);
        core.update(set("a", allowed(BOW, rule(Operation.READ, "workloadStates"))));
        core.ask(workload(BOW, "a"), "r", new Request.RenewEvents("s"));
        assertThat(refusal(workload(BOW, "a"))).contains("agents");
        assertThat(core.state.audience().size()).isZero();
    }

    @Test
    void what_was_begun_may_be_ended_also_when_the_workload_is_gone() {
        core.ask(workload(BOW, "a"), "s", EVENTS);
        core.update(delete("a"));
        core.ask(workload(BOW, "a"), "s", new Request.CancelEvents());
        assertThat(core.answer(workload(BOW, "a"))).isInstanceOf(Response.EventsCancelled.class);
        assertThat(core.state.audience().size()).isZero();
    }
}
