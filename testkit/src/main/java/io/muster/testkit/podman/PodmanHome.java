package io.muster.testkit.podman;

import io.muster.api.host.SystemProcesses;
import io.muster.api.shell.Processes;
import io.muster.api.shell.Processes.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A home of its own for podman: configuration, storage and an image that needs no registry. Tests
 * there neither see nor touch the containers of the machine. The recipe is {@code
 * bin/lib/podman-home.sh}.
 */
public final class PodmanHome implements AutoCloseable {
    /** An image with all applets of busybox. */
    public static final String IMAGE = "localhost/muster-busybox:1";

    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private static @Nullable PodmanHome shared;

    private final Processes machine = new SystemProcesses();
    private final Path folder;
    private final SortedMap<String, String> environment;

    private PodmanHome(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        var lines = recipe("create");
        var map = new TreeMap<String, String>();
        lines.lines()
                .forEach(line ->
                        map.put(
                                line.substring(0, line.indexOf('=')),
                                line.substring(line.indexOf('=') + 1)));
        this.environment = Collections.unmodifiableSortedMap(map);
    }

    /**
     * Makes a home in a new temporary folder.
     *
     * @throws IOException if podman does not work, with its words
     */
    public static PodmanHome create() throws IOException, InterruptedException {
        return new PodmanHome(Files.createTempDirectory("muster-podman"));
    }

    /** Returns the home that all tests of this JVM share; it is removed when the JVM ends. */
    public static synchronized PodmanHome shared() throws IOException, InterruptedException {
        if (shared == null) {
            var home = create();
            Runtime.getRuntime().addShutdownHook(new Thread(home::close, "podman-home"));
            shared = home;
        }
        return shared;
    }

    /** Returns what leads podman there, to be added to the environment of whoever calls it. */
    public SortedMap<String, String> environment() {
        return environment;
    }

    /** Returns the folder that holds everything. */
    public Path folder() {
        return folder;
    }

    /** Returns the machine's processes, whose podman lives here. */
    public Processes processes() {
        return new RewrittenProcesses(this::here);
    }

    private Command here(Command command) {
        var all = new TreeMap<>(environment);
        all.putAll(command.environment());
        return new Command(
                command.words(), all, command.input(), command.timeout(), command.alone());
    }

    /**
     * Calls podman here and returns what it prints, stripped.
     *
     * @throws IOException if it fails, with its words
     */
    public String podman(String... words) throws IOException, InterruptedException {
        var all = new ArrayList<String>(List.of("podman"));
        all.addAll(List.of(words));
        return checked(
                processes().run(new Command(all, new TreeMap<>(), "", TIMEOUT)),
                String.join(" ", all));
    }

    /** Ends and removes all containers. */
    public void clear() throws IOException, InterruptedException {
        podman("rm", "--all", "--force", "--time", "0");
    }

    /** Leaves it as a power cut does: containers without processes, and no news of their end. */
    public void reboot() throws IOException, InterruptedException {
        recipe("reboot");
    }

    /** Removes all of it. */
    @Override
    public void close() {
        try {
            recipe("remove");
        } catch (IOException e) {
            throw new IllegalStateException("the podman home " + folder + " stays behind", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String recipe(String verb) throws IOException, InterruptedException {
        try (var script =
                Objects.requireNonNull(
                        PodmanHome.class.getResourceAsStream("podman-home.sh"),
                        "the build puts podman-home.sh here")) {
            var text = new String(script.readAllBytes(), StandardCharsets.UTF_8);
            return checked(
                    machine.run(
                            new Command(
                                    List.of("sh", "-s", "--", verb, folder.toString()),
                                    new TreeMap<>(),
                                    text,
                                    TIMEOUT)),
                    "podman-home.sh " + verb);
        }
    }

    private static String checked(Processes.Finished finished, String what) throws IOException {
        if (finished.exitCode() != 0) {
            throw new IOException(
                    "%s: exit code %d: %s"
                            .formatted(what, finished.exitCode(), finished.errors().strip()));
        }
        return finished.output().strip();
    }
}
