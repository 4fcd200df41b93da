package io.muster.agent.runtime.container;

import io.muster.testkit.podman.PodmanHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a podman leaves that is killed after it has noted new containers in its storage, and before
 * it has noted them in its database. To hit that moment takes some dozen tries; to take the
 * database away from what was made leaves the same.
 */
final class KilledPodman {
    private final Map<Path, byte[]> before = new LinkedHashMap<>();
    private final Path folder;

    private KilledPodman(Path folder) {
        this.folder = folder;
    }

    /** Keeps what podman knows now. */
    static KilledPodman of(PodmanHome home) throws IOException, InterruptedException {
        var root = Path.of(home.podman("info", "--format", "{{.Store.GraphRoot}}"));
        home.podman("ps", "--all", "--quiet"); // so that there is a database
        var killed =
                new KilledPodman(
                        Files.exists(root.resolve("db.sql")) ? root : root.resolve("libpod"));
        for (var file : killed.files()) {
            killed.before.put(file, Files.readAllBytes(file));
        }
        if (killed.before.isEmpty()) {
            throw new IOException("podman keeps no database in " + root);
        }
        return killed;
    }

    /** Lets podman know nothing of what was made since then. */
    void forgetsWhatWasMadeSince() throws IOException {
        for (var file : files()) {
            Files.delete(file);
        }
        for (var each : before.entrySet()) {
            Files.write(each.getKey(), each.getValue());
        }
    }

    private List<Path> files() throws IOException {
        try (var all = Files.list(folder)) {
            return all.filter(file ->
                            String.valueOf(file.getFileName())
                                    .matches("(bolt_state[.]db|db[.]sql.*)"))
                    .toList();
        }
    }
}
