package io.muster.simulators.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KnownTest {
    @TempDir private Path folder = Path.of("");

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("seeds.txt"), "# Words\n\none: 5 17\nthree: 2\n");
        Files.writeString(folder.resolve("one.plan"), "1 delete w1\n");
    }

    @Test
    void names_the_plan_of_a_mutant_and_then_its_seeds() throws IOException {
        var known = new Known(folder);
        assertThat(known.of("one"))
                .containsExactly(folder.resolve("one.plan").toString(), "5", "17");
        assertThat(known.of("two")).isEmpty();
    }

    @Test
    void is_written_anew_but_for_what_was_not_tried() throws IOException {
        new Known(folder)
                .remember(
                        Map.of(
                                "one", List.of(folder.resolve("one.plan").toString(), "6"),
                                "two", List.of("9", "10")));
        assertThat(new Known(folder).seeds())
                .containsExactly(
                        Map.entry("one", List.of("6")),
                        Map.entry("three", List.of("2")),
                        Map.entry("two", List.of("9", "10")));
        assertThat(folder.resolve("seeds.txt")).content().startsWith("# Which seeds");
    }

    @Test
    void is_refused_where_a_line_says_nothing() throws IOException {
        Files.writeString(folder.resolve("seeds.txt"), "one\n");
        assertThatThrownBy(() -> new Known(folder).seeds())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("\"one\" is no NAME: WORDS");
    }
}
