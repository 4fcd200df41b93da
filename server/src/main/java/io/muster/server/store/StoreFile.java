package io.muster.server.store;

import io.muster.api.outcome.InWords;
import io.muster.api.shell.Disk;
import io.muster.api.store.Head;
import io.muster.api.store.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.sqlite.SQLiteConfig;

/**
 * A store as a file: to look at, to copy, and to put in the place of another. For use beside a
 * server, which may be running unless said otherwise.
 */
public final class StoreFile {
    /** Its name in a state directory. */
    public static final String NAME = "muster.db";

    private static final String UNFINISHED = ".unfinished";
    private static final int BUSY_MILLIS = 5_000; // a server may be starting or stopping

    private final Path file;

    /** Looks at a file; touches nothing yet. */
    public StoreFile(Path file) {
        this.file = file.toAbsolutePath().normalize();
    }

    /** Returns the store in a state directory. */
    public static StoreFile in(Path folder) {
        return new StoreFile(folder.resolve(NAME));
    }

    /**
     * What a sound file holds.
     *
     * @param schema the version of its tables
     * @param bytes how large it is, without its write-ahead log
     * @param cut whether the last write to the log cannot be read, and is left out
     */
    public record Content(int schema, Head head, long bytes, boolean cut) {}

    /** Returns where it is. */
    public Path path() {
        return file;
    }

