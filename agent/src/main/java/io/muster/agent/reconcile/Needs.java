package io.muster.agent.reconcile;

import io.muster.api.link.Dependents;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.Dependency;
import io.muster.api.state.OnUpdate;
import io.muster.api.state.WorkloadState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Judges whether something that is to stop is still needed by workloads that depend on it.
 *
 * <p>Of its own workloads an agent knows it; of others it is what the server told last. Nothing is
 * waited for of which nothing is known and nobody can tell; nor others than its own if the agent is
 * about to end. What stops because contact was lost waits only for those that stop for the same
 * reason: the others run on, as if it had failed.
 */
final class Needs {
    /** So many are named; the text has to fit a report. */
    private static final int MOST_NAMED = 2;

    private final AgentState state;
    private final WorkloadName needed;
    private final boolean update;
    private final boolean outOfContact;
    private final List<String> by = new ArrayList<>();
    private boolean others;
    private boolean stays; // one of them is not about to end by itself

    private Needs(AgentState state, WorkloadName needed, boolean update, boolean outOfContact) {
        this.state = state;
        this.needed = needed;
        this.update = update;
        this.outOfContact = outOfContact;
    }

    /**
     * Says why the instances of a workload that are to go are not stopped yet; empty if they are.
     */
    static Optional<String> of(AgentState state, WorkloadName needed) {
        var ties = state.desire().ties();
        var told = ties.toldOf(needed);
        boolean drained = state.drained().isPresent();
        boolean outOfContact = !drained && isOutOfContact(state, needed);
        boolean update =
                !drained
                        && !outOfContact
                        && (state.desire().assigned().containsKey(needed)
                                || told.filter(Dependents::elsewhere).isPresent());
        var needs = new Needs(state, needed, update, outOfContact);
        var own = new TreeMap<WorkloadName, Boolean>(); // of each whether it is still wished
        told.ifPresent(each -> each.leaving().forEach(name -> own.put(name, false)));
        ties.ownOf(needed)
                .forEach((name, onUpdate) -> {
                    if (!update || onUpdate != OnUpdate.IGNORE) {
                        own.put(name, true);
                    }
                });
        own.forEach(needs::own);
        if (told.filter(Dependents::foreign).isPresent() && !state.leaving() && !outOfContact) {
            needs.foreign();
        }
        return needs.text();
    }

    private static boolean isOutOfContact(AgentState state, WorkloadName name) {
        var managed = state.workloads().get(name);
        return managed != null && state.outOfContact(managed.wish()).isPresent();
    }

    private void own(WorkloadName name, boolean wished) {
        var managed = state.workloads().get(name);
        if (managed == null
                || (outOfContact && wished && state.outOfContact(managed.wish()).isEmpty())) {
            return;
        }
        if (others && stays) {
            return; // the text is full
        }
        for (var each : WorkloadView.of(managed).values()) {
            if (Dependency.isNeededIn(each.phase())) {
                stays |=
                        wished
                                && state.drained().isEmpty()
                                && !outOfContact
                                && !each.phase().state().equals("Stopping");
                add("\"%s\" (%s)".formatted(name, each.phase()));
            }
        }
    }

    private void foreign() {
        var presence = state.presence();
        var revision = state.observed().map(each -> each.revision());
        var told =
                presence.facts().stream()
                        .flatMap(facts -> facts.needed().stream())
                        .filter(each -> each.workload().equals(needed))
                        .filter(each ->
                                revision.isEmpty() || each.asOf().compareTo(revision.get()) >= 0)
                        .findFirst();
        if (told.isPresent()) {
            told.get().by().forEach(this::foreign);
            others |= told.get().more();
        } else if (presence.isAnswering()) {
            add("somebody on another agent (the server has not told yet)");
        }
    }

    private void foreign(WorkloadState dependent) {
        stays |= !dependent.phase().state().equals("Stopping");
        add(
                "\"%s\" on agent \"%s\" (%s)"
                        .formatted(
                                dependent.instance().workload(),
                                dependent.instance().agent(),
                                dependent.phase()));
    }

    private void add(String dependent) {
        if (by.size() < MOST_NAMED) {
            by.add(dependent);
        } else {
            others = true;
        }
    }

    private Optional<String> text() {
        if (by.isEmpty()) {
            return Optional.empty();
        }
        var remedy =
                !stays
                        ? ""
                        : update
                                ? " Delete or change that, or write onUpdate: restart (or ignore)"
                                        + " in its dependency."
                                : " Delete that too, or let it not depend on this any more.";
        return Optional.of(
                "Not stopped as long as it is needed by %s%s.%s"
                        .formatted(String.join(", ", by), others ? " and others" : "", remedy));
    }
}
