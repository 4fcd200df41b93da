package io.muster.server.store;

import io.muster.api.outcome.InWords;
import io.muster.api.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;

/** Says in words what SQLite refused, and what to do. */
final class Faults {
    /** Bytes: the index of the write-ahead log begins with 32 KiB. */
    private static final long ROOM_BESIDE = 64L << 10;

    private Faults() {}

    /**
     * Says what is wrong.
     *
     * @param what what was wanted, such as "cannot be opened"
     */
    static StoreException explained(Path file, String what, SQLException e) {
        int primary = e.getErrorCode() & 0xff;
        if (primary == SQLiteErrorCode.SQLITE_CORRUPT.code
                || isWithoutTable(primary, String.valueOf(e.getMessage()))
                || primary == SQLiteErrorCode.SQLITE_NOTADB.code) {
            return damaged(file, String.valueOf(e.getMessage()), e);
        }
        if (isFull(e) || (primary == SQLiteErrorCode.SQLITE_IOERR.code && hasNoRoom(file))) {
            return full(file, what, String.valueOf(e.getMessage()), e);
        }
        return new StoreException(
                "%s %s (%s); look at the disk and at the rights on %s"
                        .formatted(file, what, e.getMessage(), file.getParent()),
                e);
    }

    /** What is asked for is there in each version of the tables, or made by the migration. */
    private static boolean isWithoutTable(int primary, String message) {
        return primary == SQLiteErrorCode.SQLITE_ERROR.code
                && (message.contains("no such table") || message.contains("no such column"));
    }

    /** Says what is wrong with what was done to a file, other than by SQLite. */
    static StoreException explained(Path file, String what, IOException e) {
        return hasNoRoom(file)
                ? full(file, what, InWords.withFile(e), e)
                : new StoreException(
                        "%s %s (%s); give it, and what begins with its name, to the user that muster-server runs as"
                                .formatted(file, what, InWords.withFile(e)),
                        e);
    }

    private static StoreException full(Path file, String what, String why, Exception e) {
        return StoreException.full(
                "%s %s (%s); the disk is full; free some space, then try again"
                        .formatted(file, what, why),
                e);
    }

    /** SQLite calls it an I/O error when there is no room for the files beside its own. */
    private static boolean hasNoRoom(Path file) {
        try {
            var folder = file.getParent(); // of an absolute path; the file may not be there yet
            return Files.getFileStore(folder == null ? file : folder).getUsableSpace()
                    < ROOM_BESIDE;
        } catch (IOException _) {
            return false; // a disk that does not even say this is not just full
        }
    }

    /**
     * Says whether a commit that failed like this was not done for sure: the mark of a commit is
     * the last that is written, so it did not fit. After any other failure it may be there.
     */
    static boolean isFull(SQLException e) {
        return (e.getErrorCode() & 0xff) == SQLiteErrorCode.SQLITE_FULL.code;
    }

    /** Says that nobody knows what is in the file. */
    static StoreException unknown(Path file, Exception e) {
        return StoreException.unknown(
                "%s may hold the last update or not, and cannot be read to find out (%s); look at the disk"
                        .formatted(file, e.getMessage()),
                e);
    }

    /** Says that what was acknowledged cannot be read any more. */
    static StoreException cut(Path file, LogEnd.Cut cut) {
        return damaged(
                file,
                "frame %d of %s%s is not what was written, and %d or more updates that were acknowledged are lost with it; muster-server store backup writes a copy of what was before, if you want to go on with that"
                        .formatted(cut.frame(), file.getFileName(), Aside.LOG, cut.commits()),
                null);
    }

    /** Says that a file cannot be trusted. */
    static StoreException damaged(Path file, String what, @Nullable Throwable cause) {
        var message =
                "%s is damaged (%s); put a backup in its place (muster-server store import --replace), or move %s away and start again with your manifests"
                        .formatted(file, what, file.getParent());
        return cause == null ? new StoreException(message) : new StoreException(message, cause);
    }
}
