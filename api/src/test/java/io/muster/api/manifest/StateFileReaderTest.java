package io.muster.api.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StateFileReaderTest {
    @Test
    void takes_the_shapes_of_the_old_version() {
        var file =
                accepted(
                        """
                        desiredState:
                          apiVersion: v0.1
                          workloads:
                            web:
                              agent: bow
                              tags:
                                - {key: owner, value: ann}
                                - {key: deck, value: "2"}
                              controlInterfaceAccess:
                                allowRules:
                                  - {type: StateRule, operation: Read, filterMask: ["*"]}
                        """);
        assertThat(YamlWriter.write(file.state()))
                .isEqualTo(
                        """
                        desiredState:
                          apiVersion: v0.1
                          workloads:
                            web:
                              agent: bow
                              tags:
                                owner: ann
                                deck: "2"
                              controlInterfaceAccess:
                                allowRules:
                                - type: StateRule
                                  operation: Read
                                  filterMasks:
                                  - "*"
                        """);
        assertThat(file.warnings())
                .extracting(Problem::toString)
                .satisfiesExactly(
                        warning -> assertThat(warning).contains("apiVersion v0.1 is deprecated"),
                        warning ->
                                assertThat(warning)
                                        .contains("x.yaml:11:60: desiredState.workloads.web.")
                                        .contains("filterMask is the name of v0.1"));
    }

    @Test
    void warns_of_keys_that_mean_nothing_and_names_the_nearest() {
        var file =
                accepted(
                        """
                        desiredState:
                          note: mine
                          workloads:
                            web: {runtme: podman, agent: bow, files: [{mountPoint: /a, data: b, mode: "7"}]}
                        agents: {bow: {tagz: {}, tags: {a: b}}}
                        whatever: 1
                        """);
        assertThat(file.warnings())
                .extracting(Problem::toString)
                .containsExactly(
                        "x.yaml:2:3: desiredState.note: \"note\" is unknown and has no effect;"
                                + " known here: apiVersion, workloads, configs",
                        "x.yaml:4:11: desiredState.workloads.web.runtme: \"runtme\" is unknown and"
                                + " has no effect; did you mean runtime?",
                        "x.yaml:4:73: desiredState.workloads.web.files[0].mode: \"mode\" is unknown"
                                + " and has no effect; known here: mountPoint, data, binaryData",
                        "x.yaml:5:16: agents.bow.tagz: \"tagz\" is unknown and has no effect; did"
                                + " you mean tags?",
                        "x.yaml:6:1: whatever: is no part of a state and has no effect; the parts"
                                + " are desiredState, workloadStates, agents, effectiveState");
        assertThat(YamlWriter.write(file.state())).doesNotContain("runtme", "mode", "tagz", "note");
    }

    @Test
    void takes_what_agents_measured_for_nothing() {
        var file =
                accepted(
                        """
                        agents:
                          bow:
                            status: {cpuUsage: 3, freeMemory: 4}
                            usage: {web: {abc: {cpuMillis: 5, memoryBytes: 6}}}
                            tags: {a: b}
                        """);
        assertThat(file.warnings()).isEmpty();
        assertThat(YamlWriter.write(file.state()))
                .isEqualTo("agents:\n  bow:\n    tags:\n      a: b\n");
    }

    @Test
    void refuses_what_would_be_removed_because_it_is_misspelt() {
        assertThat(problems("desiredStat: {}"))
                .containsExactly(
                        "x.yaml:1:1: desiredStat: is no part of a state; did you mean"
                                + " desiredState?");
        assertThat(problems("desiredState: {worklods: {}}"))
                .contains(
                        "x.yaml:1:16: desiredState.worklods: is no part of a state; did you mean"
                                + " workloads?");
        assertThat(problems("workloads: {}"))
                .containsExactly(
                        "x.yaml:1:1: workloads: is no part of a state; this is a manifest: use"
                                + " muster apply, or write it below desiredState");
    }

    @Test
    void tells_each_fault_once_in_words_and_with_its_whole_path() {
        assertThat(
                        problems(
                                """
                                desiredState:
                                  workloads:
                                    a: {tags: 5}
                                    b: {runtimeConfig: []}
                                    c: words
                                    d: {restartPolicy: allways, agent: 7}
                                """))
                .containsExactly(
                        "x.yaml:3:15: desiredState.workloads.a.tags: is a number instead of a map;"
                                + " write keys and values below it",
                        "x.yaml:4:24: desiredState.workloads.b.runtimeConfig: is a list instead of"
                                + " text; write one text",
                        "x.yaml:5:8: desiredState.workloads.c: is text instead of a map; write keys"
                                + " and values below it",
                        "x.yaml:6:40: desiredState.workloads.d.agent: \"7\" is a number instead of"
                                + " text; quote it: \"7\"",
                        "x.yaml:6:24: desiredState.workloads.d.restartPolicy: \"allways\" is no"
                                + " restart policy; use one of NEVER, ON_FAILURE, ALWAYS");
        assertThat(problems("desiredState:\n")).hasSize(1).first().asString().contains("nothing");
        assertThat(problems("agents: {bow: {tags: [x]}}"))
                .singleElement()
                .asString()
                .contains("x.yaml:1:16: agents.bow.tags: is a list instead of a map")
                .doesNotContain("Items");
        assertThat(problems("agents: 5"))
                .singleElement()
                .asString()
                .contains("x.yaml:1:9: agents: ");
        assertThat(problems("")).singleElement().asString().contains("write desiredState");
    }

    @Test
    void takes_parts_of_workloads() {
        var file = accepted("desiredState: {workloads: {web: {tags: {a: b}, dependencies: }}}");
        assertThat(file.warnings()).isEmpty();
        assertThat(YamlWriter.write(file.state())).contains("a: b").doesNotContain("depend");
        assertThat(accepted("agents: {bow: }").state().entries()).containsKey("agents");
    }

    private static StateFile accepted(String text) {
        return switch (StateFileReader.read("x.yaml", text)) {
            case Outcome.Accepted<StateFile>(var file) -> file;
            case Outcome.Refused<StateFile>(var problems) ->
                    throw new AssertionError(problems.toString());
        };
    }

    private static List<String> problems(String text) {
        return switch (StateFileReader.read("x.yaml", text)) {
            case Outcome.Accepted<StateFile>(var file) -> throw new AssertionError(file.toString());
            case Outcome.Refused<StateFile>(var problems) ->
                    problems.stream().map(Problem::toString).toList();
        };
    }
}
