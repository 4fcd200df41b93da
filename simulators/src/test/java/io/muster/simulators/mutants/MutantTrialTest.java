package io.muster.simulators.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.simulators.mutants.MutantTrial.Result;
import org.junit.jupiter.api.Test;

final class MutantTrialTest {
    @Test
    void finds_a_bug_by_a_promise_that_was_broken() {
        assertThat(
                        MutantTrial.read(
                                1,
                                """
                                seed 7 failed: java.lang.AssertionError: two live instances
                                see what happened: muster-sim replay muster-sim-7.plan
                                """))
                .isEqualTo(new Result.Found("7", "java.lang.AssertionError: two live instances"));
    }

    @Test
    void does_not_find_it_because_something_never_happened() {
        assertThat(MutantTrial.read(1, "100 runs\nnever met: history-is-true, rival\n"))
                .isEqualTo(new Result.NotFound());
    }

    @Test
    void does_not_find_what_breaks_no_promise() {
        assertThat(MutantTrial.read(0, "all promises were kept\n"))
                .isEqualTo(new Result.NotFound());
    }

    @Test
    void cannot_say_anything_of_a_program_that_dies() {
        assertThat(MutantTrial.read(137, "error: out of memory\n"))
                .isEqualTo(new Result.Failed("status 137: error: out of memory\n"));
    }
}
