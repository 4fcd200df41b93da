package io.muster.server.core;

import io.muster.api.name.AgentName;
import io.muster.api.name.Revision;
import io.muster.api.name.StateVersion;
import java.util.Optional;

/**
 * Jumps above a later version of this lineage that an agent has seen: the store is older than its
 * agents, as an imported backup is. Below it, no agent would obey, and revisions would be used
 * twice.
 */
final class JumpLogic {
    /** Beyond this a number is taken for nonsense; counting never gets there. */
    private static final long SENSIBLE = 1L << 48;

    private JumpLogic() {}

    /** An agent says what it has seen. */
    static void seen(Turn turn, AgentName agent, Optional<StateVersion> version, long factsEpoch) {
        var ours = turn.state().version();
        boolean foreign = version.isPresent() && !version.get().comparableTo(ours);
        if (foreign && !turn.settings().takeOver()) {
            return; // it obeys another server
        }
        long epoch = 0;
        var revision = ours.revision();
        if (version.isPresent() && !foreign && ours.isOlderThan(version.get())) {
            epoch = version.get().epoch() + 1;
            revision = version.get().revision();
        }
        if (factsEpoch > ours.epoch()) {
            epoch = Math.max(epoch, factsEpoch + 1);
        }
        if (epoch == 0) {
            return;
        }
        if (epoch < 0 || epoch > SENSIBLE || revision.value() > SENSIBLE) {
            turn.note(
                    new Note.Ignored(
                            agent,
                            "it claims to have seen epoch "
                                    + (epoch - 1)
                                    + ", revision "
                                    + revision));
            return;
        }
        var due = turn.ledger().jump();
        var jump =
                new Ledger.Jump(
                        Math.max(epoch, due.map(Ledger.Jump::epoch).orElse(0L)),
                        later(revision, due.map(Ledger.Jump::revision).orElse(Revision.ZERO)),
                        agent);
        if (!turn.ledger().jumping()) {
            turn.state(turn.state().with(turn.ledger().jump(Optional.of(jump), false)));
            CommitLogic.advance(turn);
        } // else it announces itself again when it sees the new epoch
    }

    /** The store is idle, and nothing is planned below. */
    static void begin(Turn turn, Ledger.Jump due) {
        var jump =
                new Ledger.Jump(
                        Math.max(due.epoch(), turn.state().epoch()),
                        later(due.revision(), turn.committed().revision()),
                        due.because());
        turn.state(turn.state().with(turn.ledger().jump(Optional.of(jump), true)));
        turn.emit(new Effect.Raise(jump.epoch(), jump.revision()));
    }

    /** The store has jumped. */
    static void raised(Turn turn) {
        var jump = turn.ledger().jump();
        if (jump.isEmpty() || !turn.ledger().jumping()) {
            return;
        }
        long epoch = jump.get().epoch();
        var revision = jump.get().revision();
        turn.state(turn.state().jumped(epoch, turn.ledger().jumped(revision)));
        turn.note(new Note.Jumped(jump.get().because(), epoch, revision));
        turn.emit(new Effect.AnnounceEpoch(epoch));
        Telling.everything(turn);
        UpdateLogic.release(turn);
        CommitLogic.advance(turn);
    }

    /** The store has not jumped; the agent's next announcement tries again. */
    static void notRaised(Turn turn, String why) {
        var jump = turn.ledger().jump();
        if (jump.isEmpty() || !turn.ledger().jumping()) {
            return;
        }
        turn.state(turn.state().with(turn.ledger().jump(Optional.empty(), false)));
        turn.note(new Note.JumpFailed(jump.get().because(), why));
        UpdateLogic.release(turn);
        CommitLogic.advance(turn);
    }

    private static Revision later(Revision a, Revision b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}
