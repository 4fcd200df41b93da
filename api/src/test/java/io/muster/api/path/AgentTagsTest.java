package io.muster.api.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.Trees;
import io.muster.api.name.AgentName;
import io.muster.api.outcome.Outcome;
import io.muster.api.state.AgentAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class AgentTagsTest {
    private static final AgentName A = new AgentName("a");
    private static final SortedMap<AgentName, AgentAttributes> CONNECTED =
            new TreeMap<>(
                    Map.of(
                            A,
                            new AgentAttributes(
                                    new TreeMap<>(Map.of("room", "1", "floor", "2")),
                                    Optional.empty())));

    @Test
    void replace_all_tags_of_an_agent() {
        var expected = Map.of(A, Map.of("desk", "9"));
        for (var mask :
                List.of(
                        FieldMask.of(),
                        FieldMask.of("agents"),
                        FieldMask.of("agents", "a"),
                        FieldMask.of("agents", "a", "tags"))) {
            assertThat(changed(mask, "agents.a.tags.desk=9"))
                    .as(mask.toString())
                    .isEqualTo(expected);
        }
    }

    @Test
    void keep_the_others_when_one_is_named() {
        assertThat(changed(FieldMask.of("agents", "a", "tags", "room"), "agents.a.tags.room=7"))
                .isEqualTo(Map.of(A, Map.of("room", "7", "floor", "2")));
    }

    @Test
    void are_removed_where_a_mask_names_them_and_the_new_state_lacks_them() {
        assertThat(changed(FieldMask.of("agents", "a", "tags", "room"), "x=1"))
                .isEqualTo(Map.of(A, Map.of("floor", "2")));
        assertThat(changed(FieldMask.of("agents", "a", "tags"), "x=1"))
                .isEqualTo(Map.of(A, Map.of()));
        assertThat(changed(FieldMask.of("agents", "a", "tags"), "agents.a.tags={}"))
                .isEqualTo(Map.of(A, Map.of()));
        assertThat(changed(FieldMask.of(), "agents.a.tags={}")).isEqualTo(Map.of(A, Map.of()));
        assertThat(changed(FieldMask.of("agents", "a", "tags", "gone"), "x=1")).isEmpty();
    }

    @Test
    void stay_where_a_mask_has_a_wildcard() {
        assertThat(changed(FieldMask.of("agents", "*", "tags"), "agents.a.tags.x=1")).isEmpty();
        assertThat(changed(FieldMask.of("agents", "*", "tags", "room"), "y=1")).isEmpty();
        assertThat(changed(FieldMask.of("*"), "agents.a.tags.x=1")).isEmpty();
        assertThat(changed(FieldMask.of("agents", "a", "tags", "*"), "y=1")).isEmpty();
    }

    @Test
    void are_those_of_the_last_mask_of_several() {
        assertThat(
                        AgentTags.apply(
                                CONNECTED,
                                Trees.of("agents.a.tags.room=3"),
                                List.of(
                                        FieldMask.of("agents", "a", "tags"),
                                        FieldMask.of("agents", "a", "tags", "room"),
                                        FieldMask.of("desiredState", "workloads"))))
                .isEqualTo(Map.of(A, Map.of("room", "3")));
    }

    @Test
    void are_concerned_by_masks_of_agents_and_by_new_states_that_speak_of_them() {
        var silent = Trees.of("desiredState.apiVersion=v1");
        var speaking = Trees.of("agents.a.tags.x=1");
        assertThat(AgentTags.concernedBy(speaking, List.of())).isTrue();
        assertThat(AgentTags.concernedBy(speaking, List.of(FieldMask.of()))).isTrue();
        assertThat(AgentTags.concernedBy(silent, List.of(FieldMask.of("agents", "a")))).isTrue();
        assertThat(AgentTags.concernedBy(silent, List.of())).isFalse();
        assertThat(AgentTags.concernedBy(speaking, List.of(FieldMask.of("desiredState"))))
                .isFalse();
    }

    @Test
    void may_have_any_key() {
        assertThat(changed(parsed("agents.a.tags.the room"), "agents.a.tags.the room=7"))
                .isEqualTo(Map.of(A, Map.of("room", "1", "floor", "2", "the room", "7")));
    }

    @Test
    void stay_when_the_new_state_has_none_or_the_mask_is_of_something_else() {
        assertThat(changed(FieldMask.of("agents"), "agents.b.tags.x=1")).isEmpty();
        assertThat(changed(FieldMask.of("agents", "b"), "agents.b.tags.x=1")).isEmpty();
        assertThat(changed(FieldMask.of("agents", "a", "status"), "agents.a.tags.x=1")).isEmpty();
        assertThat(changed(FieldMask.of("desiredState"), "agents.a.tags.x=1")).isEmpty();
        assertThat(changed(FieldMask.of("agents"), "x=1")).isEmpty();
        assertThat(changed(FieldMask.of("agents", "a"), "x=1")).isEmpty();
        assertThat(changed(FieldMask.of("agents", "a", "tags", "room", "x"), "x=1")).isEmpty();
        assertThat(changed(FieldMask.of("workloadStates"), "agents.a.tags.x=1")).isEmpty();
    }

    private static Map<AgentName, SortedMap<String, String>> changed(FieldMask mask, String line) {
        return AgentTags.apply(CONNECTED, Trees.of(line), List.of(mask));
    }

    private static FieldMask parsed(String text) {
        return switch (FieldMask.parse(text)) {
            case Outcome.Accepted<FieldMask>(var mask) -> mask;
            case Outcome.Refused<FieldMask>(var problems) -> throw new AssertionError(problems);
        };
    }
}
