package io.muster.api.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What the documents say of bounds is what counts. */
final class StatedBoundsTest {
    @Test
    void of_templates() throws IOException {
        assertThat(FieldTemplate.MAX_CHARACTERS).isEqualTo(1 << 20);
        assertThat(Budget.MAX_RESULT).isEqualTo(1 << 20);
        assertThat(Files.readString(Path.of("..", "docs", "operating.md")))
                .contains(
                        String.format(
                                Locale.ROOT,
                                "| 1 Mi characters, %,d tags of %,d characters each, %d levels |",
                                Shape.MAX_TAGS,
                                Shape.MAX_TAG_CHARACTERS,
                                Shape.MAX_DEPTH))
                .contains(
                        String.format(
                                Locale.ROOT,
                                "| 1 Mi characters, %d Mi characters on the way, %,d steps |",
                                Budget.MAX_WORK >> 20,
                                Budget.MAX_STEPS));
    }
}
