package io.muster.api.manifest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The folder of manifests that Ankaios published, which lies beside a checkout, not in it. */
final class PublishedManifests {
    private static final Path FOLDER = Path.of("shared", "data", "ankaios-manifests");

    private PublishedManifests() {}

    /** Looks for it in all folders above the working directory. */
    static Optional<Path> folder() {
        for (var above = Path.of("").toAbsolutePath(); above != null; above = above.getParent()) {
            var folder = above.resolve(FOLDER);
            if (Files.isDirectory(folder)) {
                return Optional.of(folder);
            }
        }
        return Optional.empty();
    }
}
