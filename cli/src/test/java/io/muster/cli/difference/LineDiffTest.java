package io.muster.cli.difference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LineDiffTest {
    @Test
    void shows_what_changes_with_a_little_around_it() {
        var before = numbers(1, 20);
        var after = before.replace("10\n", "ten\n");
        assertThat(LineDiff.of(before, after))
                .containsExactly("  ...", "  8", "  9", "- 10", "+ ten", "  11", "  12", "  ...");
    }

    @Test
    void shows_texts_that_come_and_go() {
        assertThat(LineDiff.of("", "a\nb\n")).containsExactly("+ a", "+ b");
        assertThat(LineDiff.of("a\nb\n", "")).containsExactly("- a", "- b");
    }

    @Test
    void gives_both_texts_back() {
        var random = new SplittableRandom(1);
        for (int i = 0; i < 200; i++) {
            var before = lines(random);
            var after = lines(random);
            var diff = LineDiff.of(before, after);
            if (diff.contains("  ...")) {
                continue; // something is left out
            }
            assertThat(kept(diff, "+ ")).isEqualTo(before.lines().toList());
            assertThat(kept(diff, "- ")).isEqualTo(after.lines().toList());
        }
    }

    @Test
    void does_not_take_for_ever_over_long_texts() {
        assertThat(LineDiff.of(numbers(0, 5_000), numbers(5_000, 10_000))).hasSize(10_002);
    }

    private static List<String> kept(List<String> diff, String without) {
        return diff.stream()
                .filter(line -> !line.startsWith(without))
                .map(line -> line.substring(2))
                .toList();
    }

    private static String lines(SplittableRandom random) {
        return random.ints(random.nextInt(6), 0, 3)
                .mapToObj(number -> number + "\n")
                .collect(Collectors.joining());
    }

    private static String numbers(int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(number -> number + "\n")
                .collect(Collectors.joining());
    }
}
