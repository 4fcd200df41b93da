package io.muster.agent.runtime.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Credentials of private registries, in a file as {@code podman login} writes it. The programs find
 * it by variables, so that no command line, and thus no log and no state, has anything of it.
 */
public final class RegistryLogin {
    private RegistryLogin() {}

    /**
     * Returns the variables that lead podman and nerdctl to a file.
     *
     * @param runFolder for a link: nerdctl wants a folder with a file of a certain name
     */
    public static SortedMap<String, String> environment(Path authFile, Path runFolder)
            throws IOException {
        var file = authFile.toAbsolutePath();
        var folder = Files.createDirectories(runFolder.resolve("registries"));
        var link = folder.resolve("config.json");
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, file);
        return new TreeMap<>(
                Map.of("REGISTRY_AUTH_FILE", file.toString(), "DOCKER_CONFIG", folder.toString()));
    }
}
