package io.muster.server.store;

import io.muster.api.codec.RequestCodec;
import io.muster.api.codec.StateCodec;
import io.muster.api.name.AgentName;
import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.Requester;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.TagEdits;
import io.muster.api.store.Answer;
import io.muster.api.store.Commit;
import io.muster.api.store.Head;
import io.muster.api.store.PastUpdate;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes the tables through one connection; each write is one transaction. After a failure it is to
 * be closed, which rolls back what was begun.
 */
final class Tables implements AutoCloseable {
    static final String LINEAGE = "lineage";
    static final String EPOCH = "epoch";
    static final String REVISION = "revision";
    static final String STARTUP_DIGEST = "startup_digest";
    static final String WORKLOAD = "workload";
    static final String CONFIG = "config";
    static final String AGENT = "agent";

    /** Stands for a value that is not there. */
    static final Null NULL = Null.NULL;

    private final Connection connection;
    private final int maxAnswers;
    private final long maxAnswerBytes;
    private final Map<String, PreparedStatement> statements = new TreeMap<>();
    private final Map<String, String> meta = new TreeMap<>();
    private final ArrayDeque<Kept> kept = new ArrayDeque<>();
    private @Nullable Seal seal;
    private long keptBytes;
    private boolean committing;
    private long pastFrom;

    enum Null {
        NULL
    }

    /** An answer in the table, by its number. */
    private record Kept(long number, int bytes) {}

    Tables(Connection connection, int maxAnswers, long maxAnswerBytes) {
        this.connection = connection;
        this.maxAnswers = maxAnswers;
        this.maxAnswerBytes = maxAnswerBytes;
    }

