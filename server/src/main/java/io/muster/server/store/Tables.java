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
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

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

    private static final Null NULL = Null.NULL;
    private static final String PUT_REPLACED =
            "INSERT OR REPLACE INTO replaced VALUES (?, ?, ?, ?)";

    private final Connection connection;
    private final int maxAnswers;
    private final long maxAnswerBytes;
    private final Map<String, PreparedStatement> statements = new TreeMap<>();
    private final Map<String, String> meta = new TreeMap<>();
    private final ArrayDeque<Kept> kept = new ArrayDeque<>();
    private long keptBytes;
    private long pastFrom;

    /** Stands for a value that is not there. */
    private enum Null {
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

    /** Reads what has to be known before writing. */
    void load() throws SQLException {
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
        begin();
        putMeta(EPOCH, Long.toString(epoch));
        putMeta(REVISION, revision.toString());
        end();
    }

    void meet(Set<AgentName> agents) throws SQLException {
        begin();
        for (var agent : agents) {
            run("INSERT OR IGNORE INTO agent VALUES (?)", agent.value());
        }
        end();
    }

    void write(Commit commit) throws SQLException {
        begin();
        for (var entry : commit.workloads().entrySet()) {
            putWorkload(entry.getKey(), entry.getValue());
        }
        for (var name : commit.deletedWorkloads()) {
            run("DELETE FROM workload WHERE name = ?", name.value());
        }
        for (var entry : commit.configs().entrySet()) {
            putConfig(entry.getKey(), entry.getValue());
        }
        for (var name : commit.deletedConfigs()) {
            run("DELETE FROM config WHERE name = ?", name);
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
            run("DELETE FROM startup");
            for (var name : mark.workloads()) {
                run("INSERT INTO startup VALUES (?, ?)", WORKLOAD, name.value());
            }
            for (var name : mark.configs()) {
                run("INSERT INTO startup VALUES (?, ?)", CONFIG, name);
            }
            putMeta(STARTUP_DIGEST, mark.digest());
        }
        for (var entry : commit.tags().entrySet()) {
            putTags(entry.getKey(), entry.getValue());
        }
        for (var agent : commit.forgotten()) {
            run("DELETE FROM agent WHERE name = ?", agent.value());
            run("DELETE FROM drained WHERE agent = ?", agent.value());
        }
        for (var entry : commit.drained().entrySet()) {
            run(
                    entry.getValue()
                            ? "INSERT OR IGNORE INTO drained VALUES (?)"
                            : "DELETE FROM drained WHERE agent = ?",
                    entry.getKey().value());
        }
        putMeta(REVISION, commit.revision().toString());
        end();
    }

    private void putTags(AgentName agent, TagEdits edits) throws SQLException {
        run("DELETE FROM agent_tag WHERE agent = ?", agent.value());
        for (var edit : edits.edits().entrySet()) {
            run(
                    "INSERT INTO agent_tag VALUES (?, ?, ?)",
                    agent.value(),
                    edit.getKey(),
                    edit.getValue().<Object>map(value -> value).orElse(NULL));
        }
    }

    private void begin() throws SQLException {
        run("BEGIN IMMEDIATE");
    }

    private void end() throws SQLException {
        run("COMMIT");
    }

    private void putWorkload(WorkloadName name, Head.Stored stored) throws SQLException {
        run(
                "INSERT OR REPLACE INTO workload VALUES (?, ?, ?)",
                name.value(),
                stored.changedAt().value(),
                StateCodec.encode(stored.workload()));
    }

    private void putConfig(String name, ConfigItem item) throws SQLException {
        run("INSERT OR REPLACE INTO config VALUES (?, ?)", name, StateCodec.encode(item));
    }

    private void putAnswer(Answer answer) throws SQLException {
        var body = RequestCodec.encode(answer.response());
        long number = kept.isEmpty() ? 1 : kept.getLast().number() + 1;
        run("INSERT INTO answer VALUES (?, ?, ?)", number, answer.requester().toString(), body);
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
            run("DELETE FROM answer WHERE number <= ?", last);
        }
    }

    private void putPast(PastUpdate update) throws SQLException {
        long revision = update.revision().value();
        run(
                "INSERT OR REPLACE INTO past VALUES (?, ?, ?)",
                revision,
                update.time().<Object>map(Instant::toEpochMilli).orElse(NULL),
                update.by().<Object>map(Requester::toString).orElse(NULL));
        for (var entry : update.workloads().entrySet()) {
            run(
                    PUT_REPLACED,
                    revision,
                    WORKLOAD,
                    entry.getKey().value(),
                    entry.getValue().<Object>map(StateCodec::encode).orElse(NULL));
        }
        for (var entry : update.configs().entrySet()) {
            run(
                    PUT_REPLACED,
                    revision,
                    CONFIG,
                    entry.getKey(),
                    entry.getValue().<Object>map(StateCodec::encode).orElse(NULL));
        }
        for (var entry : update.agents().entrySet()) {
            run(PUT_REPLACED, revision, AGENT, entry.getKey().value(), entry.getValue().name());
        }
    }

    private void forgetPastBefore(long revision) throws SQLException {
        if (revision > pastFrom) {
            run("DELETE FROM past WHERE revision < ?", revision);
            run("DELETE FROM replaced WHERE revision < ?", revision);
            pastFrom = revision;
        }
    }

    private void putMeta(String key, String value) throws SQLException {
        if (!Objects.equals(meta.put(key, value), value)) {
            run("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, value);
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

    /** Runs a statement, prepared at its first use: most starts need few of them. */
    private void run(String text, Object... values) throws SQLException {
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
        statement.execute();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
