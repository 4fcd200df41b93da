package io.muster.api.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.RandomStates;
import io.muster.api.Seeds;
import io.muster.api.Trees;
import io.muster.api.outcome.Outcome;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of Ankaios for reading, one row each. */
final class MaskReaderTest {
    private static final Node.Entries STATE =
            Trees.of(
                    "desiredState.apiVersion=v1",
                    "desiredState.workloads.web.agent=a",
                    "desiredState.workloads.web.tags.owner=me",
                    "desiredState.workloads.web.tags.the owner=us",
                    "desiredState.workloads.db.agent=b",
                    "desiredState.workloads.db.files=[x, y]",
                    "desiredState.configs.ports.http.inner=80",
                    "workloadStates.a.web.id1.state=Running",
                    "workloadStates.a.web.id1.subState=Ok",
                    "workloadStates.a.web.id1.additionalInfo=",
                    "workloadStates.a.web.id1.changedAt=#7",
                    "workloadStates.b.db.id2.state=Pending",
                    "workloadStates.b.db.id2.subState=Initial",
                    "workloadStates.b.db.id2.additionalInfo=",
                    "workloadStates..job.id3.state=Pending",
                    "agents.a.status.cpuUsage=#4",
                    "agents.a.tags.room=1",
                    "agents.b={}",
                    "effectiveState.apiVersion=v1",
                    "effectiveState.workloads={}");

