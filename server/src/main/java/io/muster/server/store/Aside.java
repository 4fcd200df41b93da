package io.muster.server.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes room for a store: puts aside what lies in its place, and what SQLite keeps beside it.
 *
 * <p>A write-ahead log or a journal is taken for a part of whatever file has the name before it:
 * one that outlived its own store is worked into the next, which is then neither the one nor the
 * other. So they go with their store, or alone where it is gone.
 */
final class Aside {
    /** The write-ahead log: what it holds is committed. */
    static final String LOG = "-wal";

    /** Undoes what was begun. */
    private static final String JOURNAL = "-journal";

    /** An index of the log, made again whenever it is missed. */
    static final String INDEX = "-shm";

    private static final List<String> PARTS = List.of("", LOG, JOURNAL);

    private Aside() {}

    /**
     * Keeps what is there under another name as well, then takes away all but the store itself,
     * which stays until another takes its name: at no moment is there none.
     *
     * @return where it is now, the store or what was left of one; empty if there was nothing
     */
    static Optional<Path> put(Path place) throws IOException {
        var there = parts(place);
        if (there.isEmpty()) {
            Files.deleteIfExists(sibling(place, INDEX));
            return Optional.empty();
        }
        var aside = free(place);
        for (var part : there) {
            Files.createLink(sibling(aside, part), sibling(place, part));
        }
        forceFolderOf(place);
        for (var part : there) {
            if (!part.isEmpty()) {
                Files.delete(sibling(place, part));
            }
        }
        Files.deleteIfExists(sibling(place, INDEX));
        forceFolderOf(place); // before another takes the name
        return Optional.of(sibling(aside, there.getFirst()));
    }

    /**
     * Puts a store back whose successor never took its name: without its log it would be an older
     * one, and sound to look at. While it has both names, it is the same file under both.
     *
     * @return whether there was one
     */
    static boolean undo(Path place) throws IOException {
        var found = unfinished(place);
        if (found.isEmpty()) {
            return false;
        }
        var aside = found.get();
        for (var part : List.of(LOG, JOURNAL)) {
            if (Files.exists(sibling(aside, part))) {
                Files.move(
                        sibling(aside, part), sibling(place, part), StandardCopyOption.ATOMIC_MOVE);
                // two names of one file are left as they are
                Files.deleteIfExists(sibling(aside, part));
            }
        }
        forceFolderOf(place);
        Files.delete(aside);
        forceFolderOf(place);
        return true;
    }

    /** Returns the other name of a store that was put aside, and has no successor. */
    static Optional<Path> unfinished(Path place) throws IOException {
        if (!Files.exists(place)) {
            return Optional.empty(); // what was put aside had no store
        }
        for (int number = 1; ; number++) {
            var aside = aside(place, number);
            if (parts(aside).isEmpty()) {
                return Optional.empty();
            }
            if (Files.exists(aside) && Files.isSameFile(aside, place)) {
                return Optional.of(aside);
            }
        }
    }

    /**
     * Returns what SQLite would take for a part of a store of this name, though it is not there.
     */
    static Optional<Path> orphanOf(Path place) {
        return parts(place).stream()
                .filter(part -> !part.isEmpty())
                .map(part -> sibling(place, part))
                .findFirst();
    }

    /** Deletes a file with all that SQLite keeps beside it. */
    static void delete(Path file) throws IOException {
        for (var part : PARTS) {
            Files.deleteIfExists(sibling(file, part));
        }
        Files.deleteIfExists(sibling(file, INDEX));
    }

    static Path sibling(Path path, String suffix) {
        return path.resolveSibling(path.getFileName() + suffix);
    }

    /** Returns the endings of the files that are there. */
    private static List<String> parts(Path place) {
        var found = new ArrayList<String>();
        for (var part : PARTS) {
            if (Files.exists(sibling(place, part))) {
                found.add(part);
            }
        }
        return found;
    }

    private static Path free(Path place) {
        int number = 0;
        Path aside;
        do {
            aside = aside(place, ++number);
        } while (!parts(aside).isEmpty());
        return aside;
    }

    private static Path aside(Path place, int number) {
        return sibling(place, ".replaced-" + number);
    }

    private static void forceFolderOf(Path file) throws IOException {
        var folder = file.getParent();
        if (folder != null) {
            StoreFile.force(folder);
        }
    }
}
