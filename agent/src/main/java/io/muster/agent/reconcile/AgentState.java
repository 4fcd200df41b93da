package io.muster.agent.reconcile;

import io.muster.api.link.AgentPresence;
import io.muster.api.link.DesiredState;
import io.muster.api.name.InstanceName;
import io.muster.api.name.StateVersion;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.Drained;
import io.muster.api.state.LostContact;
import io.muster.api.state.WorkloadState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * All that an agent knows.
 *
 * @param states the sum of all transitions: what a report shows
 * @param refused why the server refuses this agent, which therefore touches nothing that it found
 * @param waiting the server may still speak before the offline copy is obeyed
 * @param tokens higher than any number that a workload which is gone had used
 * @param touched when the last of them went
 * @param leaving the agent is about to end, and nothing is to run any more
 * @param contact with the server
 */
public record AgentState(
        AgentProfile profile,
        Desire desire,
        PSortedMap<String, Listing> listings,
        PSortedMap<WorkloadName, Managed> workloads,
        PSortedMap<InstanceName, WorkloadState> states,
        Presence presence,
        Reporter reporter,
        Optional<NameRefusal> refused,
        boolean waiting,
        long tokens,
        Moment touched,
        boolean leaving,
        Contact contact) {
    private static final int MOST_TROUBLE = 1_000;

    /** An agent before its start. */
    public static AgentState of(AgentProfile profile, Moment now) {
        PSortedMap<String, Listing> listings = TreePMap.empty();
        for (var runtime : profile.runtimes()) {
            listings = listings.plus(runtime, new Listing.Asked());
        }
        return new AgentState(
                profile,
                Desire.NONE,
                listings,
                TreePMap.empty(),
                TreePMap.empty(),
                Presence.NONE,
                Reporter.SILENT,
                Optional.empty(),
                false,
                1,
                now,
                false,
                Contact.none(now));
    }

    /** Returns the states of all workloads, by instance name. */
    public SortedMap<InstanceName, WorkloadState> shown() {
        return states;
    }

    /** Returns the desired state that is worked from. */
    public Optional<StateVersion> observed() {
        return desire.observed();
    }

    /**
     * Returns the newest desired state seen, which may not be obeyed yet: of the store that is
     * obeyed, or of one that is to be obeyed again and is older than that.
     */
    public Optional<StateVersion> seen() {
        return desire.troubles().outdated().or(() -> desire.horizon().newest());
    }

    /** Says whether a workload shall run on this agent. */
    public boolean isWished(WorkloadName name) {
        var managed = workloads.get(name);
        return managed != null && managed.wish() instanceof Wish.Run;
    }

    /** Says whether the server refuses this agent, until it says otherwise. */
    public boolean isRefused() {
        return refused.isPresent();
    }

    /**
     * Says whether there is a wish that this agent does not obey because it is for another node of
     * the same name, and none that it does.
     */
    public boolean isWithheld() {
        return desire.withheld().isPresent() && desire.obeyed().isEmpty();
    }

    /** Says why nothing is to run here; empty if something may. */
    Optional<String> drained() {
        if (leaving) {
            return Optional.of("Its agent stops and takes its workloads with it, until it starts.");
        }
        return desire.obeyed()
                .filter(DesiredState::drained)
                .map(_ -> Drained.why(profile.name().value()));
    }

    /** Says why this is not to run without the server; empty if it may, or there is contact. */
    Optional<String> outOfContact(Wish wish) {
        return wish instanceof Wish.Run run
                        && run.workload().lostContact() instanceof LostContact.StopAfter(var time)
                        && contact.wasLostFor(time)
                ? Optional.of(Contact.why(profile.name(), time))
                : Optional.empty();
    }

    /**
     * Returns the workloads that run, as far as is known, or of which something is under way; but
     * not those that this agent must not touch.
     */
    public List<WorkloadName> running() {
        return workloads.values().stream()
                .filter(each -> refused.isEmpty() && !(each.wish() instanceof Wish.Unknown))
                .filter(each ->
                        each.doing() instanceof Doing.Working
                                || each.there().stream().anyMatch(There::mayRun))
                .map(Managed::name)
                .toList();
    }

    /** Returns the runtimes of which it is not known what they have. */
    public List<String> unlisted() {
        return listings.entrySet().stream()
                .filter(each -> !(each.getValue() instanceof Listing.Done))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Says whether nothing runs that is this agent's to stop, and that is known. */
    public boolean hasStopped() {
        return running().isEmpty() && (isRefused() || unlisted().isEmpty());
    }

    /** Returns what keeps the agent as a whole from its work, with remedies; empty if nothing. */
    public String trouble() {
        var all = new ArrayList<String>();
        var troubles = desire.troubles();
        all.add(refused.map(NameRefusal::why).orElse(troubles.elsewhere()));
        for (var each :
                List.of(
                        troubles.foreign(),
                        troubles.malformed(),
                        troubles.disk(),
                        troubles.damage())) {
            all.add(each);
        }
        listings.forEach((runtime, listing) -> {
            if (listing instanceof Listing.Failing(var failure)) {
                all.add(unlisted(runtime, failure));
            }
        });
        all.removeIf(String::isEmpty);
        var text = String.join(" ", all);
        return text.length() <= MOST_TROUBLE ? text : text.substring(0, MOST_TROUBLE) + "...";
    }

    static String unlisted(String runtime, Failure failure) {
        return "%s cannot list what it has (%s): nothing of it is touched until it can."
                .formatted(runtime, failure.reason());
    }

    AgentPresence announcement(String nonce) {
        var facts = presence.facts();
        return new AgentPresence(
                true,
                profile.instance(),
                nonce,
                profile.version(),
                profile.tags(),
                profile.runtimes(),
                seen(),
                facts.map(each -> each.epoch()).orElse(0L),
                facts.map(each -> each.sequence()).orElse(0L),
                reporter.sequence(),
                isRefused(),
                Optional.of(profile.node()),
                false);
    }

    AgentState with(Desire other) {
        return new AgentState(
                profile, other, listings, workloads, states, presence, reporter, refused, waiting,
                tokens, touched, leaving, contact);
    }

    AgentState with(String runtime, Listing listing) {
        return new AgentState(
                profile,
                desire,
                listings.plus(runtime, listing),
                workloads,
                states,
                presence,
                reporter,
                refused,
                waiting,
                tokens,
                touched,
                leaving,
                contact);
    }

    AgentState with(Managed workload) {
        return new AgentState(
                profile,
                desire,
                listings,
                workloads.plus(workload.name(), workload),
                states,
                presence,
                reporter,
                refused,
                waiting,
                tokens,
                touched,
                leaving,
                contact);
    }

    AgentState without(Managed finished, Moment now) {
        return new AgentState(
                profile,
                desire,
                listings,
                workloads.minus(finished.name()),
                states,
                presence,
                reporter,
                refused,
                waiting,
                Math.max(tokens, finished.next()),
                now,
                leaving,
                contact);
    }

    AgentState with(PSortedMap<InstanceName, WorkloadState> shown, Reporter telling) {
        return new AgentState(
                profile, desire, listings, workloads, shown, presence, telling, refused, waiting,
                tokens, touched, leaving, contact);
    }

    AgentState with(Presence other) {
        return new AgentState(
                profile, desire, listings, workloads, states, other, reporter, refused, waiting,
                tokens, touched, leaving, contact);
    }

    AgentState with(Reporter other) {
        return with(states, other);
    }

    AgentState refused(Optional<NameRefusal> reason) {
        return new AgentState(
                profile, desire, listings, workloads, states, presence, reporter, reason, waiting,
                tokens, touched, leaving, contact);
    }

    AgentState waiting(boolean longer) {
        return new AgentState(
                profile, desire, listings, workloads, states, presence, reporter, refused, longer,
                tokens, touched, leaving, contact);
    }

    AgentState with(Contact other) {
        return new AgentState(
                profile, desire, listings, workloads, states, presence, reporter, refused, waiting,
                tokens, touched, leaving, other);
    }

    AgentState leave() {
        return new AgentState(
                profile, desire, listings, workloads, states, presence, reporter, refused, false,
                tokens, touched, true, contact);
    }
}
