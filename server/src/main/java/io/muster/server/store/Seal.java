package io.muster.server.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;

/**
 * The sum over all rows, which is kept beside them: a row that changed or went by itself is seen,
 * as SQLite itself checks how its pages hang together, but not what they say.
 *
 * <p>It is the exclusive or of a digest of each row. So a commit costs no more than the rows it
 * touches, and to add a row and to take it off is the same. No row is there twice, as each has a
 * key.
 */
final class Seal {
    /** Where the sum is, in the table meta; the only row that is not part of it. */
    static final String KEY = "digest";

    private static final List<String> TABLES =
            List.of(
                    "meta",
                    "workload",
                    "config",
                    "answer",
                    "startup",
                    "past",
                    "replaced",
                    "agent_tag",
                    "agent",
                    "drained");

    private final MessageDigest digest;
    private final byte[] sum;

    private Seal() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("each JDK has SHA-256", e);
        }
        sum = new byte[digest.getDigestLength()];
    }

    /** Sums up what is there. */
    static Seal of(Connection connection) throws SQLException {
        var seal = new Seal();
        for (var table : TABLES) {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery("SELECT * FROM " + table)) {
                while (rows.next()) {
                    seal.turn(table, rows);
                }
            }
        }
        return seal;
    }

    /** Writes the sum of what is there, for tables that are made or brought to this version. */
    static void put(Connection connection) throws SQLException {
        try (var statement =
                connection.prepareStatement("INSERT OR REPLACE INTO meta VALUES (?, ?)")) {
            statement.setString(1, KEY);
            statement.setString(2, of(connection).toString());
            statement.execute();
        }
    }

    /** Adds the row at which the result is, or takes it off. */
    void turn(String table, ResultSet row) throws SQLException {
        var values = new Object[row.getMetaData().getColumnCount()];
        for (int i = 0; i < values.length; i++) {
            var value = row.getObject(i + 1);
            values[i] = value == null ? Tables.NULL : value;
        }
        turn(table, values);
    }

    /** Adds a row, or takes it off. */
    void turn(String table, Object... values) {
        if (values[0].equals(KEY) && table.equals("meta")) {
            return;
        }
        add('t', table.getBytes(StandardCharsets.UTF_8));
        for (var value : values) {
            switch (value) {
                case Tables.Null _ -> add('n', new byte[0]);
                case byte[] bytes -> add('b', bytes);
                case Integer number -> add('i', bytes(number));
                case Long number -> add('i', bytes(number));
                default -> add('s', value.toString().getBytes(StandardCharsets.UTF_8));
            }
        }
        var row = digest.digest();
        for (int i = 0; i < sum.length; i++) {
            sum[i] ^= row[i];
        }
    }

    private void add(char kind, byte[] bytes) {
        digest.update((byte) kind);
        digest.update(bytes(bytes.length)); // so that no two rows look alike
        digest.update(bytes);
    }

    private static byte[] bytes(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(sum);
    }
}
