package io.muster.agent.reconcile;

import io.muster.agent.reconcile.AgentEffect.SendReport;
import io.muster.agent.reconcile.AgentEffect.Wake;
import io.muster.api.link.Report;
import io.muster.api.link.Transition;
import io.muster.api.name.StateVersion;
import io.muster.api.state.WorkloadState;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.pcollections.PVector;
import org.pcollections.TreePVector;

/**
 * What of the states has been told, and what is still to be told.
 *
 * <p>A report is a snapshot, so a lost one does no lasting harm; the transitions in it are kept
 * until the broker has acknowledged it, up to a bound.
 *
 * @param sequence of the last report
 * @param number of the last transition
 * @param untold transitions that no acknowledged report has had
 * @param overflow some had to be dropped
 * @param dirty there is something to tell
 * @param pausing it is too early for the next report
 * @param sent the report that is under way
 */
record Reporter(
        long sequence,
        long number,
        PVector<Transition> untold,
        boolean overflow,
        boolean dirty,
        boolean pausing,
        Optional<Sent> sent) {
    /** At some 700 bytes each at most, these fit a message beside the snapshot. */
    static final int MOST_TRANSITIONS = 256;

    static final Reporter SILENT =
            new Reporter(0, 0, TreePVector.empty(), false, false, false, Optional.empty());

    /**
     * A report under way.
     *
     * @param upTo the number of its last transition
     * @param overflow it told of dropped ones
     */
    record Sent(long sequence, long upTo, boolean overflow) {}

    /** What a report tells besides states and transitions. */
    record Context(
            AgentProfile profile,
            Optional<String> nonce,
            Optional<StateVersion> observed,
            Collection<WorkloadState> states,
            String trouble) {}

    Reporter step(WorkloadState state) {
        var all = untold.plus(new Transition(number + 1, state));
        boolean full = all.size() > MOST_TRANSITIONS;
        return new Reporter(
                sequence,
                number + 1,
                full ? all.minus(0) : all,
                overflow || full,
                true,
                pausing,
                sent);
    }

    Reporter withNews() {
        return new Reporter(sequence, number, untold, overflow, true, pausing, sent);
    }

    /** A connection has come or gone: what was under way is as good as lost. */
    Reporter reconnected() {
        return new Reporter(sequence, number, untold, overflow, true, false, Optional.empty());
    }

    Reporter due() {
        return new Reporter(sequence, number, untold, overflow, dirty, false, sent);
    }

    Reporter acknowledged(long acknowledged) {
        if (sent.isEmpty() || sent.get().sequence() != acknowledged) {
            return this;
        }
        PVector<Transition> rest =
                TreePVector.from(
                        untold.stream().filter(each -> each.number() > sent.get().upTo()).toList());
        return new Reporter(
                sequence,
                number,
                rest,
                overflow && !sent.get().overflow(),
                dirty,
                pausing,
                Optional.empty());
    }

    Reporter failed(long failed, AgentTiming timing, List<AgentEffect> effects) {
        if (sent.isEmpty() || sent.get().sequence() != failed) {
            return this;
        }
        effects.add(new Wake(new AgentTimer.ReportDue(), timing.reportAgain(), false));
        return new Reporter(sequence, number, untold, overflow, true, true, Optional.empty());
    }

    /** Reports, if there is something to tell and it is time. */
    Reporter report(Context context, AgentTiming timing, List<AgentEffect> effects) {
        if (!dirty || pausing || sent.isPresent() || context.nonce().isEmpty()) {
            return this;
        }
        effects.add(
                new SendReport(
                        new Report(
                                context.profile().instance(),
                                context.nonce().get(),
                                sequence + 1,
                                context.observed(),
                                List.copyOf(context.states()),
                                untold,
                                overflow,
                                context.trouble())));
        effects.add(new Wake(new AgentTimer.ReportDue(), timing.reportEvery(), false));
        return new Reporter(
                sequence + 1,
                number,
                untold,
                overflow,
                false,
                true,
                Optional.of(new Sent(sequence + 1, number, overflow)));
    }
}
