package io.muster.server.store;

import io.muster.api.name.AgentName;
import io.muster.api.name.Revision;
import io.muster.api.outcome.InWords;
import io.muster.api.shell.Disk;
import io.muster.api.store.Commit;
import io.muster.api.store.Head;
import io.muster.api.store.Store;
import io.muster.api.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;

/**
 * Keeps everything in one SQLite file: write-ahead log, forced at each commit (synchronous FULL).
 *
 * <p>While it is open the folder is locked against other servers; readers may open the file.
 */
public final class SqliteStore implements Store {
    /** How many answers are remembered. */
    static final int MAX_ANSWERS = 10_000;

    /** How many bytes of answers are remembered. */
    static final long MAX_ANSWER_BYTES = 16L << 20;

    private static final Logger log = LoggerFactory.getLogger(SqliteStore.class);

    private static final int BUSY_MILLIS = 5_000; // a reader may hold the file for a moment

    private final Path folder;
    private final Path file;
    private final Disk disk;
    private final RandomGenerator random;
    private int maxPages = Integer.MAX_VALUE;
    private final int maxAnswers;
    private final Connector connector;
    private @Nullable AutoCloseable lock;
    private @Nullable Tables tables;
    private Revision revision = Revision.ZERO;
    private long epoch;
    private boolean unsure; // whether the last write happened

    /**
     * Uses a folder; touches nothing yet.
     *
     * @param disk the same folder, to make and to lock it
     * @param random for the identity of a new store
     */
    public SqliteStore(Path folder, Disk disk, RandomGenerator random) {
        this(folder, disk, random, MAX_ANSWERS, SQLiteConfig::createConnection);
    }

    SqliteStore(
            Path folder, Disk disk, RandomGenerator random, int maxAnswers, Connector connector) {
        this.connector = connector;
        this.folder = folder;
        this.file = folder.resolve(StoreFile.NAME);
        this.disk = disk;
        this.random = random;
        this.maxAnswers = maxAnswers;
    }

