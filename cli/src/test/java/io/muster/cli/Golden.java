package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Compares output with a file in {@code src/test/golden}. {@code -Dgolden.update=true} writes the
 * files anew; the change is then seen in review.
 */
public final class Golden {
    private Golden() {}

    /** Compares lines. */
    public static void check(String name, List<String> lines) {
        check(name, String.join("\n", lines) + "\n");
    }

    /** Compares a text. */
    public static void check(String name, String text) {
        var file = Path.of("src/test/golden", name + ".txt");
        try {
            if (Boolean.getBoolean("golden.update")) {
                Files.createDirectories(Path.of("src/test/golden"));
                Files.writeString(file, text);
            }
            assertThat(text)
                    .as("%s; if the change is meant, run again with -Dgolden.update=true", file)
                    .isEqualTo(Files.readString(file));
        } catch (IOException e) {
            throw new AssertionError(file + " cannot be read or written", e);
        }
    }
}
