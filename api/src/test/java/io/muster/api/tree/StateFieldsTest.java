package io.muster.api.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StateFieldsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "desiredState",
                "desiredState.workloads.w.tags.anything",
                "desiredState.workloads.w.dependencies.db.condition",
                "desiredState.workloads.w.controlInterfaceAccess.denyRules",
                "desiredState.configs.a.b.c.d",
                "agents.a.tags.k",
                "agents.a.usage.w.i.cpuMillis",
                "workloadStates.a.w.i.state"
            })
    void are_known(String path) {
        assertThat(StateFields.stray(List.of(path.split("\\.")))).isEmpty();
    }

    @Test
    void that_no_state_has_are_found_with_what_could_stand_there() {
        assertThat(StateFields.stray(List.of("foo", "bar")))
                .contains(new StateFields.Stray(0, StateFields.PARTS));
        assertThat(StateFields.stray(List.of("desiredState", "workloads", "w", "rutime")))
                .contains(new StateFields.Stray(3, WorkloadReader.KEYS));
        assertThat(StateFields.stray(List.of("agents", "a", "tag")))
                .get()
                .extracting(StateFields.Stray::level)
                .isEqualTo(2);
    }
}
