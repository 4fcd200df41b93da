package io.muster.api.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What the documents say of bounds is what counts. */
final class StatedBoundsTest {
    @Test
    void of_manifests() throws IOException {
        assertThat(ManifestReader.MAX_CHARACTERS).isEqualTo(1 << 20);
        assertThat(Files.readString(Path.of("..", "docs", "operating.md")))
                .contains(
                        String.format(
                                Locale.ROOT,
                                "| 1 Mi characters, %d levels, %,d aliases, 16 Mi (%,d) characters",
                                YamlTree.MAX_DEPTH,
                                YamlTree.MAX_ALIASES,
                                YamlTree.MAX_EXPANDED));
    }
}