    /**
     * Reads everything, and checks every page, every index and every row. Changes nothing; what is
     * of an older version is brought to this one in a copy.
     *
     * @throws StoreException if there is none, or if it is damaged, not ours, or too new, saying
     *     what to do
     */
    public Content read() throws StoreException {
        try (var connection = open()) {
            var cut = LogEnd.inLive(Aside.sibling(file, Aside.LOG));
            if (cut.isPresent() && cut.get().acknowledged()) {
                throw Faults.cut(file, cut.get());
            }
            if (Schema.isEmpty(connection, file)) {
                throw new StoreException(file + " is empty: no server has begun to use it");
            }
            var verdict = Schema.thoroughVerdict(connection);
            if (!verdict.equals("ok")) {
                throw Faults.damaged(file, verdict, null);
            }
            int schema = Schema.version(connection);
            return new Content(
                    schema,
                    schema == Schema.VERSION ? head(connection) : headOfMigrated(connection),
                    Files.size(file),
                    cut.isPresent());
        } catch (SQLException e) {
            throw Faults.explained(file, "cannot be read", e);
        } catch (Damaged e) {
            throw Faults.damaged(file, String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new StoreException(
                    file + " cannot be checked: " + InWords.withFile(e) + "; look at the disk", e);
        }
    }

    /**
     * Writes a copy as of one moment, and has it forced to disk; readable by its owner only, as
     * workloads may hold secrets.
     *
     * @param target must not exist
     * @throws StoreException if it exists, or cannot be written; there is no half a copy then
     */
    public void backUp(Path target) throws StoreException {
        var absolute = target.toAbsolutePath().normalize();
        if (Files.exists(absolute, LinkOption.NOFOLLOW_LINKS)) {
            throw new StoreException(
                    target + " is there already, and nothing overwrites it; name a new file");
        }
        var orphan = Aside.orphanOf(absolute);
        if (orphan.isPresent()) {
            throw new StoreException(
                    orphan.get()
                            + " would be taken for a part of the copy; move it away, or name"
                            + " another file");
        }
        var unfinished = Aside.sibling(absolute, ".muster" + UNFINISHED);
        try {
            begin(unfinished);
            try (var connection = open()) {
                copy(connection, unfinished);
            }
            finish(unfinished, absolute);
        } catch (SQLException e) {
            throw Faults.explained(file, "cannot be copied to " + target, e);
        } catch (IOException e) {
            throw new StoreException(
                    "%s cannot be written: %s; look at the disk, and at the rights on its folder"
                            .formatted(target, InWords.withFile(e)),
                    e);
        } finally {
            discard(unfinished);
        }
    }

    /**
     * Makes this the store of a state directory, of which no server may be running.
     *
     * <p>What a former store left there is put aside, too, also without {@code replace}: its log
     * would be worked into this one.
     *
     * @param disk that directory
     * @param replace whether a store that is there may be put aside
     * @return where the former one is now, or what was left of it; empty if there was nothing
     * @throws StoreException if this one is not sound, the directory is in use, or there is a store
     *     that must not be replaced; nothing has changed then
     */
    public Optional<Path> putInto(Path folder, Disk disk, boolean replace) throws StoreException {
        read();
        try (var _ = disk.lock()) {
            var place = folder.resolve(NAME);
            Aside.undo(place); // of an import that was killed
            boolean there = Files.exists(place);
            if (there && Files.isSameFile(place, file)) {
                throw new StoreException(file + " is this very store; name a backup");
            }
            if (there && !replace) {
                throw new StoreException(
                        place
                                + " is a store already; to put it aside for this one, say"
                                + " --replace, or name another --state-dir");
            }
            var unfinished = folder.resolve("import" + UNFINISHED);
            try (var connection = open()) {
                begin(unfinished);
                give(unfinished, Files.getOwner(folder));
                copy(connection, unfinished);
                forceFile(unfinished);
                var wanted = new StoreFile(unfinished).read().head();
                var aside = Aside.put(place);
                takeName(unfinished, place, aside);
                compare(wanted, new StoreFile(place).read().head(), place);
                return aside;
            } finally {
                discard(unfinished);
            }
        } catch (SQLException e) {
            throw Faults.explained(file, "cannot be copied to " + folder, e);
        } catch (StoreException e) {
            throw e;
        } catch (Exception e) { // of the lock, which says what to do
            throw new StoreException(
                    "state directory %s: %s"
                            .formatted(
                                    folder, e instanceof IOException io ? InWords.withFile(io) : e),
                    e);
        }
    }

    private static void compare(Head wanted, Head found, Path place) throws StoreException {
        if (!found.lineage().equals(wanted.lineage())
                || !found.revision().equals(wanted.revision())) {
            throw new StoreException(
                    "%s holds revision %s of %s instead of revision %s of %s; see that nothing else writes there, then try again"
                            .formatted(
                                    place,
                                    found.revision(),
                                    found.lineage(),
                                    wanted.revision(),
                                    wanted.lineage()));
        }
    }

    private Connection open() throws SQLException, StoreException {
        if (!Files.isRegularFile(file)) {
            throw new StoreException(
                    "there is no store "
                            + file
                            + "; name the --state-dir of the server, or the file of a backup");
        }
        refuseHalfDone();
        var config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(BUSY_MILLIS);
        return config.createConnection("jdbc:sqlite:" + file);
    }

    /** Without its log, which lies aside, it is an older one, and sound to look at. */
    private void refuseHalfDone() throws StoreException {
        try {
            var aside = Aside.unfinished(file);
            if (aside.isPresent()) {
                throw new StoreException(
                        "%s was being replaced by an import that was killed, and its log may lie beside %s; start the server, which puts it back, or import again"
                                .formatted(file, aside.get().getFileName()));
            }
        } catch (IOException e) {
            throw Faults.explained(file, "cannot be read", e);
        }
    }

    private static Head head(Connection connection) throws SQLException, Damaged {
        var tables = new Tables(connection, SqliteStore.MAX_ANSWERS, SqliteStore.MAX_ANSWER_BYTES);
        tables.begin(); // a server may write meanwhile: all of it as of one moment
        tables.load();
        var head = new HeadReader(tables).read(false, tables.epoch());
        tables.check();
        return head;
    }

    private static Head headOfMigrated(Connection connection)
            throws SQLException, Damaged, IOException {
        var folder = Files.createTempDirectory("muster-store");
        var copy = folder.resolve(NAME);
        try {
            copy(connection, copy);
            try (var own = new SQLiteConfig().createConnection("jdbc:sqlite:" + copy)) {
                Schema.migrate(own);
                return head(own);
            }
        } finally {
            Files.deleteIfExists(copy);
            Files.delete(folder);
        }
    }

    /** Copies what is committed at this moment; the log of the original is worked in. */
    private static void copy(Connection from, Path to) throws SQLException {
        try (var statement = from.prepareStatement("VACUUM INTO ?")) {
            statement.setString(1, to.toString());
            statement.execute();
        }
    }

    /** Puts a file into the place of a store that was put aside, or that again. */
    private static void takeName(Path unfinished, Path place, Optional<Path> aside)
            throws IOException, StoreException {
        try {
            rename(unfinished, place);
        } catch (IOException e) {
            if (Aside.undo(place)) {
                throw e;
            }
            throw new StoreException(
                    "%s may be replaced, or not, after a power cut: it cannot be forced (%s); look at the disk%s"
                            .formatted(
                                    place,
                                    InWords.withFile(e),
                                    aside.map(each -> "; the former store is " + each).orElse("")),
                    e);
        }
    }

    /** Gives a file its name when all of it is on the disk. */
    private static void finish(Path unfinished, Path target) throws IOException {
        forceFile(unfinished);
        rename(unfinished, target);
    }

    private static void rename(Path unfinished, Path target) throws IOException {
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        var folder = target.getParent();
        if (folder != null) {
            force(folder);
        }
    }

    /**
     * Makes a new file survive a power cut: SQLite forces its content, not its name in the folder.
     */
    static void force(Path folder) throws IOException {
        forceFile(folder);
    }

    private static void forceFile(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void begin(Path unfinished) throws IOException {
        Aside.delete(unfinished);
        Rights.create(unfinished);
    }

    /** The server may run as another user than who imports, and has to write the store. */
    private static void give(Path file, UserPrincipal owner) throws IOException {
        if (!Files.getOwner(file).equals(owner)) {
            Files.setOwner(file, owner);
        }
    }

    private static void discard(Path unfinished) {
        try {
            Aside.delete(unfinished);
        } catch (IOException _) {
            // it stays behind, named for what it is; the next try removes it
        }
    }
}
