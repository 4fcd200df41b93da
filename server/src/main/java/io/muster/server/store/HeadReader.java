package io.muster.server.store;

import io.muster.api.codec.HistoryCodec;
import io.muster.api.codec.MalformedMessage;
import io.muster.api.codec.RequestCodec;
import io.muster.api.codec.StateCodec;
import io.muster.api.name.AgentName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.AgentAction;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.TagEdits;
import io.muster.api.state.Workload;
import io.muster.api.store.Answer;
import io.muster.api.store.Head;
import io.muster.api.store.PastUpdate;
import io.muster.api.store.StartupMark;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads everything out of the tables. */
final class HeadReader {
    private final Tables tables;

    HeadReader(Tables tables) {
        this.tables = tables;
    }

    /**
     * Reads.
     *
     * @param epoch of the server that reads it
     * @throws Damaged if the content makes no sense, naming the row
     */
    Head read(boolean fresh, long epoch) throws SQLException, Damaged {
        try {
            return new Head(
                    tables.lineage(),
                    epoch,
                    tables.revision(),
                    fresh,
                    startup(),
                    workloads(),
                    configs(),
                    answers(),
                    past(),
                    tags(),
                    met(),
                    drained());
        } catch (IllegalArgumentException e) { // each row makes sense, but not together
            throw new Damaged(String.valueOf(e.getMessage()), e);
        }
    }

    private Set<AgentName> drained() throws SQLException, Damaged {
        var found = new TreeSet<AgentName>();
        each("SELECT agent FROM drained", row -> found.add(new AgentName(row.getString(1))));
        return found;
    }

    private Set<AgentName> met() throws SQLException, Damaged {
        var found = new TreeSet<AgentName>();
        each("SELECT name FROM agent", row -> found.add(new AgentName(row.getString(1))));
        return found;
    }

    private Map<AgentName, TagEdits> tags() throws SQLException, Damaged {
        var edits = new TreeMap<AgentName, TreeMap<String, Optional<String>>>();
        each(
                "SELECT agent, key, value FROM agent_tag",
                row ->
                        edits.computeIfAbsent(new AgentName(row.getString(1)), _ -> new TreeMap<>())
                                .put(row.getString(2), Optional.ofNullable(row.getString(3))));
        var found = new TreeMap<AgentName, TagEdits>();
        edits.forEach((agent, of) -> found.put(agent, new TagEdits(of)));
        return found;
    }

    private Map<WorkloadName, Head.Stored> workloads() throws SQLException, Damaged {
        var found = new TreeMap<WorkloadName, Head.Stored>();
        each(
                "SELECT name, changed_at, body FROM workload",
                row ->
                        found.put(
                                new WorkloadName(row.getString(1)),
                                new Head.Stored(
                                        StateCodec.decodeWorkload(row.getBytes(3)),
                                        new Revision(row.getLong(2)))));
        return found;
    }

    private Map<String, ConfigItem> configs() throws SQLException, Damaged {
        var found = new TreeMap<String, ConfigItem>();
        each(
                "SELECT name, body FROM config",
                row -> found.put(row.getString(1), StateCodec.decodeConfigItem(row.getBytes(2))));
        return found;
    }

    private List<Answer> answers() throws SQLException, Damaged {
        var found = new ArrayList<Answer>();
        each(
                "SELECT requester, body FROM answer ORDER BY number",
                row ->
                        found.add(
                                new Answer(
                                        HistoryCodec.requester(row.getString(1)),
                                        RequestCodec.decodeResponse(row.getBytes(2)))));
        return found;
    }

    private Optional<StartupMark> startup() throws SQLException, Damaged {
        var workloads = new TreeSet<WorkloadName>();
        var configs = new TreeSet<String>();
        var digest = new ArrayList<String>();
        each(
                "SELECT value FROM meta WHERE key = '" + Tables.STARTUP_DIGEST + "'",
                row -> digest.add(row.getString(1)));
        each(
                "SELECT kind, name FROM startup",
                row -> {
                    if (row.getString(1).equals(Tables.WORKLOAD)) {
                        workloads.add(new WorkloadName(row.getString(2)));
                    } else {
                        configs.add(row.getString(2));
                    }
                });
        return digest.stream().findFirst().map(d -> new StartupMark(d, workloads, configs));
    }

    /** Something to do with a row. */
    private interface Taking {
        void on(ResultSet row) throws SQLException, MalformedMessage;
    }

    private void each(String query, Taking taking) throws SQLException, Damaged {
        try (var statement = tables.connection().createStatement();
                var rows = statement.executeQuery(query)) {
            while (rows.next()) {
                try {
                    taking.on(rows);
                } catch (MalformedMessage | IllegalArgumentException e) {
                    throw new Damaged(query + ": row " + rows.getRow() + ": " + e.getMessage(), e);
                }
            }
        }
    }

    private List<PastUpdate> past() throws SQLException, Damaged {
        var workloads = new TreeMap<Long, Map<WorkloadName, Optional<Workload>>>();
        var configs = new TreeMap<Long, Map<String, Optional<ConfigItem>>>();
        var agents = new TreeMap<Long, Map<AgentName, AgentAction>>();
        each(
                "SELECT revision, kind, name, body FROM replaced",
                row -> {
                    long revision = row.getLong(1);
                    var body = Optional.ofNullable(row.getBytes(4));
                    if (row.getString(2).equals(Tables.WORKLOAD)) {
                        workloads
                                .computeIfAbsent(revision, _ -> new TreeMap<>())
                                .put(
                                        new WorkloadName(row.getString(3)),
                                        body.isEmpty()
                                                ? Optional.empty()
                                                : Optional.of(
                                                        StateCodec.decodeWorkload(body.get())));
                    } else if (row.getString(2).equals(Tables.AGENT)) {
                        agents.computeIfAbsent(revision, _ -> new TreeMap<>())
                                .put(
                                        new AgentName(row.getString(3)),
                                        AgentAction.valueOf(String.valueOf(row.getString(4))));
                    } else {
                        configs.computeIfAbsent(revision, _ -> new TreeMap<>())
                                .put(
                                        row.getString(3),
                                        body.isEmpty()
                                                ? Optional.empty()
                                                : Optional.of(
                                                        StateCodec.decodeConfigItem(body.get())));
                    }
                });
        var found = new ArrayList<PastUpdate>();
        each(
                "SELECT revision, time_millis, requester FROM past ORDER BY revision",
                row -> {
                    long revision = row.getLong(1);
                    long millis = row.getLong(2);
                    var time =
                            row.wasNull()
                                    ? Optional.<Instant>empty()
                                    : Optional.of(Instant.ofEpochMilli(millis));
                    found.add(
                            new PastUpdate(
                                    new Revision(revision),
                                    time,
                                    Optional.ofNullable(row.getString(3))
                                            .map(HistoryCodec::requester),
                                    workloads.getOrDefault(revision, Map.of()),
                                    configs.getOrDefault(revision, Map.of()),
                                    agents.getOrDefault(revision, Map.of())));
                });
        return found;
    }
}
