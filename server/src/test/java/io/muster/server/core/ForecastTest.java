package io.muster.server.core;

import static io.muster.server.core.Core.ALICE;
import static io.muster.server.core.Core.BOW;
import static io.muster.server.core.Core.config;
import static io.muster.server.core.Core.delete;
import static io.muster.server.core.Core.on;
import static io.muster.server.core.Core.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.muster.api.name.AgentName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.ImageOrder;
import io.muster.api.request.Request.UpdateState;
import io.muster.api.request.Response;
import io.muster.api.request.UpdatePlan;
import io.muster.api.request.UpdatePlan.Action;
import io.muster.api.request.UpdatePlan.AgentState;
import io.muster.api.request.UpdatePlan.PlannedConfig;
import io.muster.api.request.UpdatePlan.PlannedField;
import io.muster.api.request.UpdatePlan.PlannedWorkload;
import io.muster.api.state.AccessRule;
import io.muster.api.state.AddCondition;
import io.muster.api.state.ControlInterfaceAccess;
import io.muster.api.state.Dependency;
import io.muster.api.state.ImagePullPolicy;
import io.muster.api.state.OnUpdate;
import io.muster.api.state.Phase;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a dry run tells. */
final class ForecastTest {
    private static final WorkloadName WEB = new WorkloadName("web");

    private final Core core = new Core().connected();
    private int asked;

    @Test
    void changes_nothing() {
        core.update(set("web", on(BOW, "a")));
        var before = core.state.ledger();
        plan(set("web", on(BOW, "b")));
        assertThat(core.given()).isEmpty();
        assertThat(core.desired(BOW)).isEmpty();
        assertThat(core.state.ledger()).isEqualTo(before);
    }

    @Test
    void tells_what_an_update_or_a_deletion_waits_for() {
        both(OnUpdate.WAIT);
        assertThat(plan(set("db", on(BOW, "b"))).workloads())
                .singleElement()
                .returns(List.of(WEB), PlannedWorkload::waitsFor);
        assertThat(plan(delete("db")).workloads())
                .singleElement()
                .returns(List.of(WEB), PlannedWorkload::waitsFor);
        assertThat(plan(delete("db", "web")).workloads())
                .allSatisfy(each -> assertThat(each.waitsFor()).isEmpty());
        core.report(
                BOW,
                core.all(
                        2,
                        core.wanted("db", Phase.RUNNING_OK),
                        core.wanted("web", Phase.SUCCEEDED_OK)));
        assertThat(plan(set("db", on(BOW, "b"))).workloads())
                .singleElement()
                .returns(List.of(), PlannedWorkload::waitsFor);
    }

    @Test
    void tells_what_is_restarted_because_of_which_dependency() {
        both(OnUpdate.RESTART);
        var db = new WorkloadName("db");
        assertThat(plan(set("db", on(BOW, "b"))).workloads())
                .extracting(
                        PlannedWorkload::name,
                        PlannedWorkload::action,
                        PlannedWorkload::waitsFor,
                        PlannedWorkload::restartedBy)
                .containsExactly(
                        tuple(db, Action.REPLACE, List.of(), List.of()),
                        tuple(WEB, Action.REPLACE, List.of(), List.of(db)));
        both(OnUpdate.IGNORE);
        assertThat(plan(set("db", on(BOW, "b"))).workloads())
                .singleElement()
                .returns(List.of(), PlannedWorkload::waitsFor);
    }

    private void both(OnUpdate onUpdate) {
        var dependencies = new TreeMap<WorkloadName, Dependency>();
        dependencies.put(
                new WorkloadName("db"), new Dependency(AddCondition.ADD_COND_RUNNING, onUpdate));
        var web = on(BOW, "w").withDependencies(dependencies);
        core.update(set(Map.of("db", on(BOW, "a"), "web", web)));
        core.announce(BOW, "i", "n");
        core.report(
                BOW,
                core.all(
                        1,
                        core.wanted("db", Phase.RUNNING_OK),
                        core.wanted("web", Phase.RUNNING_OK)));
    }

    @Test
    void tells_what_the_named_workloads_need_images_for_if_that_is_asked() {
        core.update(set(Map.of("db", on(BOW, "a"), "other", on(BOW, "o"))));
        var idle = on(BOW, "i").withAgent("");
        var update = set(Map.of("db", on(BOW, "a"), "web", on(BOW, "w"), "idle", idle));
        assertThat(plan(update).images()).isEmpty();
        core.ask(ALICE, "images", update.asDryRunWithImages());
        var images = ((Response.Planned) core.answer(ALICE)).plan().images();
        assertThat(images)
                .containsExactly(
                        new ImageOrder(
                                Core.instance("db", "a", BOW),
                                "native",
                                "a",
                                ImagePullPolicy.IF_NOT_PRESENT,
                                false),
                        new ImageOrder(
                                Core.instance("web", "w", BOW),
                                "native",
                                "w",
                                ImagePullPolicy.IF_NOT_PRESENT,
                                false));
    }

