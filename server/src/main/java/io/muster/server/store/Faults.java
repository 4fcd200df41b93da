package io.muster.server.store;

import io.muster.api.store.StoreException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;

/** Says in words what SQLite refused, and what to do. */
final class Faults {
    private Faults() {}

    /**
     * Says what is wrong.
     *
     * @param what what was wanted, such as "cannot be opened"
     */
    static StoreException explained(Path file, String what, SQLException e) {
        int primary = e.getErrorCode() & 0xff;
        if (primary == SQLiteErrorCode.SQLITE_CORRUPT.code
                || primary == SQLiteErrorCode.SQLITE_NOTADB.code) {
            return damaged(file, String.valueOf(e.getMessage()), e);
        }
        var remedy =
                primary == SQLiteErrorCode.SQLITE_FULL.code
                        ? "the disk is full; free some space, then try again"
                        : "look at the disk and at the rights on " + file.getParent();
        return new StoreException(
                "%s %s (%s); %s".formatted(file, what, e.getMessage(), remedy), e);
    }

    /** Says that a file cannot be trusted. */
    static StoreException damaged(Path file, String what, @Nullable Throwable cause) {
        var message =
                "%s is damaged (%s); put a backup in its place (muster-server store import --replace), or move %s away and start again with your manifests"
                        .formatted(file, what, file.getParent());
        return cause == null ? new StoreException(message) : new StoreException(message, cause);
    }
}
