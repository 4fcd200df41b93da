package io.muster.agent;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where an agent keeps its things, unless somebody says otherwise.
 *
 * @param root whether the agent runs as root
 * @param user the name of the user
 * @param home the user's home
 */
record AgentFolders(boolean root, String user, Path home, Map<String, String> environment) {
    /** What has to outlive a reboot. */
    Path state(String agent) {
        if (root) {
            return Path.of("/var/lib/muster/agent", agent);
        }
        return set("XDG_STATE_HOME")
                .orElse(home.resolve(".local").resolve("state"))
                .resolve("muster")
                .resolve("agent")
                .resolve(agent);
    }

    /** What may be lost with a reboot. */
    Path run() {
        if (root) {
            return Path.of("/run/muster");
        }
        return set("XDG_RUNTIME_DIR")
                .map(folder -> folder.resolve("muster"))
                .orElseGet(() -> set("TMPDIR").orElse(Path.of("/tmp")).resolve("muster-" + user));
    }

    /** A relative path is no place for these: the XDG specification says to ignore it. */
    private Optional<Path> set(String variable) {
        return Optional.ofNullable(environment.get(variable))
                .filter(value -> value.startsWith("/"))
                .map(Path::of);
    }
}
