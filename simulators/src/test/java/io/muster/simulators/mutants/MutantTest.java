package io.muster.simulators.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.simulators.mutants.FilePatch.DoesNotApply;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MutantTest {
    private static final String DIFF =
            """
            Counts wrong.
            It is a trifle.

            --- a/one/Counter.java
            +++ b/one/Counter.java
            @@ -2,3 +2,3 @@ class Counter
             two
            -three
            +four
             four
            @@ -6 +6,2 @@
             six
            +six and a half
            --- a/Other.java
            +++ b/Other.java
            @@ -1,1 +1,0 @@
            -gone
            """;

    private final Mutant mutant = Mutant.parse("counter", DIFF);

    @Test
    void says_what_it_breaks_and_where() {
        assertThat(mutant.breaks()).isEqualTo("Counts wrong. It is a trifle.");
        assertThat(mutant.files())
                .extracting(FilePatch::path)
                .containsExactly("one/Counter.java", "Other.java");
    }

    @Test
    void is_put_where_its_lines_are() throws DoesNotApply {
        var patch = mutant.files().getFirst();
        assertThat(patch.applyTo(List.of("one", "two", "three", "four", "five", "six")))
                .containsExactly("one", "two", "four", "four", "five", "six", "six and a half");
        assertThat(patch.applyTo(List.of("0", "0", "one", "two", "three", "four", "six")))
                .containsExactly("0", "0", "one", "two", "four", "four", "six", "six and a half");
        assertThat(mutant.files().getLast().applyTo(List.of("gone"))).isEmpty();
    }

    @Test
    void is_refused_where_its_lines_are_no_more() {
        assertThatThrownBy(() -> mutant.files().getFirst().applyTo(List.of("two", "3", "four")))
                .isInstanceOf(DoesNotApply.class)
                .hasMessageContaining("one/Counter.java has changed");
    }

    @Test
    void needs_words_and_a_diff() {
        assertThatThrownBy(() -> Mutant.parse("empty", "Only words.\n"))
                .hasMessage("empty: first say what it breaks, then give a unified diff");
    }
}
