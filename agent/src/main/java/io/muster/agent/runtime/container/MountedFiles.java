package io.muster.agent.runtime.container;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.muster.agent.runtime.ControlFolder;
import io.muster.agent.runtime.Folders;
import io.muster.agent.runtime.WorkloadFiles;
import io.muster.api.name.InstanceName;
import io.muster.api.outcome.InWords;
import io.muster.api.runtime.Furnishing;
import io.muster.api.runtime.Order;
import io.muster.api.runtime.RuntimeFailure;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Files of workloads that are mounted into containers, read-only and one by one. They are where
 * Ankaios has them: {@code <workload>.<id>/files/<mount point>} below the run folder.
 */
final class MountedFiles {
    private final Path runFolder;

    MountedFiles(Path runFolder) {
        this.runFolder = runFolder;
    }

    /**
     * Writes the files of an order, and returns the options that mount them, and the folder of its
     * control interface if it has one.
     */
    List<String> write(Order order) throws RuntimeFailure {
        var options = new ArrayList<String>();
        if (order.workload().controlInterfaceAccess().grantsAny()) {
            options.add(
                    "--mount=type=bind,source=%s,destination=%s"
                            .formatted(
                                    ControlFolder.of(runFolder, order.instance()).path(),
                                    ControlFolder.IN_CONTAINERS));
        }
        var files = WorkloadFiles.of(order.workload().files());
        if (files.isEmpty()) {
            return options;
        }
        var folder = folder(order.instance());
        files.write(folder);
        files.in(folder)
                .forEach((file, mountPoint) ->
                        options.add(
                                "--mount=type=bind,source=%s,destination=%s,readonly=true"
                                        .formatted(file, mountPoint)));
        return options;
    }

    /** Writes again what a reboot has removed from the run folder. */
    void restore(Order order) throws RuntimeFailure {
        WorkloadFiles.of(order.workload().files()).restore(folder(order.instance()));
    }

    /**
     * Returns the digests of the files of an instance, by mount point; of those that cannot be
     * read, that of nothing.
     *
     * @param mounts where something is mounted into it: files of another place do not count
     */
    SortedMap<String, String> digests(InstanceName instance, List<String> mounts) {
        var folder = folder(instance);
        var found = new TreeMap<String, String>();
        for (var mount : mounts) {
            var file = folder.resolve(mount.replaceFirst("^/+", "")).normalize();
            if (file.startsWith(folder) && Files.isRegularFile(file, NOFOLLOW_LINKS)) {
                found.put(mount, digest(file));
            }
        }
        return found;
    }

    private static String digest(Path file) {
        try {
            return Furnishing.digest(Files.readAllBytes(file));
        } catch (IOException e) {
            return ""; // then it is made anew
        }
    }

    /** Removes the files of an instance, if it has any. */
    void remove(InstanceName instance) throws RuntimeFailure {
        var folder = folder(instance);
        try {
            if (Files.exists(folder)) {
                Folders.delete(folder);
                Files.deleteIfExists(folder.resolveSibling("").normalize());
            }
        } catch (DirectoryNotEmptyException e) {
            // something else of the instance is there as well
        } catch (IOException e) {
            throw new RuntimeFailure(
                    "%s: %s; delete it, or make it writable for the agent"
                            .formatted(folder, InWords.of(e)),
                    true,
                    e);
        }
    }

    private Path folder(InstanceName instance) {
        // an id that came from a label may be any text without a dot
        var id = instance.id().replace('/', '_');
        return runFolder.resolve(instance.workload() + "." + id).resolve("files");
    }
}
