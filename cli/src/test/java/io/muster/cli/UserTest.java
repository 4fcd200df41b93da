package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class UserTest {
    @Test
    void is_called_as_the_system_knows_it() {
        assertThat(User.name("ann", () -> "1000")).isEqualTo("ann");
    }

    @Test
    void without_a_name_is_called_by_its_number() {
        assertThat(User.name("?", () -> "4711")).isEqualTo("uid4711");
        assertThat(User.name("", () -> "4711")).isEqualTo("uid4711");
    }

    @Test
    void that_runs_the_tests_has_a_name_whatever_the_environment_says() {
        assertThat(User.name()).isNotBlank().isNotEqualTo("?");
    }
}
