package io.muster.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request;
import io.muster.api.state.AccessRule;
import io.muster.api.state.AccessRule.LogRule;
import io.muster.api.state.AccessRule.Operation;
import io.muster.api.state.AccessRule.StateRule;
import io.muster.api.state.ControlInterfaceAccess;
import io.muster.api.tree.Node;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AccessRightsTest {
    private static final String WORKLOADS = "desiredState.workloads";

    private static StateRule rule(Operation operation, String... masks) {
        return new StateRule(operation, List.of(masks));
    }

    private static AccessRights rights(List<AccessRule> allow, AccessRule... deny) {
        return new AccessRights(new ControlInterfaceAccess(allow, List.of(deny)));
    }

    private static Request.Body read(String... masks) {
        return new Request.GetState(masks(masks), false);
    }

    private static Request.Body write(String... masks) {
        return new Request.UpdateState(Node.Entries.NONE, masks(masks));
    }

    private static List<FieldMask> masks(String... masks) {
        return Stream.of(masks)
                .map(mask -> new FieldMask(mask.isEmpty() ? List.of() : List.of(mask.split("\\."))))
                .toList();
    }

    @Test
    void a_refusal_is_not_far_bigger_than_what_it_refuses() {
        var rights = rights(List.of(rule(Operation.READ, WORKLOADS)));
        var many = Stream.generate(() -> "a").limit(1_000).toArray(String[]::new);
        assertThat(rights.problems(read(many))).hasSize(9);
        var more = Stream.generate(() -> WORKLOADS).limit(1_001).toArray(String[]::new);
        assertThat(rights.problems(read(more)))
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.toString())
                                .contains("1001 masks")
                                .contains("at most 1000"));
    }

    @Test
    void no_rule_lets_a_workload_have_images_pulled() {
        var everything = List.<AccessRule>of(rule(Operation.READ_WRITE, "*"));
        assertThat(rights(everything).problems(new Request.PullImages(List.of())))
                .extracting(Object::toString)
                .singleElement()
                .asString()
                .contains("access denied", "muster image preload");
    }

    /** What would be done tells what is there. */
    @Test
    void to_ask_what_an_update_would_do_needs_the_right_to_read() {
        var update = new Request.UpdateState(Node.Entries.NONE, masks(WORKLOADS)).asDryRun();
        assertThat(rights(List.of(rule(Operation.WRITE, WORKLOADS))).problems(update))
                .extracting(Object::toString)
                .anyMatch(text -> text.contains("reading \"desiredState\""));
        assertThat(
                        rights(
                                        List.of(
                                                rule(Operation.WRITE, WORKLOADS),
                                                rule(
                                                        Operation.READ,
                                                        "desiredState",
                                                        "effectiveState")))
                                .problems(update))
                .isEmpty();
    }

    /** Section 6.5 of the Ankaios reference; the rows marked "gap" are closed here. */
    @ParameterizedTest(name = "allow {0}, deny {1}, ask for {2}: {3}")
    @CsvSource({
        // the rule is a prefix of what is asked for
        "desiredState.workloads, , desiredState.workloads.web, true",
        "desiredState.workloads, , desiredState.workloads, true",
        "desiredState.workloads, , desiredState.workloads.web.tags.a, true",
        "desiredState, , desiredState.workloads.web, true",
        // an allow rule may not be longer than what is asked for
        "desiredState.workloads.web, , desiredState.workloads, false",
        "desiredState.workloads.web, , desiredState, false",
        "desiredState.workloads.web, , '', false",
        // other keys, and keys that only begin alike
        "desiredState.workloads.web, , desiredState.workloads.db, false",
        "desiredState.workloads.web, , desiredState.workloads.webs, false",
        "desiredState.workloads, , workloadStates, false",
        // * of a rule is any key
        "desiredState.workloads.*.agent, , desiredState.workloads.web.agent, true",
        "desiredState.workloads.*.agent, , desiredState.workloads.*.agent, true",
        "desiredState.workloads.*.agent, , desiredState.workloads.web.tags, false",
        "desiredState.workloads.*.agent, , desiredState.workloads.web, false",
        "*, , desiredState, true",
        "*, , workloadStates.bow, true",
        "*, , '', true",
        "*, , *, true",
        // gap: an allow rule that begins with * does not widen
        "*.workloads, , '', false",
        "*.workloads, , desiredState, false",
        "*.workloads, , desiredState.workloads, true",
        "*.*, , '', false",
        "*.*, , *, false",
        // * of the request is covered by * alone
        "desiredState.workloads.web, , desiredState.workloads.*, false",
        "desiredState.workloads, , desiredState.workloads.*, true",
        "desiredState.workloads.*, , desiredState.workloads.*, true",
        // a deny rule touches what lies within it, and what it lies within
        "*, desiredState.workloads.secret, desiredState.workloads.secret, false",
        "*, desiredState.workloads.secret, desiredState.workloads.secret.agent, false",
        "*, desiredState.workloads.secret, desiredState.workloads, false",
        "*, desiredState.workloads.secret, '', false",
        "*, desiredState.workloads.secret, desiredState.workloads.web, true",
        "*, desiredState.workloads.secret, workloadStates, true",
        "*, desiredState.workloads.*.files, desiredState.workloads.web, false",
        "*, desiredState.workloads.*.files, desiredState.workloads.web.agent, true",
        "*, *.workloads, desiredState.configs, true",
        "*, *.workloads, desiredState.workloads.web, false",
        "*, *, desiredState, false",
        // gap: a * in the request against a deny rule
        "*, desiredState.workloads.secret, desiredState.workloads.*, false",
        "*, desiredState.workloads.secret, desiredState.*.secret, false",
        "*, desiredState.workloads.secret, *.workloads.*.agent, false",
        "*, desiredState.workloads.secret, *, false",
        "*, desiredState.workloads.secret, desiredState.*.web, true",
        // no rule, no right
        ", , desiredState, false",
        ", desiredState, workloadStates, false",
    })
    void a_mask_is_judged(String allow, String deny, String asked, boolean allowed) {
        for (var operation : List.of(Operation.READ, Operation.READ_WRITE)) {
            var rights =
                    new AccessRights(
                            new ControlInterfaceAccess(
                                    allow == null ? List.of() : List.of(rule(operation, allow)),
                                    deny == null ? List.of() : List.of(rule(operation, deny))));
            assertThat(rights.problems(read(asked)).isEmpty()).isEqualTo(allowed);
        }
        var writer =
                new AccessRights(
                        new ControlInterfaceAccess(
                                allow == null ? List.of() : List.of(rule(Operation.WRITE, allow)),
                                deny == null ? List.of() : List.of(rule(Operation.WRITE, deny))));
        assertThat(writer.problems(write(asked)).isEmpty()).isEqualTo(allowed);
    }

    /** The example of the documentation, section 6.5 of the Ankaios reference. */
    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource({
        "write, desiredState.workloads.simple, true",
        "write, desiredState.workloads.simple_existing.tags, false",
        "read, desiredState.workloads.simple_existing, true",
        "read, '', false",
    })
    void the_documented_example_holds(String operation, String mask, boolean allowed) {
        var rights =
                rights(
                        List.of(rule(Operation.READ_WRITE, WORKLOADS)),
                        rule(Operation.WRITE, WORKLOADS + ".simple_existing"));
        var asked = operation.equals("read") ? read(mask) : write(mask);
        assertThat(rights.problems(asked).isEmpty()).isEqualTo(allowed);
    }

    @Test
    void reading_and_writing_are_two_rights() {
        var reader = rights(List.of(rule(Operation.READ, "*")));
        var writer = rights(List.of(rule(Operation.WRITE, "*")));
        var nobody = rights(List.of(rule(Operation.NOTHING, "*")));
        assertThat(reader.problems(read(WORKLOADS))).isEmpty();
        assertThat(reader.problems(write(WORKLOADS))).isNotEmpty();
        assertThat(writer.problems(write(WORKLOADS))).isEmpty();
        assertThat(writer.problems(read(WORKLOADS))).isNotEmpty();
        assertThat(nobody.problems(read(WORKLOADS))).isNotEmpty();
        assertThat(nobody.problems(write(WORKLOADS))).isNotEmpty();
    }

    @Test
    void a_deny_rule_of_one_operation_leaves_the_other() {
        var rights =
                rights(
                        List.of(rule(Operation.READ_WRITE, "*")),
                        rule(Operation.WRITE, "desiredState"),
                        rule(Operation.NOTHING, "*"));
        assertThat(rights.problems(read("desiredState"))).isEmpty();
        assertThat(rights.problems(write("desiredState"))).isNotEmpty();
    }

    @Test
    void every_mask_of_a_request_needs_a_rule_and_those_without_are_named() {
        var rights =
                rights(
                        List.of(
                                rule(Operation.READ, "desiredState.workloads.a"),
                                rule(Operation.READ, "desiredState.workloads.b")));
        assertThat(
                        rights.problems(
                                read("desiredState.workloads.a", "desiredState.workloads.b.agent")))
                .isEmpty();
        assertThat(
                        rights.problems(
                                read(
                                        "desiredState.workloads.a",
                                        "desiredState.workloads.c",
                                        "agents")))
                .extracting(Object::toString)
                .satisfiesExactly(
                        first ->
                                assertThat(first)
                                        .contains("reading \"desiredState.workloads.c\"")
                                        .contains("no allow rule covers it")
                                        .contains("filterMasks: [\"desiredState.workloads.c\"]"),
                        second -> assertThat(second).contains("reading \"agents\""));
    }

    @Test
    void a_refusal_names_the_rule_that_denies() {
        var rights =
                rights(
                        List.of(rule(Operation.READ_WRITE, "*")),
                        rule(Operation.WRITE, "desiredState.workloads.secret"));
        assertThat(rights.problems(write("")))
                .singleElement()
                .extracting(Object::toString)
                .asString()
                .contains("writing the whole state")
                .contains("deny rule \"desiredState.workloads.secret\"");
    }

    @Test
    void the_history_is_read_like_the_desired_state() {
        var rights = rights(List.of(rule(Operation.READ, "desiredState")));
        var other = rights(List.of(rule(Operation.READ, WORKLOADS)));
        for (var asked :
                List.of(new Request.GetHistory(), new Request.GetHistoryState(new Revision(3)))) {
            assertThat(rights.problems(asked)).isEmpty();
            assertThat(other.problems(asked)).isNotEmpty();
        }
    }

    @Test
    void what_was_allowed_before_may_be_renewed_and_ended() {
        var nothing = new AccessRights(ControlInterfaceAccess.NONE);
        assertThat(nothing.problems(new Request.CancelEvents())).isEmpty();
        assertThat(nothing.problems(new Request.RenewEvents("1"))).isEmpty();
    }

    @Test
    void only_allow_rules_make_an_interface() {
        var rules = List.<AccessRule>of(rule(Operation.READ, "*"));
        assertThat(ControlInterfaceAccess.NONE.grantsAny()).isFalse();
        assertThat(new ControlInterfaceAccess(List.of(), rules).grantsAny()).isFalse();
        assertThat(new ControlInterfaceAccess(rules, List.of()).grantsAny()).isTrue();
    }

    /** Section 6.6 of the Ankaios reference; all patterns of all rules are evaluated. */
    @Nested
    final class Logs {
        @ParameterizedTest(name = "{0} names {1}: {2}")
        @CsvSource({
            "web, web, true",
            "web, webs, false",
            "*, web, true",
            "we*, web, true",
            "*eb, web, true",
            "w*b, web, true",
            "web*, web, true",
            "*web, web, true",
            "we*eb, web, false",
            "we*eb, weeb, true",
            "x*, web, false",
        })
        void a_pattern_names_workloads(String pattern, String workload, boolean named) {
            var name = List.of(new WorkloadName(workload));
            assertThat(
                            rights(List.of(new LogRule(List.of(pattern))))
                                    .problemsOfLogs(name)
                                    .isEmpty())
                    .isEqualTo(named);
            assertThat(
                            rights(
                                            List.of(new LogRule(List.of("*"))),
                                            new LogRule(List.of(pattern)))
                                    .problemsOfLogs(name)
                                    .isEmpty())
                    .isEqualTo(!named);
        }

        @Test
        void a_refusal_is_not_far_bigger_than_what_it_refuses() {
            var none = rights(List.of());
            assertThat(none.problemsOfLogs(names(1_000))).hasSize(9);
            assertThat(rights(List.of(new LogRule(List.of("*")))).problemsOfLogs(names(1_001)))
                    .singleElement()
                    .asString()
                    .contains("1001 workloads", "at most 1000");
        }

        private static List<WorkloadName> names(int count) {
            return IntStream.range(0, count).mapToObj(i -> new WorkloadName("w" + i)).toList();
        }

        @Test
        void a_pattern_that_does_not_match_hides_none_behind_it() {
            var rights =
                    rights(
                            List.of(
                                    new LogRule(List.of("x*", "*y", "web")),
                                    new LogRule(List.of("db"))));
            assertThat(
                            rights.problemsOfLogs(
                                    List.of(new WorkloadName("web"), new WorkloadName("db"))))
                    .isEmpty();
            var denying =
                    rights(
                            List.of(new LogRule(List.of("*"))),
                            new LogRule(List.of("x*", "secret")));
            assertThat(denying.problemsOfLogs(List.of(new WorkloadName("secret")))).isNotEmpty();
        }

        @Test
        void rules_of_the_state_grant_none_and_the_other_way_round() {
            var web = List.of(new WorkloadName("web"));
            assertThat(rights(List.of(rule(Operation.READ_WRITE, "*"))).problemsOfLogs(web))
                    .singleElement()
                    .extracting(Object::toString)
                    .asString()
                    .contains("logs of \"web\"")
                    .contains("workloadNames: [\"web\"]");
            assertThat(rights(List.of(new LogRule(List.of("*")))).problems(read(WORKLOADS)))
                    .isNotEmpty();
        }
    }
}
