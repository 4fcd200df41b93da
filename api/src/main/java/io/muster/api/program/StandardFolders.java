package io.muster.api.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where programs keep their things, unless somebody says otherwise: in the system's places for
 * root, in the user's (XDG Base Directory Specification) for others.
 *
 * @param root whether the program runs as root
 * @param user a word that tells the user from others
 */
public record StandardFolders(
        boolean root, String user, Path home, Map<String, String> environment) {
    /** Copies the environment. */
    public StandardFolders {
        environment = Map.copyOf(environment);
    }

    /** Returns those of whoever runs this process. */
    public static StandardFolders of(Map<String, String> environment) {
        var home = Path.of(System.getProperty("user.home"));
        try {
            // the number and not the name, which a user of a container may not have
            var uid = String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
            return new StandardFolders(uid.equals("0"), uid, home, environment);
        } catch (IOException e) { // no /proc: not Linux
            var name = System.getProperty("user.name");
            return new StandardFolders(name.equals("root"), name, home, environment);
        }
    }

    /**
     * Returns the place for what has to outlive a reboot.
     *
     * @param program {@code server}, {@code agent}
     */
    public Path state(String program) {
        return root
                ? Path.of("/var/lib/muster", program)
                : set("XDG_STATE_HOME")
                        .orElse(home.resolve(".local").resolve("state"))
                        .resolve("muster")
                        .resolve(program);
    }

    /** Returns the place for what may be lost with a reboot. */
    public Path run() {
        return root
                ? Path.of("/run/muster")
                : set("XDG_RUNTIME_DIR")
                        .map(folder -> folder.resolve("muster"))
                        .orElseGet(() ->
                                set("TMPDIR").orElse(Path.of("/tmp")).resolve("muster-" + user));
    }

    /** A relative path is no place for these: the specification says to ignore it. */
    private Optional<Path> set(String variable) {
        return Optional.ofNullable(environment.get(variable))
                .filter(value -> value.startsWith("/"))
                .map(Path::of);
    }
}