    @Test
    void tells_nothing_of_images_if_that_were_too_much() {
        var large = "x".repeat(Forecast.MAX_IMAGE_TEXT / 4);
        var all = new TreeMap<String, Workload>();
        for (int i = 0; i < 5; i++) {
            all.put("w" + i, on(new AgentName("a" + i), large));
        }
        core.ask(ALICE, "images", set(all).asDryRunWithImages());
        assertThat(((Response.Refused) core.answer(ALICE)).message())
                .contains("5 workloads", "fewer manifests");
    }

    @Test
    void tells_what_is_created_and_how_it_is_with_its_agent() {
        assertThat(plan(set("web", on(BOW, "a"))))
                .isEqualTo(
                        new UpdatePlan(
                                Revision.ZERO,
                                List.of(
                                        new PlannedWorkload(
                                                WEB,
                                                Action.CREATE,
                                                "",
                                                "bow",
                                                AgentState.UNKNOWN,
                                                "",
                                                List.of())),
                                List.of(),
                                List.of(),
                                List.of()));
        core.announce(BOW, "i", "n");
        assertThat(plan(set("web", on(BOW, "a"))).workloads())
                .singleElement()
                .returns(AgentState.CONNECTED, PlannedWorkload::agentState);
        core.update(set("web", on(BOW, "a")));
        core.will(BOW, "i", "n");
        assertThat(plan(delete("web")).workloads())
                .containsExactly(
                        new PlannedWorkload(
                                WEB,
                                Action.DELETE,
                                "bow",
                                "",
                                AgentState.DISCONNECTED,
                                "",
                                List.of()));
        assertThat(plan(set("web", Workload.of("", "native", "a"))).workloads())
                .singleElement()
                .returns(Action.REPLACE, PlannedWorkload::action)
                .returns("bow", PlannedWorkload::agentBefore)
                .returns("", PlannedWorkload::agent)
                .returns(AgentState.NONE, PlannedWorkload::agentState);
    }

    @Test
    void tells_what_stays_as_it_is() {
        core.update(set("web", on(BOW, "a")));
        var plan = plan(set("web", on(BOW, "a")));
        assertThat(plan.changesNothing()).isTrue();
        assertThat(plan.workloads())
                .singleElement()
                .returns(Action.NOTHING, PlannedWorkload::action);
    }

    @Test
    void tells_that_a_workload_that_has_ended_starts_at_once_by_its_new_policy() {
        core.announce(BOW, "i", "n");
        core.update(set("web", on(BOW, "a")));
        var always = on(BOW, "a").withRestartPolicy(RestartPolicy.ALWAYS);
        assertThat(plan(set("web", always)).workloads())
                .singleElement()
                .returns(Action.CHANGE_IN_PLACE, PlannedWorkload::action);
        core.report(BOW, core.all(1, core.wanted("web", Phase.SUCCEEDED_OK)));
        assertThat(plan(set("web", always)).workloads())
                .singleElement()
                .returns(Action.REPLACE, PlannedWorkload::action)
                .returns(
                        List.of(field("restartPolicy", "NEVER", "ALWAYS", true)),
                        PlannedWorkload::fields);
        var onFailure = on(BOW, "a").withRestartPolicy(RestartPolicy.ON_FAILURE);
        assertThat(plan(set("web", onFailure)).workloads())
                .singleElement()
                .returns(Action.CHANGE_IN_PLACE, PlannedWorkload::action);
    }

    @Test
    void tells_which_change_makes_a_workload_start_anew() {
        core.update(set("web", on(BOW, "a")));
        var tagged = on(BOW, "b").withRestartPolicy(RestartPolicy.ALWAYS);
        assertThat(plan(set("web", tagged)).workloads())
                .singleElement()
                .returns(Action.REPLACE, PlannedWorkload::action)
                .returns(
                        List.of(
                                field("restartPolicy", "NEVER", "ALWAYS", false),
                                field("runtimeConfig", "a", "b", true)),
                        PlannedWorkload::fields);
    }

