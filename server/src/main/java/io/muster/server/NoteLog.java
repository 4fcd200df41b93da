package io.muster.server;

import io.muster.api.outcome.Problem;
import io.muster.api.request.Requester;
import io.muster.server.core.Note;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what happened into the log: one constant sentence each, and what it is about. */
final class NoteLog {
    private static final Logger log = LoggerFactory.getLogger("io.muster.server.Server");
    private static final String AGENT = "agent";
    private static final String REVISION = "revision";
    private static final String REASON = "reason";
    private static final String EPOCH = "epoch";
    private static final String INSTANCE = "instance";

    private NoteLog() {}

    static void write(Note note) {
        switch (note) {
            case Note.ManifestInForce(var revision, var changed) ->
                    log.atInfo()
                            .addKeyValue(REVISION, revision)
                            .log(
                                    changed
                                            ? "startup manifest applied"
                                            : "startup manifest is unchanged; what is stored"
                                                    + " stands");
            case Note.ManifestRefused(var problems) ->
                    log.atError()
                            .addKeyValue(
                                    REASON,
                                    problems.stream()
                                            .map(Problem::toString)
                                            .collect(Collectors.joining("; ")))
                            .log("startup manifest refused");
            case Note.Updated(var by, var revision, var added, var deleted) ->
                    log.atInfo()
                            .addKeyValue(REVISION, revision)
                            .addKeyValue(
                                    "requester",
                                    by.map(Requester::toString).orElse("startup manifest"))
                            .addKeyValue("added", added.size())
                            .addKeyValue("deleted", deleted.size())
                            .log("desired state updated");
            case Note.UpdateRefused(var by, var message) ->
                    log.atInfo()
                            .addKeyValue("requester", by)
                            .addKeyValue(REASON, message)
                            .log("update refused");
            case Note.AgentsNotRemembered(var agents, var why) ->
                    log.atWarn()
                            .addKeyValue("agents", agents)
                            .addKeyValue(REASON, why)
                            .log(
                                    "the store does not take down that agents were here; trying"
                                            + " again");
            case Note.StoreFailed(var updates, var why) ->
                    log.atError()
                            .addKeyValue("updates", updates)
                            .addKeyValue(REASON, why)
                            .log("store failed; updates were refused");
            case Note.AgentChanged(var agent, var action) ->
                    log.atInfo()
                            .addKeyValue(AGENT, agent)
                            .log(
                                    switch (action) {
                                        case DRAIN -> "agent is drained";
                                        case UNDRAIN -> "agent is not drained any more";
                                        case DELETE -> "agent is forgotten";
                                    });
            case Note.AgentJoined(var agent, var instance, var version) ->
                    log.atInfo()
                            .addKeyValue(AGENT, agent)
                            .addKeyValue(INSTANCE, instance)
                            .addKeyValue("version", version)
                            .log("agent connected");
            case Note.AgentLost(var agent, var instance, var why) ->
                    log.atWarn()
                            .addKeyValue(AGENT, agent)
                            .addKeyValue(INSTANCE, instance)
                            .addKeyValue(REASON, why)
                            .log("agent disconnected");
            case Note.NameConflict(var agent, var elder, var refused) ->
                    log.atError()
                            .addKeyValue(AGENT, agent)
                            .addKeyValue("elder", elder)
                            .addKeyValue("refused", refused)
                            .log(
                                    "two running agents have one name; stop one, or give it another"
                                            + " name");
            case Note.NameAwaited(var agent, var holder, var waiting) ->
                    log.atWarn()
                            .addKeyValue(AGENT, agent)
                            .addKeyValue("holder", holder)
                            .addKeyValue("waiting", waiting)
                            .log(
                                    "an agent on another node wants a name whose holder may come"
                                            + " back; it has to wait");
            case Note.AgentTrouble(var agent, var trouble) -> {
                if (trouble.isEmpty()) {
                    log.atInfo().addKeyValue(AGENT, agent).log("agent is out of trouble");
                } else {
                    log.atWarn()
                            .addKeyValue(AGENT, agent)
                            .addKeyValue(REASON, trouble)
                            .log("agent is in trouble");
                }
            }
            case Note.ForeignLineage(var agent, var seen, var takeOver) ->
                    log.atWarn()
                            .addKeyValue(AGENT, agent)
                            .addKeyValue("lineage", seen.lineage())
                            .log(
                                    takeOver
                                            ? "agent obeyed another store until now; it is told to"
                                                    + " obey this one"
                                            : "agent obeys another store and will touch nothing;"
                                                  + " start the server with the state directory of"
                                                  + " that store, or with --take-over");
            case Note.Jumped(var because, var epoch, var revision) ->
                    log.atWarn()
                            .addKeyValue(AGENT, because)
                            .addKeyValue(EPOCH, epoch)
                            .addKeyValue(REVISION, revision)
                            .log("store is older than an agent's desired state; jumped above it");
            case Note.JumpFailed(var because, var why) ->
                    log.atError()
                            .addKeyValue(AGENT, because)
                            .addKeyValue(REASON, why)
                            .log("store is older than an agent's desired state; jump failed");
            case Note.StateChanged(var state) ->
                    log.atInfo()
                            .addKeyValue("workload", state.instance().workload())
                            .addKeyValue(AGENT, state.instance().agent())
                            .addKeyValue("state", state.phase())
                            .addKeyValue("changed-at", state.changedAt())
                            .log("workload state changed");
            case Note.Ignored(var agent, var why) ->
                    log.atWarn()
                            .addKeyValue(AGENT, agent)
                            .addKeyValue(REASON, why)
                            .log("message ignored");
        }
    }
}
