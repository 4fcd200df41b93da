package io.muster.agent.runtime.container;

import io.muster.api.runtime.RuntimeFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Knows whether podman's database was written: as long as it was not, no container has been made,
 * removed, started or stopped, and podman would say the same as before. To look at its files costs
 * a thousandth of a call of podman, which only reads it to list containers.
 *
 * <p>Where it is, podman is asked until it has said it once. Any thread.
 */
final class PodmanDatabase {
    /** That of podman 4, and that of podman 5 with what SQLite keeps beside it. */
    private static final List<String> FILES =
            List.of("libpod/bolt_state.db", "db.sql", "db.sql-wal", "db.sql-journal");

    /** A podman that does not say it so often has other things to do, or is too old. */
    private static final int MOST_ATTEMPTS = 3;

    private final Whereabouts whereabouts;
    private final Map<List<String>, Path> folders = new HashMap<>();
    private final Map<List<String>, Integer> attempts = new HashMap<>();
    private boolean trusted = true;

    /** Finds the folder in which podman keeps its images and containers. */
    interface Whereabouts {
        String root(List<String> generalOptions) throws RuntimeFailure;
    }

    /**
     * The state of its files.
     *
     * @param files of each that is there
     */
    record Stamp(List<Attributes> files) {}

    private record Attributes(String name, FileTime modified, long size, @Nullable Object key) {}

    PodmanDatabase(Whereabouts whereabouts) {
        this.whereabouts = whereabouts;
    }

    static PodmanDatabase of(CommandLine podman) {
        return new PodmanDatabase(general ->
                podman.call(
                                general,
                                ContainerRuntime.SHORT,
                                List.of("info", "--format={{.Store.GraphRoot}}"))
                        .strip());
    }

    /** One that never knows. */
    static PodmanDatabase unknown() {
        var none = new PodmanDatabase(_ -> "");
        none.distrust();
        return none;
    }

    /** Returns how its files are now; empty if that is not known, or says nothing. */
    synchronized Optional<Stamp> stamp(List<String> general) {
        if (!trusted) {
            return Optional.empty();
        }
        return folder(general).flatMap(PodmanDatabase::look);
    }

    private Optional<Path> folder(List<String> general) {
        var known = folders.get(general);
        if (known != null) {
            return Optional.of(known);
        }
        if (attempts.merge(general, 1, Integer::sum) > MOST_ATTEMPTS) {
            return Optional.empty(); // then each look is a call
        }
        try {
            var root = whereabouts.root(general);
            if (root.startsWith("/")) {
                folders.put(general, Path.of(root));
            }
            return Optional.ofNullable(folders.get(general));
        } catch (RuntimeFailure e) {
            return Optional.empty();
        }
    }

    private static Optional<Stamp> look(Path folder) {
        var found = new ArrayList<Attributes>();
        try {
            for (var name : FILES) {
                attributes(folder.resolve(name)).ifPresent(found::add);
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return found.isEmpty() ? Optional.empty() : Optional.of(new Stamp(List.copyOf(found)));
    }

    private static Optional<Attributes> attributes(Path file) throws IOException {
        try {
            var its = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(
                    new Attributes(
                            String.valueOf(file.getFileName()),
                            its.lastModifiedTime(),
                            its.size(),
                            its.fileKey()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Something has changed and these files have not: they are not what podman keeps. */
    synchronized void distrust() {
        trusted = false;
    }
}