    static Stream<Arguments> chooses() {
        return Stream.of(
                row("no masks choose everything", List.of(), Trees.lines(STATE)),
                row(
                        "a part comes with its apiVersion",
                        List.of("desiredState.workloads.web.agent"),
                        List.of(
                                "desiredState.apiVersion=v1",
                                "desiredState.workloads.web.agent=a")),
                row(
                        "the apiVersion comes even if nothing else is there",
                        List.of("desiredState.workloads.nope", "effectiveState.x"),
                        List.of("desiredState.apiVersion=v1", "effectiveState.apiVersion=v1")),
                row(
                        "the state comes with its other half and its revision",
                        List.of("workloadStates.a.web.id1.state"),
                        List.of(
                                "workloadStates.a.web.id1.state=Running",
                                "workloadStates.a.web.id1.subState=Ok",
                                "workloadStates.a.web.id1.changedAt=#7")),
                row(
                        "the other half comes with the state, through wildcards",
                        List.of("workloadStates.*.*.*.subState"),
                        List.of(
                                "workloadStates.a.web.id1.state=Running",
                                "workloadStates.a.web.id1.subState=Ok",
                                "workloadStates.a.web.id1.changedAt=#7",
                                "workloadStates.b.db.id2.state=Pending",
                                "workloadStates.b.db.id2.subState=Initial",
                                "workloadStates..job.id3.state=Pending")),
                row(
                        "the agent of what is not scheduled has no name",
                        List.of("workloadStates..job"),
                        List.of("workloadStates..job.id3.state=Pending")),
                row(
                        "keys of tags are free text",
                        List.of("desiredState.workloads.web.tags.the owner"),
                        List.of(
                                "desiredState.apiVersion=v1",
                                "desiredState.workloads.web.tags.the owner=us")),
                row(
                        "the additional info comes alone",
                        List.of("workloadStates.a.web.id1.additionalInfo"),
                        List.of("workloadStates.a.web.id1.additionalInfo=")),
                row(
                        "a wildcard stands for all keys",
                        List.of("desiredState.workloads.*.agent"),
                        List.of(
                                "desiredState.apiVersion=v1",
                                "desiredState.workloads.web.agent=a",
                                "desiredState.workloads.db.agent=b")),
                row(
                        "a wildcard may end a mask",
                        List.of("agents.*"),
                        List.of(
                                "agents.a.status.cpuUsage=#4",
                                "agents.a.tags.room=1",
                                "agents.b={}")),
                row(
                        "a wildcard may begin a mask",
                        List.of("*.a"),
                        List.of(
                                "workloadStates.a.web.id1.state=Running",
                                "workloadStates.a.web.id1.subState=Ok",
                                "workloadStates.a.web.id1.additionalInfo=",
                                "workloadStates.a.web.id1.changedAt=#7",
                                "agents.a.status.cpuUsage=#4",
                                "agents.a.tags.room=1")),
                row(
                        "a list is whole",
                        List.of("desiredState.workloads.db.files"),
                        List.of(
                                "desiredState.apiVersion=v1",
                                "desiredState.workloads.db.files=[x, y]")),
                row(
                        "the inside of a list is not there",
                        List.of(
                                "desiredState.workloads.db.files.0",
                                "desiredState.workloads.db.files.*"),
                        List.of("desiredState.apiVersion=v1")),
                row(
                        "the inside of a text is not there",
                        List.of("agents.a.tags.room.x"),
                        List.of("={}")),
                row(
                        "nothing that is there is nothing",
                        List.of("nope", "agents.c"),
                        List.of("={}")),
                row(
                        "configs have an inside",
                        List.of("desiredState.configs.ports.http"),
                        List.of(
                                "desiredState.apiVersion=v1",
                                "desiredState.configs.ports.http.inner=80")),
                row(
                        "a wildcard does not match the items of a list",
                        List.of("desiredState.workloads.*.files.*"),
                        List.of("desiredState.apiVersion=v1")),
                row(
                        "wildcards may stand at any depth, one after the other",
                        List.of("desiredState.*.*.*.inner", "*.*.*.room"),
                        List.of(
                                "desiredState.apiVersion=v1",
                                "desiredState.configs.ports.http.inner=80",
                                "agents.a.tags.room=1")),
                row(
                        "a wildcard deeper than anything is nothing",
                        List.of("*.*.*.*.*.*.*"),
                        List.of("={}")),
                row("a wildcard at the root is everything", List.of("*"), Trees.lines(STATE)),
                row(
                        "tags of all agents",
                        List.of("agents.*.tags"),
                        List.of("agents.a.tags.room=1")),
                row(
                        "one tag of all agents",
                        List.of("agents.*.tags.room"),
                        List.of("agents.a.tags.room=1")),
                row(
                        "the apiVersion comes by how a mask begins, as Ankaios has it",
                        List.of("desiredStateX", "effectiveState"),
                        List.of(
                                "desiredState.apiVersion=v1",
                                "effectiveState.apiVersion=v1",
                                "effectiveState.workloads={}")),
                row(
                        "a mask that begins with a wildcard brings no apiVersion",
                        List.of("*.workloads.db.agent"),
                        List.of("desiredState.workloads.db.agent=b")),
                row(
                        "the halves of a state come with each other by a wildcard for one of them",
                        List.of("workloadStates.b.*.id2.state", "workloadStates.b.db.*.subState"),
                        List.of(
                                "workloadStates.b.db.id2.state=Pending",
                                "workloadStates.b.db.id2.subState=Initial")),
                row(
                        "missing paths are left out and the others are told",
                        List.of(
                                "desiredState.workloads.nope.agent",
                                "workloadStates.x.y.z.state",
                                "agents.a.tags"),
                        List.of("desiredState.apiVersion=v1", "agents.a.tags.room=1")),
                row(
                        "a list inside a config is whole",
                        List.of("desiredState.workloads.*.files", "desiredState.configs.*.http"),
                        List.of(
                                "desiredState.apiVersion=v1",
                                "desiredState.workloads.db.files=[x, y]",
                                "desiredState.configs.ports.http.inner=80")),
                row(
                        "masks that meet give each field once, in the order of the state",
                        List.of(
                                "agents.a.tags",
                                "desiredState.workloads.db.agent",
                                "agents.*.tags",
                                "agents"),
                        List.of(
                                "desiredState.apiVersion=v1",
                                "desiredState.workloads.db.agent=b",
                                "agents.a.status.cpuUsage=#4",
                                "agents.a.tags.room=1",
                                "agents.b={}")));
    }

    private static Arguments row(String rule, List<String> masks, List<String> expected) {
        return Arguments.of(rule, masks, expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void chooses(String rule, List<String> masks, List<String> expected) {
        var parsed = masks.stream().map(MaskReaderTest::mask).toList();
        assertThat(Trees.lines(MaskReader.read(STATE, parsed))).as(rule).isEqualTo(expected);
    }

    private static FieldMask mask(String text) {
        return switch (FieldMask.parse(text)) {
            case Outcome.Accepted<FieldMask>(var mask) -> mask;
            case Outcome.Refused<FieldMask>(var problems) ->
                    throw new IllegalArgumentException(problems.toString());
        };
    }

    @Test
    void gives_back_the_whole_when_all_parts_are_named() {
        Seeds.check(
                200,
                random -> {
                    var tree = StateTree.of(new RandomStates(random).completeState());
                    var masks = tree.entries().keySet().stream().map(FieldMask::of).toList();
                    assertThat(MaskReader.read(tree, masks)).isEqualTo(tree);
                });
    }
}
