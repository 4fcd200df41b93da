package io.muster.server.core;

import io.muster.api.name.Revision;
import io.muster.api.request.HistoryEntry;
import io.muster.api.request.Response;
import io.muster.api.state.CompleteState;
import io.muster.api.state.State;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tells what the desired state was. Only what is stored is told. */
final class HistoryLogic {
    private static final String DESIRED_STATE = "desiredState";

    private HistoryLogic() {}

    /** Somebody asks which desired states are kept. */
    static void asked(Turn turn, Asker asker) {
        var entries = turn.ledger().history().all().stream().map(History.Past::entry).toList();
        UpdateLogic.reply(turn, asker, new Response.History(entries, turn.committed().revision()));
    }

    /** Somebody asks for one of them. */
    static void asked(Turn turn, Asker asker, Revision revision) {
        var history = turn.ledger().history();
        var now = turn.committed().revision();
        var past = history.at(revision);
        UpdateLogic.reply(
                turn,
                asker,
                past.isPresent() && revision.compareTo(now) <= 0
                        ? new Response.HistoryState(
                                past.get().entry(), tree(past.get().state()), now)
                        : new Response.Refused(
                                Response.Reason.REFUSED,
                                missing(history, revision, now),
                                List.of()));
    }

    /** Says what an update that was based on another revision has to know. */
    static String stale(Ledger ledger, Revision basedOn) {
        return ("the update is based on revision %s, and the desired state is at %s now%s;"
                        + " look at it again, then ask again")
                .formatted(
                        basedOn,
                        ledger.planned().revision(),
                        ledger.latest().map(HistoryLogic::changed).orElse(""));
    }

    private static String changed(HistoryEntry latest) {
        return " (last changed by %s%s)"
                .formatted(latest.author(), latest.time().map(time -> " at " + time).orElse(""));
    }

    private static String missing(History history, Revision revision, Revision now) {
        return history.all().isEmpty()
                ? "there is no desired state of revision %s: nothing was changed yet"
                        .formatted(revision)
                : "the desired state of revision %s is not kept; name one from %s to %s"
                        .formatted(revision, history.from(), now);
    }

    private static Node.Entries tree(State state) {
        var tree = StateTree.of(new CompleteState(state, List.of(), new TreeMap<>(), State.EMPTY));
        var desired = tree.entries().get(DESIRED_STATE);
        return desired == null
                ? Node.Entries.NONE
                : new Node.Entries(Map.of(DESIRED_STATE, desired));
    }
}
