package io.muster.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where programs keep their state by convention: the system's place for root, the user's for
 * others.
 */
final class StateFolder {
    private StateFolder() {}

    /** Returns the server's folder for whoever runs it. */
    static Path usual(Map<String, String> environment) {
        return usual(environment, isRoot(), System.getProperty("user.home"));
    }

    static Path usual(Map<String, String> environment, boolean root, String home) {
        if (root) {
            return Path.of("/var/lib/muster/server");
        }
        var set = environment.getOrDefault("XDG_STATE_HOME", "");
        // the convention: a relative path is to be ignored
        var base = Path.of(set).isAbsolute() ? Path.of(set) : Path.of(home, ".local", "state");
        return base.resolve("muster").resolve("server");
    }

    private static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException e) {
            return "root".equals(System.getProperty("user.name")); // no /proc: not Linux
        }
    }
}
