package io.muster.server.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Keeps a store from being read by everybody: workloads may hold secrets. */
final class Rights {
    private static final Set<PosixFilePermission> OWNER =
            PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OTHERS =
            PosixFilePermissions.fromString("------rwx");

    private Rights() {}

    /** Makes an empty file that only its owner can read. */
    static void create(Path file) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER));
    }

    /**
     * Sees to it that only its owner can read a store, before SQLite makes it: what SQLite keeps
     * beside a file gets the rights of that file. One that everybody may read is narrowed; one that
     * was opened for a group alone was opened on purpose, and stays so.
     */
    static void narrow(Path file) throws IOException {
        try {
            create(file);
        } catch (FileAlreadyExistsException _) {
            for (var ending : List.of("", Aside.LOG, Aside.INDEX)) {
                narrowOne(Aside.sibling(file, ending));
            }
        }
    }

    private static void narrowOne(Path file) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        var now = EnumSet.copyOf(Files.getPosixFilePermissions(file));
        if (now.removeAll(OTHERS)) {
            Files.setPosixFilePermissions(file, OWNER);
        }
    }
}
