package io.muster.server;

import io.muster.server.core.Note;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what happened to the log: a constant sentence and its pairs. */
final class NoteLog {
    private static final Logger log = LoggerFactory.getLogger(ServerShell.class);

    private NoteLog() {}

    static void write(Note note) {
        switch (note) {
            case Note.ManifestInForce(var revision, var changed) ->
                    log.atInfo()
                            .addKeyValue("revision", revision)
                            .log(changed ? "startup manifest applied" : "startup manifest unchanged");
            case Note.ManifestRefused(var problems) ->
                    log.atError().addKeyValue("problems", problems).log("startup manifest refused");
            case Note.Updated(var by, var revision, var added, var deleted) ->
                    log.atInfo()
                            .addKeyValue("requester", by.map(Object::toString).orElse("startup manifest"))
                            .addKeyValue("revision", revision)
                            .addKeyValue("added", added.size())
                            .addKeyValue("deleted", deleted.size())
                            .log("update stored");
            case Note.UpdateRefused(var by, var message) ->
                    log.atInfo()
                            .addKeyValue("requester", by)
                            .addKeyValue("reason", message)
                            .log("update refused");
            case Note.StoreFailed(var updates, var why) ->
                    log.atError()
                            .addKeyValue("updates", updates)
                            .addKeyValue("reason", why)
                            .log("the store failed; updates refused");
            case Note.AgentJoined(var agent, var instance, var version) ->
                    log.atInfo()
                            .addKeyValue("agent", agent)
                            .addKeyValue("instance", instance)
                            .addKeyValue("version", version)
                            .log("agent joined");
            case Note.AgentLost(var agent, var instance, var why) ->
                    log.atWarn()
                            .addKeyValue("agent", agent)
                            .addKeyValue("instance", instance)
                            .addKeyValue("reason", why)
                            .log("agent lost");
            case Note.NameConflict(var agent, var elder, var refused) ->
                    log.atError()
                            .addKeyValue("agent", agent)
                            .addKeyValue("instance", elder)
                            .addKeyValue("refused", refused)
                            .log("two running agents have one name; rename one");
            case Note.AgentTrouble(var agent, var trouble) -> trouble(agent.value(), trouble);
            case Note.ForeignLineage(var agent, var seen, var takeOver) ->
                    log.atWarn()
                            .addKeyValue("agent", agent)
                            .addKeyValue("seen", seen)
                            .log(
                                    takeOver
                                            ? "agent obeyed another store; taking it over"
                                            : "agent obeys another store and touches nothing; restore that"
                                                    + " store, or start this server with --take-over");
            case Note.Jumped(var because, var epoch, var revision) ->
                    log.atWarn()
                            .addKeyValue("agent", because)
                            .addKeyValue("epoch", epoch)
                            .addKeyValue("revision", revision)
                            .log("agent has seen more than this store holds; went above it");
            case Note.JumpFailed(var because, var why) ->
                    log.atError()
                            .addKeyValue("agent", because)
                            .addKeyValue("reason", why)
                            .log("agent has seen more than this store holds, which cannot be raised");
            case Note.StateChanged(var state) ->
                    log.atInfo()
                            .addKeyValue("workload", state.instance().workload())
                            .addKeyValue("agent", state.instance().agent())
                            .addKeyValue("state", state.state())
                            .log("workload state");
            case Note.Ignored(var agent, var why) ->
                    log.atWarn().addKeyValue("agent", agent).addKeyValue("reason", why).log("message ignored");
        }
    }

    private static void trouble(String agent, String trouble) {
        if (trouble.isEmpty()) {
            log.atInfo().addKeyValue("agent", agent).log("agent is out of trouble");
        } else {
            log.atWarn().addKeyValue("agent", agent).addKeyValue("reason", trouble).log("agent is in trouble");
        }
    }
}