    @Override
    public Head open() throws StoreException {
        if (lock == null) {
            try {
                lock = disk.lock();
            } catch (IOException e) {
                throw new StoreException(
                        "state directory %s: %s".formatted(folder, InWords.withFile(e)), e);
            }
        }
        boolean cut = prepare();
        try {
            var made = connect();
            var connection = made.connection();
            boolean fresh = Schema.isEmpty(connection, file);
            made.useWriteAheadLog();
            if (fresh) {
                Schema.make(connection, Lineages.random(random));
                force(folder);
            } else {
                var verdict = Schema.verdict(connection);
                if (!verdict.equals("ok")) {
                    throw Faults.damaged(file, verdict, null);
                }
                Schema.migrate(connection);
            }
            if (cut) {
                made.pragma("wal_checkpoint(TRUNCATE)"); // nobody comes upon the remains again
            }
            made.load();
            var head = new HeadReader(made).read(fresh, made.epoch() + 1);
            made.check();
            made.countStart();
            epoch = head.epoch();
            revision = head.revision();
            return head;
        } catch (SQLException e) {
            disconnect(e);
            throw Faults.explained(file, "cannot be opened", e);
        } catch (Damaged e) {
            disconnect(e);
            throw Faults.damaged(file, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Sees to what SQLite would do without a word.
     *
     * @return whether SQLite leaves something out of the log
     */
    private boolean prepare() throws StoreException {
        try {
            if (!Files.exists(file)) {
                Aside.put(file)
                        .ifPresent(left ->
                                log.atWarn()
                                        .addKeyValue("file", left)
                                        .log(
                                                "what a store left that is gone was put"
                                                        + " aside; it belongs to that one"));
            } else if (Aside.undo(file)) {
                log.atWarn()
                        .addKeyValue("file", file)
                        .log(
                                "an import ended before its store was in place; the former one"
                                        + " goes on");
            }
            Rights.narrow(file);
            var cut = LogEnd.in(Aside.sibling(file, Aside.LOG));
            if (cut.isPresent() && cut.get().acknowledged()) {
                throw Faults.cut(file, cut.get());
            }
            cut.ifPresent(end ->
                    log.atError()
                            .addKeyValue("file", file)
                            .addKeyValue("frame", end.frame())
                            .log(
                                    "the last write to the log of the store cannot be read,"
                                            + " and is left out: after a power cut it was"
                                            + " not answered yet; otherwise look at the"
                                            + " disk"));
            return cut.isPresent();
        } catch (IOException e) {
            throw Faults.explained(file, "cannot be kept private", e);
        }
    }

    @Override
    public void commit(Commit commit) throws StoreException {
        write(tables -> tables.write(commit), epoch, commit.revision());
    }

    @Override
    public void raise(long to, Revision toRevision) throws StoreException {
        write(tables -> tables.raise(to, toRevision), to, toRevision);
    }

    /** One that fails may have happened: to repeat it does no harm. */
    @Override
    public void meet(Set<AgentName> agents) throws StoreException {
        write(tables -> tables.meet(agents), epoch, revision);
    }

    @Override
    public void close() {
        try {
            disconnect();
            var held = lock;
            lock = null;
            if (held != null) {
                held.close();
            }
        } catch (Exception e) {
            throw new IllegalStateException("closing failed: " + file, e);
        }
    }

    /** Lets the file grow no further, as if the disk were full beyond. */
    void maxPages(int count) throws SQLException {
        maxPages = count;
        if (tables != null) {
            tables.pragma("max_page_count = " + count);
        }
    }

    /** Returns a setting of the connection. */
    String pragma(String name) throws SQLException {
        return tables == null ? "" : tables.pragma(name);
    }

    /** Opens a file. */
    interface Connector {
        Connection connect(SQLiteConfig config, String url) throws SQLException;
    }

    /** Something to write in one transaction. */
    private interface Writing {
        void on(Tables tables) throws SQLException;
    }

    private void write(Writing writing, long nextEpoch, Revision nextRevision)
            throws StoreException {
        if (lock == null) {
            throw new IllegalStateException("not open: " + file);
        }
        if (!unsure || !happened(nextEpoch, nextRevision)) {
            tryTo(writing, nextEpoch, nextRevision);
        }
        epoch = nextEpoch;
        revision = nextRevision;
    }

    private void tryTo(Writing writing, long nextEpoch, Revision nextRevision)
            throws StoreException {
        try {
            writing.on(connected());
        } catch (Damaged e) {
            disconnect(e);
            throw Faults.damaged(file, String.valueOf(e.getMessage()), e);
        } catch (SQLException e) {
            // A commit that fails may have reached the disk or not: only a new look at the file
            // tells. What fails before the commit did not.
            unsure = tables != null && tables.isCommitting() && !Faults.isFull(e);
            disconnect(e);
            if (!unsure || !happened(nextEpoch, nextRevision)) {
                throw Faults.explained(file, "cannot be written", e);
            }
        }
    }

    /**
     * Finds out whether a write of which that is not known happened: is there, and is forced. That
     * it can be read says nothing of the disk, as the system shows what it could not force.
     *
     * @throws StoreException if it cannot be found out now
     */
    private boolean happened(long nextEpoch, Revision nextRevision) throws StoreException {
        try {
            var tables = connected(nextEpoch, nextRevision);
            boolean isNew = nextEpoch != epoch || !nextRevision.equals(revision);
            boolean isThere = tables.epoch() == nextEpoch && tables.revision().equals(nextRevision);
            if (!tables.workInLog()) {
                throw new SQLException("somebody reads it, so that it cannot be forced");
            }
            unsure = false;
            return isNew && isThere;
        } catch (Damaged e) {
            disconnect(e);
            throw Faults.damaged(file, String.valueOf(e.getMessage()), e);
        } catch (SQLException e) {
            disconnect(e);
            throw Faults.unknown(file, e);
        }
    }

    private void disconnect(Exception because) {
        try {
            disconnect();
        } catch (SQLException e) {
            because.addSuppressed(e);
        }
    }

    private Tables connected() throws SQLException, StoreException, Damaged {
        return connected(epoch, revision);
    }

    /** Connects again if need be, and makes sure that the file holds what it should. */
    private Tables connected(long orEpoch, Revision orRevision)
            throws SQLException, StoreException, Damaged {
        var current = tables;
        if (current != null) {
            return current;
        }
        var made = connect();
        made.useWriteAheadLog();
        made.load();
        made.check();
        boolean asExpected = made.epoch() == epoch && made.revision().equals(revision);
        boolean asAlternative = made.epoch() == orEpoch && made.revision().equals(orRevision);
        if (!asExpected && !asAlternative) {
            disconnect();
            throw StoreException.foreign(
                    "%s holds revision %s although this server wrote %s: somebody else has changed it; see that nobody does, then start the server again"
                            .formatted(file, made.revision(), revision));
        }
        return made;
    }

    private Tables connect() throws SQLException {
        var config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_MILLIS);
        config.setMaxPageCount(maxPages);
        var made =
                new Tables(
                        connector.connect(config, "jdbc:sqlite:" + file.toAbsolutePath()),
                        maxAnswers,
                        MAX_ANSWER_BYTES);
        tables = made;
        return made;
    }

    private void disconnect() throws SQLException {
        var current = tables;
        tables = null;
        if (current != null) {
            current.close();
        }
    }

    private static void force(Path folder) throws StoreException {
        try {
            StoreFile.force(folder);
        } catch (IOException e) {
            throw new StoreException("state directory " + folder + " cannot be forced to disk", e);
        }
    }
}