    /** Chooses the write-ahead log, forced at each commit. */
    void useWriteAheadLog() throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA synchronous = FULL");
        }
    }

    /** Asks for a setting of the connection, or sets it. */
    String pragma(String text) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("PRAGMA " + text)) {
            return rows.next() ? rows.getString(1) : "";
        }
    }

    /**
     * Works the log into the file, and forces that: the log begins anew, without what nobody could
     * force of it, or read.
     *
     * <p>Somebody who reads what is there now keeps it from beginning the log anew only.
     *
     * @return false if somebody kept it from working in all of it
     */
    boolean workInLog() throws SQLException {
        return pragma("wal_checkpoint(TRUNCATE)").equals("0")
                || pragma("wal_checkpoint(FULL)").equals("0");
    }

    /** Reads what has to be known before writing, and sums up what is there. */
    void load() throws SQLException {
        seal = Seal.of(connection);
        try (var statement = connection.createStatement()) {
            try (var rows = statement.executeQuery("SELECT key, value FROM meta")) {
                while (rows.next()) {
                    meta.put(rows.getString(1), rows.getString(2));
                }
            }
            try (var rows =
                    statement.executeQuery(
                            "SELECT number, length(body) FROM answer ORDER BY number")) {
                while (rows.next()) {
                    kept.add(new Kept(rows.getLong(1), rows.getInt(2)));
                    keptBytes += rows.getInt(2);
                }
            }
        }
    }

    /**
     * Compares what was there with the sum that was written with it.
     *
     * @throws Damaged if a row changed, came or went by itself
     */
    void check() throws Damaged {
        var found = sum().toString();
        if (!found.equals(meta(Seal.KEY))) {
            throw new Damaged("its rows are not what was written: their digest is " + found);
        }
    }

    private Seal sum() {
        if (seal == null) {
            throw new IllegalStateException("nothing was loaded");
        }
        return seal;
    }

    /** Says whether it was the last step of a write that failed, which may have been done. */
    boolean isCommitting() {
        return committing;
    }

    Connection connection() {
        return connection;
    }

    /** Returns whose identity this is. */
    Lineage lineage() throws Damaged {
        try {
            return new Lineage(meta(LINEAGE));
        } catch (IllegalArgumentException e) {
            throw new Damaged("meta: " + e.getMessage(), e);
        }
    }

    long epoch() throws Damaged {
        return number(EPOCH);
    }

    Revision revision() throws Damaged {
        return new Revision(number(REVISION));
    }

    /** Counts a start of the server. */
    void countStart() throws SQLException, Damaged {
        raise(epoch() + 1, revision());
    }

    void raise(long epoch, Revision revision) throws SQLException {
        lock();
        putMeta(EPOCH, Long.toString(epoch));
        putMeta(REVISION, revision.toString());
        end();
    }

    void meet(Set<AgentName> agents) throws SQLException {
        lock();
        for (var agent : agents) {
            delete("agent", "name = ?", agent.value());
            insert("agent", agent.value());
        }
        end();
    }

    void write(Commit commit) throws SQLException {
        lock();
        for (var entry : commit.workloads().entrySet()) {
            putWorkload(entry.getKey(), entry.getValue());
        }
        for (var name : commit.deletedWorkloads()) {
            delete("workload", "name = ?", name.value());
        }
        for (var entry : commit.configs().entrySet()) {
            putConfig(entry.getKey(), entry.getValue());
        }
        for (var name : commit.deletedConfigs()) {
            delete("config", "name = ?", name);
        }
        for (var answer : commit.answers()) {
            putAnswer(answer);
        }
        forgetOldAnswers();
        for (var update : commit.past()) {
            putPast(update);
        }
        forgetPastBefore(commit.pastFrom().value());
        if (commit.startup().isPresent()) {
            var mark = commit.startup().get();
            delete("startup", "TRUE");
            for (var name : mark.workloads()) {
                insert("startup", WORKLOAD, name.value());
            }
            for (var name : mark.configs()) {
                insert("startup", CONFIG, name);
            }
            putMeta(STARTUP_DIGEST, mark.digest());
        }
        for (var entry : commit.tags().entrySet()) {
            putTags(entry.getKey(), entry.getValue());
        }
        for (var agent : commit.forgotten()) {
            delete("agent", "name = ?", agent.value());
            delete("drained", "agent = ?", agent.value());
        }
        for (var entry : commit.drained().entrySet()) {
            delete("drained", "agent = ?", entry.getKey().value());
            if (entry.getValue()) {
                insert("drained", entry.getKey().value());
            }
        }
        putMeta(REVISION, commit.revision().toString());
        end();
    }

    private void putTags(AgentName agent, TagEdits edits) throws SQLException {
        delete("agent_tag", "agent = ?", agent.value());
        for (var edit : edits.edits().entrySet()) {
            insert(
                    "agent_tag",
                    agent.value(),
                    edit.getKey(),
                    edit.getValue().<Object>map(value -> value).orElse(NULL));
        }
    }

    /** Begins to read all of it as of one moment. */
    void begin() throws SQLException {
        run("BEGIN");
    }

    private void lock() throws SQLException {
        run("BEGIN IMMEDIATE");
    }

    private void end() throws SQLException {
        run("INSERT OR REPLACE INTO meta VALUES (?, ?)", Seal.KEY, sum().toString());
        committing = true;
        run("COMMIT");
        committing = false;
    }

    private void putWorkload(WorkloadName name, Head.Stored stored) throws SQLException {
        delete("workload", "name = ?", name.value());
        insert(
                "workload",
                name.value(),
                stored.changedAt().value(),
                StateCodec.encode(stored.workload()));
    }

    private void putConfig(String name, ConfigItem item) throws SQLException {
        delete("config", "name = ?", name);
        insert("config", name, StateCodec.encode(item));
    }

    private void putAnswer(Answer answer) throws SQLException {
        var body = RequestCodec.encode(answer.response());
        long number = kept.isEmpty() ? 1 : kept.getLast().number() + 1;
        insert("answer", number, answer.requester().toString(), body);
        kept.add(new Kept(number, body.length));
        keptBytes += body.length;
    }

    private void forgetOldAnswers() throws SQLException {
        long last = 0;
        while (kept.size() > maxAnswers || (keptBytes > maxAnswerBytes && kept.size() > 1)) {
            var oldest = kept.removeFirst();
            keptBytes -= oldest.bytes();
            last = oldest.number();
        }
        if (last > 0) {
            delete("answer", "number <= ?", last);
        }
    }

    private void putPast(PastUpdate update) throws SQLException {
        long revision = update.revision().value();
        delete("past", "revision = ?", revision);
        insert(
                "past",
                revision,
                update.time().<Object>map(Instant::toEpochMilli).orElse(NULL),
                update.by().<Object>map(Requester::toString).orElse(NULL));
        for (var entry : update.workloads().entrySet()) {
            putReplaced(
                    revision,
                    WORKLOAD,
                    entry.getKey().value(),
                    entry.getValue().<Object>map(StateCodec::encode).orElse(NULL));
        }
        for (var entry : update.configs().entrySet()) {
            putReplaced(
                    revision,
                    CONFIG,
                    entry.getKey(),
                    entry.getValue().<Object>map(StateCodec::encode).orElse(NULL));
        }
        for (var entry : update.agents().entrySet()) {
            putReplaced(revision, AGENT, entry.getKey().value(), entry.getValue().name());
        }
    }

    private void putReplaced(long revision, String kind, String name, Object body)
            throws SQLException {
        delete("replaced", "revision = ? AND kind = ? AND name = ?", revision, kind, name);
        insert("replaced", revision, kind, name, body);
    }

    private void forgetPastBefore(long revision) throws SQLException {
        if (revision > pastFrom) {
            delete("past", "revision < ?", revision);
            delete("replaced", "revision < ?", revision);
            pastFrom = revision;
        }
    }

    private void putMeta(String key, String value) throws SQLException {
        if (!Objects.equals(meta.put(key, value), value)) {
            delete("meta", "key = ?", key);
            insert("meta", key, value);
        }
    }

    private void insert(String table, Object... values) throws SQLException {
        var places = String.join(", ", Collections.nCopies(values.length, "?"));
        run("INSERT INTO %s VALUES (%s)".formatted(table, places), values);
        sum().turn(table, values);
    }

    private void delete(String table, String which, Object... values) throws SQLException {
        var text = "DELETE FROM %s WHERE %s RETURNING *".formatted(table, which);
        try (var rows = prepared(text, values).executeQuery()) {
            while (rows.next()) {
                sum().turn(table, rows);
            }
        }
    }

    private long number(String key) throws Damaged {
        var value = meta(key);
        try {
            long number = Long.parseLong(value);
            if (number >= 0 && number < Long.MAX_VALUE) { // so that it can be counted on
                return number;
            }
        } catch (NumberFormatException e) {
            throw new Damaged("meta: %s is no number: %s".formatted(key, value), e);
        }
        throw new Damaged("meta: %s is not possible: %s".formatted(key, value));
    }

    private String meta(String key) throws Damaged {
        var value = meta.get(key);
        if (value == null) {
            throw new Damaged("meta has no " + key);
        }
        return value;
    }

    private void run(String text, Object... values) throws SQLException {
        prepared(text, values).execute();
    }

    /** Returns a statement, prepared at its first use: most starts need few of them. */
    private PreparedStatement prepared(String text, Object... values) throws SQLException {
        var statement = statements.get(text);
        if (statement == null) {
            statement = connection.prepareStatement(text);
            statements.put(text, statement);
        }
        for (int i = 0; i < values.length; i++) {
            switch (values[i]) {
                case String value -> statement.setString(i + 1, value);
                case Long value -> statement.setLong(i + 1, value);
                case byte[] value -> statement.setBytes(i + 1, value);
                case Null _ -> statement.setObject(i + 1, null);
                default -> throw new IllegalArgumentException("no column holds " + values[i]);
            }
        }
        return statement;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
