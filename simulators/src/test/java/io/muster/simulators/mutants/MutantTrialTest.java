package io.muster.simulators.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.simulators.mutants.MutantTrial.Result;
import io.muster.simulators.mutants.MutantTrial.Tried;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MutantTrialTest {
    @Test
    void finds_a_bug_by_promises_that_were_broken() {
        assertThat(
                        Tried.read(
                                        0,
                                        """
                                        missed some.plan
                                        found 7 java.lang.AssertionError: two live instances
                                        missed 12
                                        found 13 java.lang.AssertionError: not within PT3M
                                        """)
                                .result())
                .isEqualTo(
                        new Result.Found(
                                List.of("7", "13"),
                                "java.lang.AssertionError: two live instances",
                                List.of("some.plan", "12")));
    }

    @Test
    void does_not_find_what_breaks_no_promise() {
        assertThat(Tried.read(0, "missed 1\nmissed 2\n").result()).isEqualTo(new Result.NotFound());
    }

    @Test
    void cannot_say_anything_of_a_program_that_dies_or_does_not_end() {
        assertThat(Tried.read(137, "missed 1\nout of memory\n").result())
                .isEqualTo(new Result.Failed("status 137: missed 1\nout of memory\n"));
        assertThat(Tried.read(1, "endless 3\n").result())
                .isEqualTo(new Result.Failed("status 1: endless 3\n"));
    }

    @Test
    void names_only_those_as_missed_that_were_known_to_find_it() {
        var known = Tried.read(0, "missed 5\nfound 6 first\n");
        assertThat(known.and(Tried.read(0, "missed 1\nfound 2 then\nfound 6 first\n")).result())
                .isEqualTo(new Result.Found(List.of("6", "2"), "first", List.of("5")));
        var missed = Tried.read(0, "missed 5\n");
        assertThat(missed.and(Tried.read(0, "missed 1\nfound 2 then\n")).result())
                .isEqualTo(new Result.Found(List.of("2"), "then", List.of("5")));
    }
}
