package io.muster.server.core;

import static io.muster.server.core.Core.BOW;
import static io.muster.server.core.Core.STERN;
import static io.muster.server.core.Core.change;
import static io.muster.server.core.Core.config;
import static io.muster.server.core.Core.delete;
import static io.muster.server.core.Core.on;
import static io.muster.server.core.Core.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request.UpdateState;
import io.muster.api.state.AccessRule;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.ControlInterfaceAccess;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadFile;
import io.muster.api.store.Head;
import io.muster.api.tree.Node;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class PlanningTest {
    private static final ServerSettings NARROW =
            ServerSettings.DEFAULTS.withLimits(new StateLimits(2, 1, 300, 40));

    private static final WorkloadName WEB = new WorkloadName("web");
    private final Wish one = after(Wish.EMPTY, set("web", on(BOW, "a")));

    @Test
    void gives_a_new_workload_the_next_revision() {
        assertThat(one.revision()).isEqualTo(new Revision(1));
        assertThat(placed(one).changedAt()).isEqualTo(new Revision(1));
        assertThat(placed(one).instance()).isEqualTo(Core.instance("web", "a", BOW));
        assertThat(one.of("bow")).containsOnlyKeys(WEB);
    }

    @Test
    void changes_nothing_when_nothing_changes() {
        var plan = plan(one, set("web", on(BOW, "a")));
        assertThat(plan.changesNothing()).isTrue();
        assertThat(plan.after()).isSameAs(one);
    }

    @Test
    void moves_changed_at_only_with_what_needs_a_restart() {
        var rule = new AccessRule.StateRule(AccessRule.Operation.READ, List.of("desiredState"));
        var base = on(BOW, "a");
        assertThat(restarts(base, base.withTags(new TreeMap<>(Map.of("k", "v"))))).isFalse();
        assertThat(restarts(base, base.withRestartPolicy(RestartPolicy.ALWAYS))).isFalse();
        assertThat(restarts(base, on(BOW, "a", "db"))).isFalse();
        assertThat(restarts(base, on(BOW, "b"))).isTrue();
        assertThat(restarts(base, on(STERN, "a"))).isTrue();
        assertThat(restarts(base, Workload.of("bow", "podman", "a"))).isTrue();
        assertThat(restarts(base, with(base, ControlInterfaceAccess.NONE, "x"))).isTrue();
        var read = new ControlInterfaceAccess(List.of(rule), List.of());
        var both = new ControlInterfaceAccess(List.of(rule), List.of(rule));
        assertThat(restarts(base, with(base, read))).isTrue();
        assertThat(restarts(with(base, read), with(base, both))).isFalse();
        assertThat(restarts(with(base, read), base)).isTrue();
    }

    @Test
    void gives_a_workload_that_was_deleted_and_comes_again_a_new_changed_at() {
        var again = after(after(one, delete("web")), set("web", on(BOW, "a")));
        assertThat(placed(again).instance()).isEqualTo(placed(one).instance());
        assertThat(placed(again).changedAt()).isEqualTo(new Revision(3));
    }

    @Test
    void deletes_by_a_mask_without_a_value() {
        var plan = plan(one, delete("web", "ghost"));
        assertThat(plan.workloads()).hasSize(1);
        assertThat(plan.after().workloads()).isEmpty();
        assertThat(plan.after().byAgent()).isEmpty();
    }

    @Test
    void replaces_everything_without_masks() {
        var two = after(one, set("db", on(STERN, "b")));
        var plan =
                plan(
                        two,
                        change(State.of(Map.of(new WorkloadName("new"), on(BOW, "c")), Map.of())));
        assertThat(plan.after().workloads()).containsOnlyKeys(new WorkloadName("new"));
        assertThat(plan.workloads()).hasSize(3);
    }

    @Test
    void changes_single_fields() {
        var update =
                change(
                        State.of(Map.of(WEB, on(STERN, "ignored")), Map.of()),
                        FieldMask.of("desiredState", "workloads", "web", "agent"));
        assertThat(placed(after(one, update)).written()).isEqualTo(on(STERN, "a"));
    }

    @Test
    void moves_a_workload_between_agents() {
        var moved = after(one, set("web", on(STERN, "a")));
        assertThat(moved.of("bow")).isEmpty();
        assertThat(moved.of("stern")).containsOnlyKeys(WEB);
    }

    @Test
    void leaves_a_workload_without_agent_unscheduled() {
        var plan = plan(Wish.EMPTY, set("web", Workload.of("", "native", "a")));
        assertThat(placed(plan.after()).agent()).isEmpty();
        assertThat(placed(plan.after()).obstacle()).isEmpty();
    }

    @Test
    void fills_in_templates_before_it_assigns_agents() {
        var base = after(after(Wish.EMPTY, config("place", "bow")), config("what", "x"));
        var written = templated("{{p}}", "run {{w}}", Map.of("p", "place", "w", "what"));
        var placed = placed(after(base, set("web", written)));
        assertThat(placed.written()).isEqualTo(written);
        assertThat(placed.agent()).isEqualTo("bow");
        assertThat(placed.instance()).isEqualTo(Core.instance("web", "run x", BOW));
        assertThat(placed.assigned().workload()).isEqualTo(on(BOW, "run x"));
        assertThat(placed.obstacle()).isEmpty();
    }

    @Test
    void shows_users_templates_and_agents_what_they_become() {
        var base = after(after(Wish.EMPTY, config("what", "x")), set("web", drawing("what")));
        assertThat(base.written().workloads()).containsEntry(WEB, drawing("what"));
        assertThat(base.effective(List.of(WEB)))
                .isEqualTo(State.of(Map.of(WEB, on(BOW, "run x")), Map.of()));
        assertThat(base.assignedTo("bow")).hasSize(1);
    }

    @Test
    void changes_with_a_config_the_workloads_that_draw_from_it() {
        var base = after(after(Wish.EMPTY, config("what", "x")), config("other", "x"));
        base = after(base, set(Map.of("web", drawing("what"), "db", drawing("other"))));
        var plan = plan(base, config("what", "y"));
        assertThat(plan.workloads()).extracting(WorkloadChange::name).containsExactly(WEB);
        assertThat(placed(plan.after()).changedAt()).isEqualTo(new Revision(4));
        assertThat(placed(plan.after()).instance()).isEqualTo(Core.instance("web", "run y", BOW));
        assertThat(plan.workloads().getFirst().endsInstance()).isTrue();
    }

    @Test
    void leaves_a_workload_alone_that_becomes_the_same_from_another_config() {
        var base = after(after(Wish.EMPTY, config("what", "x")), config("same", "x"));
        base =
                after(
                        base,
                        set("web", templated("bow", "{{#if w}}run{{/if}}", Map.of("w", "what"))));
        var plan = plan(base, config("what", "y"));
        assertThat(plan.workloads()).isEmpty();
        assertThat(plan.configs()).containsExactly("what");
        var renamed =
                plan(
                        base,
                        set("web", templated("bow", "{{#if v}}run{{/if}}", Map.of("v", "same"))));
        assertThat(renamed.workloads()).hasSize(1);
        assertThat(renamed.workloads().getFirst().starts()).isFalse();
    }

    @Test
    void moves_a_workload_when_the_config_of_its_agent_changes() {
        var base = after(Wish.EMPTY, config("place", "bow"));
        base = after(base, set("web", templated("{{p}}", "a", Map.of("p", "place"))));
        var moved = after(base, config("place", "stern"));
        assertThat(moved.of("bow")).isEmpty();
        assertThat(moved.of("stern")).containsOnlyKeys(WEB);
        assertThat(problems(base, config("place", "no name")))
                .extracting(Problem::where)
                .containsExactly("desiredState.workloads.web.agent");
    }

    @Test
    void refuses_templates_that_fail_with_workload_and_field() {
        var base = after(Wish.EMPTY, config("what", "x"));
        assertThat(problems(base, set("web", templated("bow", "{{gone}}", Map.of("w", "what")))))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.where())
                            .isEqualTo("desiredState.workloads.web.runtimeConfig");
                    assertThat(problem.what())
                            .startsWith("Failed to render field 'runtimeConfig'")
                            .contains("\"gone\"");
                });
        var good = after(base, set("web", templated("bow", "{{w}}", Map.of("w", "what"))));
        var map = new ConfigItem.Fields(new TreeMap<>(Map.of("k", new ConfigItem.Text("v"))));
        var update =
                change(
                        State.EMPTY.withConfig("what", map),
                        FieldMask.of("desiredState", "configs", "what"));
        assertThat(problems(good, update))
                .extracting(Problem::where)
                .containsExactly("desiredState.workloads.web.runtimeConfig");
    }

    @Test
    void loads_what_an_earlier_version_let_through_and_says_what_is_wrong() {
        var stored = new Head.Stored(drawing("gone"), new Revision(1));
        var wish = Planning.load(Core.head(1, 1, Map.of(WEB, stored)));
        assertThat(placed(wish).written()).isEqualTo(drawing("gone"));
        assertThat(placed(wish).agent()).isEmpty();
        assertThat(placed(wish).obstacle()).contains("config key 'gone' that does not exist");
    }

    private static Workload drawing(String config) {
        return templated("bow", "run {{alias}}", Map.of("alias", config));
    }

    private static Workload templated(String agent, String text, Map<String, String> configs) {
        return new Workload(
                agent,
                "native",
                text,
                RestartPolicy.NEVER,
                new TreeMap<>(),
                new TreeMap<>(),
                ControlInterfaceAccess.NONE,
                new TreeMap<>(configs),
                List.of());
    }

    @Test
    void refuses_a_config_that_is_not_there() {
        assertThat(problems(one, set("web", withConfig("net"))))
                .extracting(Problem::toString)
                .singleElement()
                .asString()
                .contains("desiredState.workloads.web.configs.alias")
                .contains("Workload references config key 'net' that does not exist");
    }

    @Test
    void refuses_to_delete_a_config_that_is_in_use() {
        var base = after(after(one, config("net", "1")), set("user", withConfig("net")));
        var update = change(State.EMPTY, FieldMask.of("desiredState", "configs", "net"));
        assertThat(problems(base, update))
                .singleElement()
                .extracting(Problem::where)
                .isEqualTo("desiredState.workloads.user.configs.alias");
        var unused = after(base, delete("user"));
        assertThat(after(unused, update).written().configs()).isEmpty();
    }

    @Test
    void counts_a_change_of_configs_alone_as_a_revision() {
        var plan = plan(one, config("net", "1"));
        assertThat(plan.after().revision()).isEqualTo(new Revision(2));
        assertThat(plan.workloads()).isEmpty();
        assertThat(plan.configs()).containsExactly("net");
        assertThat(plan.after().written().configs())
                .isEqualTo(Map.of("net", new ConfigItem.Text("1")));
    }

    @Test
    void names_the_cycle_that_an_update_would_close() {
        var base =
                after(
                        Wish.EMPTY,
                        set(
                                Map.of(
                                        "a",
                                        on(BOW, "x", "b"),
                                        "b",
                                        on(BOW, "x", "c"),
                                        "z",
                                        on(BOW, "x"))));
        assertThat(problems(base, set("c", on(BOW, "x", "a", "z"))))
                .singleElement()
                .extracting(Problem::what)
                .isEqualTo("is part of a cycle: c -> a -> b -> c");
    }

    @Test
    void refuses_what_does_not_fit_into_a_message() {
        var big = on(BOW, incompressible(2 << 20));
        assertThat(problems(Wish.EMPTY, set("web", big)))
                .singleElement()
                .extracting(Problem::toString)
                .asString()
                .contains("the 1 workloads of agent \"bow\" make a message of")
                .contains("spread them over agents");
    }

    @Test
    void accepts_what_fits_into_a_message_once_it_is_compressed() {
        assertThat(plan(Wish.EMPTY, set("web", on(BOW, "x".repeat(2 << 20)))).workloads())
                .hasSize(1);
    }

    @Test
    void refuses_more_workloads_than_the_bound() {
        var update = set(Map.of("a", on(BOW, "x"), "b", on(BOW, "x"), "c", on(BOW, "x")));
        var outcome = Planning.plan(Wish.EMPTY, update, Remains.NONE, Core.SMALL);
        assertThat(outcome)
                .isEqualTo(
                        Outcome.refused(
                                "desiredState.workloads",
                                "would have 3 workloads",
                                "keep at most 2, or start the server with a higher"
                                        + " --max-workloads"));
    }

    @Test
    void refuses_texts_beyond_the_bound_also_those_that_templates_make() {
        assertThat(refusal(set("a", on(BOW, "x".repeat(300)))))
                .contains("desiredState.workloads.a: has 306 characters; keep it to 300");
        var base = after(Wish.EMPTY, config("net", "x".repeat(30)));
        assertThat(refusal(config("net", "x".repeat(33))))
                .contains("desiredState.configs.net: has 41 characters; keep it to 40");
        var grown = templated("bow", "{{n}}".repeat(20), Map.of("n", "net"));
        assertThat(Planning.plan(base, set("a", grown), Remains.NONE, NARROW).toString())
                .contains("desiredState.workloads.a with its templates filled in");
        var small = templated("bow", "{{n}}", Map.of("n", "net"));
        assertThat(Planning.plan(base, set("a", small), Remains.NONE, NARROW))
                .isInstanceOf(Outcome.Accepted.class);
    }

    @Test
    void refuses_more_configs_than_the_bound() {
        var base = after(Wish.EMPTY, config("net", "x"));
        assertThat(Planning.plan(base, config("dns", "x"), Remains.NONE, Core.SMALL).toString())
                .contains("would have 2 configs")
                .contains("--max-configs");
    }

    private static String refusal(UpdateState update) {
        return Planning.plan(Wish.EMPTY, update, Remains.NONE, NARROW).toString();
    }

    @Test
    void tells_with_what_cannot_be_read_what_is_wrong_with_the_rest() {
        var workloads = new TreeMap<String, Node>();
        workloads.put(
                "a",
                new Node.Entries(
                        new TreeMap<>(
                                Map.of(
                                        "agent",
                                        text("bow"),
                                        "dependencies",
                                        new Node.Entries(Map.of("b", text("ADD_COND_RUNNING")))))));
        workloads.put(
                "b",
                new Node.Entries(
                        Map.of(
                                "agent",
                                text("b o w"),
                                "runtime",
                                text("r"),
                                "runtimeConfig",
                                text("{{#if}}"),
                                "configs",
                                new Node.Entries(Map.of("x", text("gone"))),
                                "dependencies",
                                new Node.Entries(Map.of("a", text("ADD_COND_FAILED"))))));
        var tree =
                new Node.Entries(
                        Map.of(
                                "desiredState",
                                new Node.Entries(
                                        Map.of(
                                                "apiVersion",
                                                text("v1"),
                                                "workloads",
                                                new Node.Entries(workloads)))));
        assertThat(problems(one, new UpdateState(tree, List.of(FieldMask.of("nonsense", "x")))))
                .hasSize(1);
        assertThat(problems(one, new UpdateState(tree, List.of())).toString())
                .contains(
                        "workloads.a: runtime is missing", "workloads.a: runtimeConfig is missing")
                .contains("\"b o w\" is no agent name", "'gone' that does not exist")
                .contains("Failed to render field 'runtimeConfig'")
                .contains("is part of a cycle: a -> b -> a");
    }

    @Test
    void tells_of_cycles_beside_templates_that_fail() {
        var update =
                change(
                        State.of(
                                Map.of(
                                        new WorkloadName("a"),
                                        on(BOW, "x", "b"),
                                        new WorkloadName("b"),
                                        on(BOW, "x", "a"),
                                        WEB,
                                        templated("bow", "{{gone}}", Map.of("w", "net"))),
                                Map.of("net", new ConfigItem.Text("y"))));
        assertThat(problems(one, update).toString())
                .contains("there is no \"gone\"", "is part of a cycle: a -> b -> a");
    }

    private static Node text(String value) {
        return new Node.Text(value);
    }

    @Test
    void tells_all_problems_at_once() {
        assertThat(problems(one, set(Map.of("a", withConfig("net"), "b", withConfig("dns")))))
                .hasSize(2);
    }

    private static String incompressible(int length) {
        return new SplittableRandom(1)
                .ints(length, 33, 126)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    private static Workload withConfig(String config) {
        return templated("bow", "a", Map.of("alias", config));
    }

    private static Workload with(
            Workload workload, ControlInterfaceAccess access, String... files) {
        return new Workload(
                workload.agent(),
                workload.runtime(),
                workload.runtimeConfig(),
                workload.restartPolicy(),
                workload.dependencies(),
                workload.tags(),
                access,
                workload.configs(),
                List.of(files).stream()
                        .<WorkloadFile>map(f -> new WorkloadFile.TextFile("/" + f, f))
                        .toList());
    }

    private static boolean restarts(Workload before, Workload after) {
        var base = after(Wish.EMPTY, set("web", before));
        var next = after(base, set("web", after));
        assertThat(next.revision()).isEqualTo(new Revision(2));
        return !placed(next).changedAt().equals(placed(base).changedAt());
    }

    private static Placed placed(Wish wish) {
        return Objects.requireNonNull(wish.workloads().get(WEB));
    }

    private static Wish after(Wish base, UpdateState update) {
        return plan(base, update).after();
    }

    private static Plan plan(Wish base, UpdateState update) {
        return switch (Planning.plan(base, update, Remains.NONE, ServerSettings.DEFAULTS)) {
            case Outcome.Accepted<Plan>(var plan) -> plan;
            case Outcome.Refused<Plan>(var problems) -> throw new AssertionError(problems);
        };
    }

    private static List<Problem> problems(Wish base, UpdateState update) {
        return switch (Planning.plan(base, update, Remains.NONE, ServerSettings.DEFAULTS)) {
            case Outcome.Accepted<Plan> plan -> throw new AssertionError(plan);
            case Outcome.Refused<Plan>(var problems) -> problems;
        };
    }
}
