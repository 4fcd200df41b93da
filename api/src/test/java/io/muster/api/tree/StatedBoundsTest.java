package io.muster.api.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the documents say of bounds is what counts. */
final class StatedBoundsTest {
    @Test
    void of_configs() throws IOException {
        assertThat(Files.readString(Path.of("..", "docs", "operating.md")))
                .contains("| a config | %d levels |".formatted(ConfigReader.MAX_DEPTH));
    }
}
