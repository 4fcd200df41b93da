package io.muster.api.program;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this build. */
public final class Version {
    private Version() {}

    /** Returns the version, such as {@code 0.1.0}. */
    public static String current() {
        try (var stream = Version.class.getResourceAsStream("version.properties")) {
            if (stream == null) {
                throw new IllegalStateException("version.properties is missing from the build");
            }
            var properties = new Properties();
            properties.load(stream);
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
