package io.muster.agent.runtime;

import io.muster.agent.kernel.Fifos;
import io.muster.api.name.InstanceName;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The folder with the two FIFOs over which an instance and its agent talk, where Ankaios has it:
 * {@code <workload>.<id>/control_interface} below the run folder. It is there before the instance
 * starts, and goes when that is deleted.
 */
public record ControlFolder(Path path) {
    /** Where containers find it. */
    public static final String IN_CONTAINERS = "/run/ankaios/control_interface";

    /** The variable that tells a native workload where it is. */
    public static final String VARIABLE = "MUSTER_CONTROL_INTERFACE";

    /** Names that of an instance. */
    public static ControlFolder of(Path runFolder, InstanceName instance) {
        // an id that came from a label may be any text without a dot
        var id = instance.id().replace('/', '_');
        return new ControlFolder(
                runFolder
                        .toAbsolutePath()
                        .resolve(instance.workload() + "." + id)
                        .resolve("control_interface"));
    }

    /** Returns the FIFO that the workload reads. */
    public Path input() {
        return path.resolve("input");
    }

    /** Returns the FIFO that the workload writes. */
    public Path output() {
        return path.resolve("output");
    }

    /** Makes what is missing of it; only the agent's user gets in. Blocks. */
    public void make() throws IOException {
        Files.createDirectories(
                path,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Fifos.make(input());
        Fifos.make(output());
    }

    /** Makes it, with FIFOs that nobody has open: what was written to others is gone. Blocks. */
    public void makeAnew() throws IOException {
        Files.deleteIfExists(input());
        Files.deleteIfExists(output());
        make();
    }

    /** Removes it, if it is there. Blocks. */
    public void remove() throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        Folders.delete(path);
        try {
            Files.deleteIfExists(path.resolveSibling("").normalize());
        } catch (DirectoryNotEmptyException e) {
            // something else of the instance is there as well
        }
    }
}
