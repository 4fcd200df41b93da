package io.muster.api.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.outcome.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FieldMaskTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "desiredState",
                "desiredState.workloads.*.agent",
                "desiredState.workloads.web.tags.the owner", // keys of tags are free
                "workloadStates..web" // not scheduled: the agent has no name
            })
    void is_written_as_it_was_read(String text) {
        assertThat(FieldMask.parse(text))
                .isInstanceOfSatisfying(
                        Outcome.Accepted.class,
                        accepted -> assertThat(accepted.value()).hasToString(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "a.", ".a", "a..b", "workloadStates.a..", "a\nb"})
    void has_no_empty_keys_and_no_control_characters(String text) {
        assertThat(FieldMask.parse(text)).isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void is_never_the_whole_by_accident() {
        assertThat(FieldMask.parse(""))
                .isEqualTo(
                        Outcome.refused(
                                "field mask",
                                "is empty",
                                "name a field, such as desiredState.workloads.web, or desiredState"
                                        + " for all of it"));
    }

    @Test
    void is_bounded() {
        assertThat(FieldMask.parse("a.".repeat(64) + "a")).isInstanceOf(Outcome.Refused.class);
        assertThat(FieldMask.parse("a".repeat(257))).isInstanceOf(Outcome.Refused.class);
    }
}
