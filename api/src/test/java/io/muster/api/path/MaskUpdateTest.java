package io.muster.api.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.RandomStates;
import io.muster.api.Seeds;
import io.muster.api.Trees;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.state.State;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of Ankaios for writing, one row each. */
final class MaskUpdateTest {
    private static final List<String> WEB =
            List.of(
                    "desiredState.workloads.web.agent=a",
                    "desiredState.workloads.web.restartPolicy=NEVER",
                    "desiredState.workloads.web.tags.owner=me",
                    "desiredState.workloads.web.runtime=podman",
                    "desiredState.workloads.web.runtimeConfig=image: web");
    private static final List<String> DB =
            List.of(
                    "desiredState.workloads.db.agent=b",
                    "desiredState.workloads.db.restartPolicy=NEVER",
                    "desiredState.workloads.db.runtime=native",
                    "desiredState.workloads.db.runtimeConfig=command: db");
    private static final List<String> CONFIG = List.of("desiredState.configs.ports.http=80");
    private static final List<String> VERSION = List.of("desiredState.apiVersion=v1");
    private static final List<String> NO_WORKLOADS = List.of("desiredState.workloads={}");
    private static final List<String> BASE = lines(VERSION, DB, WEB, CONFIG);

    static Stream<Arguments> changes() {
        return Stream.of(
                row("no masks replace everything", masks(), lines(VERSION, DB), lines(VERSION, DB)),
                row(
                        "the mask of the desired state replaces it",
                        masks("desiredState"),
                        lines(VERSION, NO_WORKLOADS, CONFIG),
                        lines(VERSION, NO_WORKLOADS, CONFIG)),
                row(
                        "the empty mask replaces everything",
                        masks(""),
                        lines(VERSION, NO_WORKLOADS),
                        lines(VERSION, NO_WORKLOADS)),
                row(
                        "the mask of all workloads replaces them, and no configs",
                        masks("desiredState.workloads"),
                        DB,
                        lines(VERSION, DB, CONFIG)),
                row(
                        "the mask of all configs replaces them",
                        masks("desiredState.configs"),
                        List.of("desiredState.configs.other=x"),
                        lines(VERSION, DB, WEB, List.of("desiredState.configs.other=x"))),
                row(
                        "all configs are removed when there are no new ones",
                        masks("desiredState.configs"),
                        List.of(),
                        lines(VERSION, DB, WEB)),
                row(
                        "a workload is replaced as a whole",
                        masks("desiredState.workloads.web"),
                        with(DB, "db", "web"),
                        lines(VERSION, DB, with(DB, "db", "web"), CONFIG)),
                row(
                        "a workload is created",
                        masks("desiredState.workloads.more"),
                        with(DB, "db", "more"),
                        lines(VERSION, DB, with(DB, "db", "more"), WEB, CONFIG)),
                row(
                        "a workload is deleted",
                        masks("desiredState.workloads.web"),
                        List.of(),
                        lines(VERSION, DB, CONFIG)),
                row(
                        "deleting what is not there changes nothing",
                        masks("desiredState.workloads.nope", "desiredState.configs.nope"),
                        List.of(),
                        BASE),
                row(
                        "a config is deleted",
                        masks("desiredState.configs.ports"),
                        List.of(),
                        lines(VERSION, DB, WEB)),
                row(
                        "the inside of a config is set",
                        masks("desiredState.configs.ports.https.inner"),
                        List.of("desiredState.configs.ports.https.inner=443"),
                        lines(
                                VERSION,
                                DB,
                                WEB,
                                CONFIG,
                                List.of("desiredState.configs.ports.https.inner=443"))),
                row(
                        "one tag is set and the others stay",
                        masks("desiredState.workloads.web.tags.room"),
                        List.of("desiredState.workloads.web.tags.room=1"),
                        lines(
                                VERSION,
                                DB,
                                WEB.subList(0, 3),
                                List.of("desiredState.workloads.web.tags.room=1"),
                                WEB.subList(3, 5),
                                CONFIG)),
                row(
                        "missing maps on the way are made",
                        masks("desiredState.workloads.db.tags.room"),
                        List.of("desiredState.workloads.db.tags.room=1"),
                        lines(
                                VERSION,
                                DB.subList(0, 2),
                                List.of("desiredState.workloads.db.tags.room=1"),
                                DB.subList(2, 4),
                                WEB,
                                CONFIG)),
                row(
                        "one tag is removed",
                        masks("desiredState.workloads.web.tags.owner"),
                        List.of(),
                        lines(VERSION, DB, WEB.subList(0, 2), WEB.subList(3, 5), CONFIG)),
                row(
                        "a field is set although the new state has more",
                        masks("desiredState.workloads.web.agent"),
                        List.of(
                                "desiredState.workloads.web.agent=z",
                                "desiredState.workloads.web.runtime=other"),
                        lines(
                                VERSION,
                                DB,
                                List.of("desiredState.workloads.web.agent=z"),
                                WEB.subList(1, 5),
                                CONFIG)),
                row(
                        "a workload is made of single fields",
                        masks(
                                "desiredState.workloads.x.agent",
                                "desiredState.workloads.x.runtime",
                                "desiredState.workloads.x.runtimeConfig"),
                        List.of(
                                "desiredState.workloads.x.agent=a",
                                "desiredState.workloads.x.runtime=native",
                                "desiredState.workloads.x.runtimeConfig= command: x \n"),
                        lines(
                                VERSION,
                                DB,
                                WEB,
                                List.of(
                                        "desiredState.workloads.x.agent=a",
                                        "desiredState.workloads.x.restartPolicy=NEVER",
                                        "desiredState.workloads.x.runtime=native",
                                        "desiredState.workloads.x.runtimeConfig=command: x"),
                                CONFIG)),
                row(
                        "a mask below all workloads adds to the replaced ones",
                        masks("desiredState.workloads", "desiredState.workloads.db.agent"),
                        DB,
                        lines(VERSION, DB, CONFIG)),
                row(
                        "an optional field is removed",
                        masks("desiredState.workloads.web.restartPolicy"),
                        List.of(),
                        BASE),
                row(
                        "states and agents change nothing",
                        masks(
                                "workloadStates.a.b.c",
                                "effectiveState.workloads",
                                "agents.a.tags.x"),
                        List.of("agents.a.tags.x=1"),
                        BASE),
                row(
                        "a wildcard is only a key, which is not there to remove",
                        masks("desiredState.workloads.*"),
                        List.of(),
                        BASE),
                row("the apiVersion is set", masks("desiredState.apiVersion"), VERSION, BASE),
                row("a key that means nothing changes nothing", masks("nope"), List.of(), BASE),
                row(
                        "all workloads are removed when the new state has none",
                        masks("desiredState.workloads"),
                        VERSION,
                        lines(VERSION, NO_WORKLOADS, CONFIG)),
                row(
                        "the mask of the desired state takes the configs with it",
                        masks("desiredState"),
                        lines(VERSION, DB),
                        lines(VERSION, DB)),
                row(
                        "the empty mask among others replaces everything before them",
                        masks("", "desiredState.configs.x"),
                        lines(VERSION, DB, List.of("desiredState.configs.x=1")),
                        lines(VERSION, DB, List.of("desiredState.configs.x=1"))),
                row(
                        "a mask twice is a mask once",
                        masks("desiredState.workloads.web", "desiredState.workloads.web"),
                        List.of(),
                        lines(VERSION, DB, CONFIG)),
                row(
                        "the agents of a new state do not touch its desired state",
                        masks(),
                        lines(VERSION, DB, List.of("agents.a.tags.x=1")),
                        lines(VERSION, DB)),
                row(
                        "the last of two masks counts",
                        masks("desiredState.workloads.web.tags", "desiredState.workloads.web"),
                        with(DB, "db", "web"),
                        lines(VERSION, DB, with(DB, "db", "web"), CONFIG)),
                row(
                        "a removed field may be in a map that a mask before it made",
                        masks(
                                "desiredState.workloads.db.tags.a",
                                "desiredState.workloads.db.tags.b"),
                        List.of("desiredState.workloads.db.tags.a=1"),
                        lines(
                                VERSION,
                                DB.subList(0, 2),
                                List.of("desiredState.workloads.db.tags.a=1"),
                                DB.subList(2, 4),
                                WEB,
                                CONFIG)),
                row(
                        "a map of fields is replaced as a whole",
                        masks("desiredState.workloads.web.tags"),
                        List.of("desiredState.workloads.web.tags.room=1"),
                        lines(
                                VERSION,
                                DB,
                                WEB.subList(0, 2),
                                List.of("desiredState.workloads.web.tags.room=1"),
                                WEB.subList(3, 5),
                                CONFIG)),
                row(
                        "a map of fields is removed as a whole",
                        masks("desiredState.workloads.web.tags"),
                        List.of(),
                        lines(VERSION, DB, WEB.subList(0, 2), WEB.subList(3, 5), CONFIG)),
                row(
                        "the last key of a map may go",
                        masks("desiredState.configs.ports.http"),
                        List.of(),
                        lines(VERSION, DB, WEB, List.of("desiredState.configs.ports={}"))),
                row(
                        "a key that is not there may go if its map is there",
                        masks(
                                "desiredState.configs.ports.nope",
                                "desiredState.workloads.web.tags.nope",
                                "desiredState.workloads.web.nope",
                                "desiredState.nope"),
                        List.of(),
                        BASE),
                row(
                        "a map may become a text, and a text a map",
                        masks("desiredState.configs.ports", "desiredState.configs.ports.a"),
                        List.of("desiredState.configs.ports.a=1"),
                        lines(VERSION, DB, WEB, List.of("desiredState.configs.ports.a=1"))),
                row(
                        "a map becomes a list",
                        masks("desiredState.configs.ports"),
                        List.of("desiredState.configs.ports=[80, 81]"),
                        lines(VERSION, DB, WEB, List.of("desiredState.configs.ports=[80, 81]"))),
                row(
                        "a dependency and a config of a workload are single fields",
                        masks(
                                "desiredState.workloads.db.dependencies.web",
                                "desiredState.workloads.db.configs.p"),
                        List.of(
                                "desiredState.workloads.db.dependencies.web=ADD_COND_RUNNING",
                                "desiredState.workloads.db.configs.p=ports"),
                        lines(
                                VERSION,
                                DB.subList(0, 2),
                                List.of(
                                        "desiredState.workloads.db.dependencies.web=ADD_COND_RUNNING"),
                                DB.subList(2, 4),
                                List.of("desiredState.workloads.db.configs.p=ports"),
                                WEB,
                                CONFIG)),
                row(
                        "what a dependency does on updates can be set alone",
                        masks(
                                "desiredState.workloads.db.dependencies.web",
                                "desiredState.workloads.db.dependencies.web.onUpdate"),
                        List.of(
                                "desiredState.workloads.db.dependencies.web.condition=ADD_COND_RUNNING",
                                "desiredState.workloads.db.dependencies.web.onUpdate=restart"),
                        lines(
                                VERSION,
                                DB.subList(0, 2),
                                List.of(
                                        "desiredState.workloads.db.dependencies.web.condition=ADD_COND_RUNNING",
                                        "desiredState.workloads.db.dependencies.web.onUpdate=restart"),
                                DB.subList(2, 4),
                                WEB,
                                CONFIG)),
                row(
                        "when an image is pulled can be set alone",
                        masks("desiredState.workloads.web.imagePullPolicy"),
                        List.of("desiredState.workloads.web.imagePullPolicy=NEVER"),
                        lines(
                                VERSION,
                                DB,
                                WEB,
                                List.of("desiredState.workloads.web.imagePullPolicy=NEVER"),
                                CONFIG)),
                row(
                        "what becomes of it without contact can be set alone",
                        masks("desiredState.workloads.web.stopAfterLostContact"),
                        List.of("desiredState.workloads.web.stopAfterLostContact=10m"),
                        lines(
                                VERSION,
                                DB,
                                WEB,
                                List.of("desiredState.workloads.web.stopAfterLostContact=10m"),
                                CONFIG)),
                row(
                        "a wildcard below what is there is only a key, not there to remove",
                        masks(
                                "desiredState.workloads.web.*",
                                "desiredState.workloads.web.tags.*",
                                "desiredState.configs.*",
                                "desiredState.configs.ports.*",
                                "desiredState.*",
                                "*"),
                        List.of(),
                        BASE),
                row(
                        "a wildcard is a key where keys are free text",
                        masks("desiredState.workloads.web.tags.*"),
                        List.of("desiredState.workloads.web.tags.*=1"),
                        lines(
                                VERSION,
                                DB,
                                WEB.subList(0, 2),
                                List.of(
                                        "desiredState.workloads.web.tags.*=1",
                                        "desiredState.workloads.web.tags.owner=me"),
                                WEB.subList(3, 5),
                                CONFIG)),
                row(
                        "what is read-only is accepted and ignored, with values too",
                        masks("workloadStates", "effectiveState", "agents"),
                        List.of(
                                "workloadStates.a.b.c.state=Running",
                                "effectiveState.workloads.x.agent=a",
                                "agents.a.status.cpuUsage=#1"),
                        BASE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void changes(String rule, List<FieldMask> masks, List<String> given, List<String> expected) {
        var newState = Trees.of(given.toArray(String[]::new));
        var changed = accepted(MaskUpdate.apply(base(), newState, masks));
        var tree = Trees.of(expected.toArray(String[]::new));
        assertThat(Trees.lines(complete(changed))).as(rule).isEqualTo(Trees.lines(tree));
    }

    static Stream<Arguments> refuses() {
        return Stream.of(
                refusal(
                        masks("desiredState.workloads.nope.tags.x"),
                        List.of(),
                        "Could not find field desiredState.workloads.nope.tags.x"),
                refusal(
                        masks("desiredState.workloads.db.tags.x"),
                        List.of(),
                        "Could not find field desiredState.workloads.db.tags.x"),
                refusal(
                        masks("desiredState.workloads.db.agent.x"),
                        List.of(),
                        "Could not find field desiredState.workloads.db.agent.x"),
                refusal(
                        masks("desiredState.workloads.db.agent.x"),
                        List.of("desiredState.workloads.db.agent.x=1"),
                        "Could not find field desiredState.workloads.db.agent.x"),
                refusal(
                        masks("desiredState.workloads.*.agent"),
                        List.of(),
                        "Could not find field desiredState.workloads.*.agent"),
                refusal(
                        masks("desiredState.configs.nope.x"),
                        List.of(),
                        "Could not find field desiredState.configs.nope.x"),
                refusal(
                        masks("desiredState.configs.ports.http.x"),
                        List.of(),
                        "Could not find field desiredState.configs.ports.http.x"),
                refusal(
                        masks("desiredState.configs.ports.http.x"),
                        List.of("desiredState.configs.ports.http.x=1"),
                        "Could not find field desiredState.configs.ports.http.x"),
                refusal(
                        masks("desiredState.workloads.web.tags.owner.x"),
                        List.of(),
                        "Could not find field desiredState.workloads.web.tags.owner.x"),
                refusal(
                        masks("desiredState.workloads.web.agent"),
                        List.of(),
                        "desiredState.workloads.web: agent is missing"),
                refusal(
                        masks("desiredState.workloads.web.runtimeConfig"),
                        List.of(),
                        "desiredState.workloads.web: runtimeConfig is missing"),
                refusal(
                        masks("desiredState.workloads"),
                        List.of("desiredState.workloads=all"),
                        "Could not find field desiredState.workloads"),
                refusal(
                        masks("desiredState"),
                        List.of("desiredState=all"),
                        "desiredState.workloads: is missing"),
                refusal(
                        masks("desiredState.workloads.web"),
                        List.of("desiredState.workloads.web=all"),
                        "desiredState.workloads.web"),
                refusal(
                        masks("desiredState.workloads.web.tags"),
                        List.of("desiredState.workloads.web.tags=all"),
                        "desiredState.workloads.web.tags"),
                refusal(
                        masks("desiredState.workloads.web.agent"),
                        List.of("desiredState.workloads.web.agent={}"),
                        "desiredState.workloads.web.agent"),
                refusal(
                        masks("desiredState.workloads.*.agent"),
                        List.of("desiredState.workloads.*.agent=a"),
                        "\"*\" is no workload name"),
                refusal(
                        masks("desiredState.configs.*"),
                        List.of("desiredState.configs.*=a"),
                        "\"*\""),
                refusal(masks("nope.x"), List.of(), "Could not find field nope.x"),
                refusal(
                        masks("desiredState.nope.x"),
                        List.of(),
                        "Could not find field desiredState.nope.x"),
                refusal(
                        masks("desiredState.workloads.web.runtime"),
                        List.of(),
                        "desiredState.workloads.web: runtime is missing"),
                refusal(
                        masks("desiredState.apiVersion"),
                        List.of("desiredState.apiVersion=v2"),
                        "desiredState.apiVersion: \"v2\" is no apiVersion; write v1"),
                refusal(masks("desiredState.apiVersion"), List.of(), "apiVersion is missing"),
                refusal(masks(), List.of(), "desiredState: is missing"),
                refusal(masks("desiredState"), List.of(), "desiredState: is missing"),
                refusal(masks(), VERSION, "desiredState.workloads: is missing"),
                refusal(masks(), DB, "desiredState: apiVersion is missing"),
                refusal(
                        masks("desiredState.workloads.a b"),
                        List.of("desiredState.workloads.a b.agent=a"),
                        "\"a b\" is no workload name"),
                refusal(
                        masks("desiredState.workloads.web.restartPolicy"),
                        List.of("desiredState.workloads.web.restartPolicy=allways"),
                        "\"allways\" is no restart policy; use one of NEVER, ON_FAILURE, ALWAYS"),
                refusal(
                        masks("desiredState.workloads.*"),
                        with(DB, "db", "*"),
                        "\"*\" is no workload name"));
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource
    void refuses(List<FieldMask> masks, List<String> given, String complaint) {
        var outcome = MaskUpdate.apply(base(), Trees.of(given.toArray(String[]::new)), masks);
        assertThat(problems(outcome).toString()).contains(complaint);
    }

    @Test
    void tells_all_problems_at_once() {
        var outcome =
                MaskUpdate.apply(
                        base(),
                        Trees.of("desiredState.workloads.x.agent=two words"),
                        masks("desiredState.workloads.x"));
        assertThat(problems(outcome)).hasSize(3);
    }

    @Test
    void shares_what_it_does_not_touch() {
        var base = base();
        var changed =
                accepted(
                        MaskUpdate.apply(
                                base,
                                Trees.of("desiredState.workloads.web.agent=z"),
                                masks("desiredState.workloads.web.agent")));
        var db = new WorkloadName("db");
        assertThat(changed.workloads().get(db)).isSameAs(base.workloads().get(db));
        assertThat(changed.configs().get("ports")).isSameAs(base.configs().get("ports"));
    }

    @Test
    void replaces_any_state_by_any_other() {
        Seeds.check(
                200,
                random -> {
                    var states = new RandomStates(random);
                    var wished = states.state();
                    var tree = complete(wished);
                    var base = states.state();
                    assertThat(accepted(MaskUpdate.apply(base, tree, masks()))).isEqualTo(wished);
                    var both = masks("desiredState.workloads", "desiredState.configs");
                    assertThat(accepted(MaskUpdate.apply(base, tree, both))).isEqualTo(wished);
                });
    }

    @Test
    void moves_any_state_to_any_other_entry_by_entry() {
        Seeds.check(
                200,
                random -> {
                    var states = new RandomStates(random);
                    var base = states.state();
                    var wished = states.state();
                    var masks = new ArrayList<FieldMask>();
                    for (var state : List.of(base, wished)) {
                        state.workloads()
                                .keySet()
                                .forEach(name ->
                                        masks.add(
                                                FieldMask.of(
                                                        "desiredState",
                                                        "workloads",
                                                        name.value())));
                        state.configs()
                                .keySet()
                                .forEach(name ->
                                        masks.add(FieldMask.of("desiredState", "configs", name)));
                    }
                    if (!masks.isEmpty()) {
                        var changed = accepted(MaskUpdate.apply(base, complete(wished), masks));
                        assertThat(changed).isEqualTo(wished);
                    }
                });
    }

    private static Node.Entries complete(State state) {
        return new Node.Entries(Map.of("desiredState", StateTree.of(state)));
    }

    private static State base() {
        var tree = Trees.of(BASE.toArray(String[]::new));
        return accepted(MaskUpdate.apply(State.EMPTY, tree, masks()));
    }

    private static State accepted(Outcome<State> outcome) {
        return switch (outcome) {
            case Outcome.Accepted<State>(var state) -> state;
            case Outcome.Refused<State>(var problems) -> throw new AssertionError(problems);
        };
    }

    private static List<Problem> problems(Outcome<State> outcome) {
        return switch (outcome) {
            case Outcome.Accepted<State>(var state) -> throw new AssertionError(state);
            case Outcome.Refused<State>(var problems) -> problems;
        };
    }

    private static List<FieldMask> masks(String... masks) {
        return Arrays.stream(masks)
                .map(mask -> mask.isEmpty() ? FieldMask.of() : FieldMask.of(mask.split("\\.")))
                .toList();
    }

    @SafeVarargs
    private static List<String> lines(List<String>... parts) {
        var all = new ArrayList<String>();
        for (var part : parts) {
            all.addAll(part);
        }
        return all;
    }

    private static List<String> with(List<String> lines, String name, String other) {
        return lines.stream()
                .map(line -> line.replace("workloads." + name + ".", "workloads." + other + "."))
                .toList();
    }

    private static Arguments row(
            String rule, List<FieldMask> masks, List<String> given, List<String> expected) {
        return Arguments.of(rule, masks, given, expected);
    }

    private static Arguments refusal(List<FieldMask> masks, List<String> given, String complaint) {
        return Arguments.of(masks, given, complaint);
    }
}
