package io.muster.server.store;

import io.muster.api.name.Lineage;
import io.muster.api.store.StoreException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The tables, and their version.
 *
 * <p>A later version gets a migration here: from each older one to the next, in the transaction
 * that also sets the number.
 */
final class Schema {
    /** Marks a file as Muster's (PRAGMA application_id): "MSTR". */
    static final int APPLICATION = 0x4D535452;

    static final int VERSION = 6;

    private Schema() {}

    /**
     * Looks at a file without changing it.
     *
     * @return whether it is empty, so that the tables have to be made
     * @throws StoreException if it is not ours, or of a version that is not known here
     */
    static boolean isEmpty(Connection connection, Path file) throws SQLException, StoreException {
        try (var statement = connection.createStatement()) {
            int application = number(statement, "PRAGMA application_id");
            int version = number(statement, "PRAGMA user_version");
            int tables = number(statement, "SELECT count(*) FROM sqlite_master");
            if (application == 0 && version == 0 && tables == 0) {
                return true;
            }
            if (application != APPLICATION) {
                throw new StoreException(
                        file
                                + " is an SQLite file, but no store of muster-server; move it away,"
                                + " or name another --state-dir");
            }
            if (version > VERSION) {
                throw new StoreException(
                        ("%s was written by a newer muster-server (schema %d, this one knows %d);"
                                        + " start that version, or name another --state-dir")
                                .formatted(file, version, VERSION));
            }
            return false;
        }
    }

    /** Makes the tables. */
    static void make(Connection connection, Lineage lineage) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            statement.execute(
                    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID");
            statement.execute(
                    "CREATE TABLE workload (name TEXT PRIMARY KEY, changed_at INTEGER NOT NULL,"
                            + " body BLOB NOT NULL) WITHOUT ROWID");
            statement.execute(
                    "CREATE TABLE config (name TEXT PRIMARY KEY, body BLOB NOT NULL)"
                            + " WITHOUT ROWID");
            statement.execute(
                    "CREATE TABLE answer (number INTEGER PRIMARY KEY, requester TEXT NOT NULL,"
                            + " body BLOB NOT NULL)");
            statement.execute(
                    "CREATE TABLE startup (kind TEXT NOT NULL, name TEXT NOT NULL,"
                            + " PRIMARY KEY (kind, name)) WITHOUT ROWID");
            makeHistory(statement);
            makeTags(statement);
            makeAgents(statement);
            makeDrained(statement);
            statement.execute(
                    "INSERT INTO meta VALUES ('lineage', '"
                            + lineage
                            + "'), ('epoch', '0'), ('revision', '0')");
            statement.execute("PRAGMA application_id = " + APPLICATION);
            statement.execute("PRAGMA user_version = " + VERSION);
            Seal.put(connection);
            statement.execute("COMMIT");
        }
    }

    /** Brings the tables of an older version to this one, in one transaction. */
    static void migrate(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            int version = number(statement, "PRAGMA user_version");
            if (version == VERSION) {
                return;
            }
            statement.execute("BEGIN IMMEDIATE");
            if (version < 2) {
                makeHistory(statement);
                // it begins with what is there; who made that, and when, was not recorded
                statement.execute(
                        "INSERT INTO past SELECT CAST(value AS INTEGER), NULL, NULL FROM meta"
                                + " WHERE key = 'revision' AND CAST(value AS INTEGER) > 0");
            }
            if (version < 3) {
                makeTags(statement);
            }
            if (version < 4) {
                makeAgents(statement);
            }
            if (version < 5) {
                makeDrained(statement);
            }
            Seal.put(connection); // over what older versions left: it was not sealed before 6
            statement.execute("PRAGMA user_version = " + VERSION);
            statement.execute("COMMIT");
        }
    }

    /** What updates made of the tags of agents; a value that is NULL was removed. */
    private static void makeTags(Statement statement) throws SQLException {
        statement.execute(
                "CREATE TABLE agent_tag (agent TEXT NOT NULL, key TEXT NOT NULL, value TEXT,"
                        + " PRIMARY KEY (agent, key)) WITHOUT ROWID");
    }

    /** The agents that were ever here. */
    private static void makeAgents(Statement statement) throws SQLException {
        statement.execute("CREATE TABLE agent (name TEXT PRIMARY KEY) WITHOUT ROWID");
    }

    /** The agents on which nothing is to run. */
    private static void makeDrained(Statement statement) throws SQLException {
        statement.execute("CREATE TABLE drained (agent TEXT PRIMARY KEY) WITHOUT ROWID");
    }

    /** What each update of the last ones replaced; a body that is NULL was not there. */
    private static void makeHistory(Statement statement) throws SQLException {
        statement.execute(
                "CREATE TABLE past (revision INTEGER PRIMARY KEY, time_millis INTEGER,"
                        + " requester TEXT)");
        statement.execute(
                "CREATE TABLE replaced (revision INTEGER NOT NULL, kind TEXT NOT NULL,"
                        + " name TEXT NOT NULL, body BLOB,"
                        + " PRIMARY KEY (revision, kind, name)) WITHOUT ROWID");
    }

    /** Returns what SQLite finds wrong with the file, or "ok". */
    static String verdict(Connection connection) throws SQLException {
        return verdict(connection, "quick_check");
    }

    /** The same, with every index compared to its table: slower. */
    static String thoroughVerdict(Connection connection) throws SQLException {
        return verdict(connection, "integrity_check");
    }

    private static String verdict(Connection connection, String check) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("PRAGMA " + check + "(1)")) {
            return rows.next() ? rows.getString(1) : "no verdict";
        }
    }

    /** Returns the version of the tables. */
    static int version(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            return number(statement, "PRAGMA user_version");
        }
    }

    private static int number(Statement statement, String query) throws SQLException {
        try (var rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }
}
