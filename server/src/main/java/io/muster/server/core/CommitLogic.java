package io.muster.server.core;

import io.muster.api.name.AgentName;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.Response;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.TagEdits;
import io.muster.api.store.Answer;
import io.muster.api.store.Commit;
import io.muster.api.store.Head;
import io.muster.api.store.PastUpdate;
import io.muster.api.store.StartupMark;
import java.util.ArrayList;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Gives planned updates to the store, many at once, and makes what was stored the truth. */
final class CommitLogic {
    private CommitLogic() {}

    /** Gives the store its next work, if it is idle and there is some. */
    static void advance(Turn turn) {
        var ledger = turn.ledger();
        if (ledger.storeIsBusy()) {
            return;
        }
        if (!ledger.waiting().isEmpty()) {
            int count = Math.min(ledger.waiting().size(), turn.settings().bounds().maxBatch());
            turn.state(turn.state().with(ledger.given(count)));
            if (turn.ledger().inFlight().stream().allMatch(PlannedUpdate::changesNothing)) {
                take(turn); // there is nothing to write
                advance(turn);
            } else {
                turn.emit(new Effect.Persist(commit(turn.ledger(), turn.settings())));
            }
        } else if (ledger.jump().isPresent()) {
            JumpLogic.begin(turn, ledger.jump().get());
        } else if (!ledger.met().fresh().isEmpty()) {
            AcquaintanceLogic.begin(turn);
        }
    }

    /** The store has taken what it was given. */
    static void persisted(Turn turn) {
        take(turn);
        advance(turn);
    }

    /** The store has not taken it. */
    static void notPersisted(Turn turn, String why) {
        UpdateLogic.refuseAll(turn, why);
        advance(turn);
    }

    /** Each update in its order, so that observers see each; then one message per agent. */
    private static void take(Turn turn) {
        var aftermath = new Aftermath(turn);
        for (var update : turn.ledger().inFlight()) {
            aftermath.take(update);
        }
        turn.state(turn.state().with(turn.ledger().nothingInFlight()));
        aftermath.finish();
    }

    private static Commit commit(Ledger ledger, ServerSettings settings) {
        var updates = ledger.inFlight();
        var workloads = new TreeMap<WorkloadName, Head.Stored>();
        var deleted = new TreeSet<WorkloadName>();
        var configs = new TreeMap<String, ConfigItem>();
        var deletedConfigs = new TreeSet<String>();
        var answers = new ArrayList<Answer>();
        Optional<StartupMark> startup = Optional.empty();
        var past = new ArrayList<PastUpdate>();
        var history = ledger.history();
        var tags = new TreeMap<AgentName, TagEdits>();
        var forgotten = new TreeSet<AgentName>();
        var drained = new TreeMap<AgentName, Boolean>();
        for (var update : updates) {
            for (var change : update.plan().workloads()) {
                if (change.after().isPresent()) {
                    var after = change.after().get();
                    workloads.put(
                            change.name(), new Head.Stored(after.written(), after.changedAt()));
                    deleted.remove(change.name());
                } else {
                    workloads.remove(change.name());
                    deleted.add(change.name());
                }
            }
            for (var name : update.plan().configs()) {
                var item = update.plan().after().written().configs().get(name);
                if (item != null) {
                    configs.put(name, item);
                    deletedConfigs.remove(name);
                } else {
                    configs.remove(name);
                    deletedConfigs.add(name);
                }
            }
            update.asker()
                    .ifPresent(asker ->
                            answers.add(
                                    new Answer(
                                            asker.requester(),
                                            new Response(asker.id(), update.result()))));
            tags.putAll(update.plan().tags());
            forgotten.addAll(update.plan().forgotten());
            for (var agent : update.plan().agents().keySet()) {
                drained.put(agent, update.plan().after().drained().contains(agent));
            }
            startup = update.startup().isPresent() ? update.startup() : startup;
            if (update.past().isPresent()) {
                past.add(update.past().get());
                history =
                        history.with(
                                update.past().get(), update.plan().after().written(), settings);
            }
        }
        return new Commit(
                updates.getLast().plan().after().revision(),
                workloads,
                deleted,
                configs,
                deletedConfigs,
                answers,
                startup,
                past,
                history.from(),
                tags,
                forgotten,
                drained);
    }
}