    @Test
    void tells_what_changes_in_place() {
        core.update(set(Map.of("web", on(BOW, "a"), "db", on(BOW, "a"))));
        var changed =
                new Workload(
                        "bow",
                        "native",
                        "a",
                        RestartPolicy.ON_FAILURE,
                        on(BOW, "a", "db").dependencies(),
                        new TreeMap<>(Map.of("owner", "me")),
                        on(BOW, "a").controlInterfaceAccess(),
                        new TreeMap<>(),
                        List.of());
        assertThat(plan(set("web", changed)).workloads())
                .singleElement()
                .satisfies(web -> {
                    assertThat(web.action()).isEqualTo(Action.CHANGE_IN_PLACE);
                    assertThat(web.fields())
                            .extracting(PlannedField::path)
                            .containsExactly("dependencies.db", "restartPolicy", "tags.owner");
                    assertThat(web.fields()).noneMatch(PlannedField::restarts);
                });
        core.update(set("web", changed));
        assertThat(core.placed("web").changedAt()).isEqualTo(new Revision(1)); // as it was told
    }

    @Test
    void tells_that_files_and_the_control_interface_need_a_new_start_and_rules_do_not() {
        var ruled = access("desiredState");
        core.update(set("web", with(ruled)));
        assertThat(action(with(access("workloadStates")))).isEqualTo(Action.CHANGE_IN_PLACE);
        assertThat(action(with(new ControlInterfaceAccess(List.of(), List.of()))))
                .isEqualTo(Action.REPLACE);
        assertThat(action(with(new ControlInterfaceAccess(List.of(), ruled.allowRules()))))
                .isEqualTo(Action.REPLACE); // nothing is allowed, so that nothing is mounted
        assertThat(action(with(ruled, new WorkloadFile.TextFile("/a", "b"))))
                .isEqualTo(Action.REPLACE);
    }

    @Test
    void tells_which_workloads_a_config_concerns() {
        core.update(config("net", "x"));
        var user = using("port: {{n}}");
        core.update(set(Map.of("web", user, "calm", using("no template"))));
        var plan = plan(config("net", "y"));
        assertThat(plan.configs())
                .containsExactly(
                        new PlannedConfig(
                                "net",
                                Action.CHANGE_IN_PLACE,
                                List.of(new WorkloadName("calm"), WEB),
                                List.of(field("", "x", "y", false))));
        assertThat(plan.workloads())
                .singleElement()
                .returns(WEB, PlannedWorkload::name)
                .returns(Action.REPLACE, PlannedWorkload::action)
                .returns(
                        List.of(field("runtimeConfig", "port: x", "port: y", true)),
                        PlannedWorkload::fields);
    }

    @Test
    void leaves_out_values_that_are_too_long() {
        core.update(set("web", on(BOW, "a")));
        assertThat(plan(set("web", on(BOW, "x".repeat(Forecast.MAX_VALUE)))).workloads())
                .singleElement()
                .returns(
                        List.of(
                                new PlannedField(
                                        "runtimeConfig",
                                        Optional.empty(),
                                        Optional.empty(),
                                        true,
                                        true)),
                        PlannedWorkload::fields);
    }

    @Test
    void is_refused_like_the_update() {
        assertThat(answer(set("web", on(BOW, "a", "web"))))
                .isInstanceOfSatisfying(
                        Response.Refused.class,
                        refused -> assertThat(refused.message()).contains("cycle"));
        assertThat(answer(set("web", on(BOW, "a")).ifAt(new Revision(7))))
                .isInstanceOfSatisfying(
                        Response.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Response.Reason.STALE));
    }

    private Action action(Workload workload) {
        return plan(set("web", workload)).workloads().getFirst().action();
    }

    private UpdatePlan plan(UpdateState update) {
        return ((Response.Planned) answer(update)).plan();
    }

    private Response.Body answer(UpdateState update) {
        core.ask(ALICE, "dry" + ++asked, update.asDryRun());
        return core.answer(ALICE);
    }

    private static PlannedField field(String path, String before, String after, boolean restarts) {
        return new PlannedField(path, Optional.of(before), Optional.of(after), restarts, false);
    }

    private static ControlInterfaceAccess access(String mask) {
        return new ControlInterfaceAccess(
                List.of(new AccessRule.StateRule(AccessRule.Operation.READ, List.of(mask))),
                List.of());
    }

    private static Workload with(ControlInterfaceAccess access, WorkloadFile... files) {
        return new Workload(
                new AgentName("bow").value(),
                "native",
                "a",
                RestartPolicy.NEVER,
                new TreeMap<>(),
                new TreeMap<>(),
                access,
                new TreeMap<>(),
                List.of(files));
    }

    private static Workload using(String runtimeConfig) {
        return new Workload(
                "bow",
                "native",
                runtimeConfig,
                RestartPolicy.NEVER,
                new TreeMap<>(),
                new TreeMap<>(),
                on(BOW, "").controlInterfaceAccess(),
                new TreeMap<>(Map.of("n", "net")),
                List.of());
    }
}
