package io.muster.agent.reconcile;

import io.muster.agent.reconcile.AgentEffect.Announce;
import io.muster.agent.reconcile.AgentEffect.Connect;
import io.muster.agent.reconcile.AgentEffect.Forget;
import io.muster.agent.reconcile.AgentEffect.ListRuntime;
import io.muster.agent.reconcile.AgentEffect.LookAt;
import io.muster.agent.reconcile.AgentEffect.Wake;
import io.muster.agent.reconcile.AgentEvent.CommandCame;
import io.muster.agent.reconcile.AgentEvent.Connected;
import io.muster.agent.reconcile.AgentEvent.DesiredCame;
import io.muster.agent.reconcile.AgentEvent.DesiredMalformed;
import io.muster.agent.reconcile.AgentEvent.Disconnected;
import io.muster.agent.reconcile.AgentEvent.FactsCame;
import io.muster.agent.reconcile.AgentEvent.Glimpsed;
import io.muster.agent.reconcile.AgentEvent.ListFailed;
import io.muster.agent.reconcile.AgentEvent.Listed;
import io.muster.agent.reconcile.AgentEvent.OfWorkload;
import io.muster.agent.reconcile.AgentEvent.ReportAcknowledged;
import io.muster.agent.reconcile.AgentEvent.ReportFailed;
import io.muster.agent.reconcile.AgentEvent.SaveFailed;
import io.muster.agent.reconcile.AgentEvent.Saved;
import io.muster.agent.reconcile.AgentEvent.ServerSeen;
import io.muster.agent.reconcile.AgentEvent.Started;
import io.muster.agent.reconcile.AgentEvent.Woke;
import io.muster.api.link.Command;
import io.muster.api.link.DesiredState;
import io.muster.api.link.ServerPresence;
import io.muster.api.name.WorkloadName;
import io.muster.api.runtime.Found;
import io.muster.api.state.Phase;
import io.muster.api.state.WorkloadState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Decides for an agent as a whole: which wish is obeyed, when its workloads may be touched, what is
 * told to the server. What is done about each workload is decided by {@link WorkloadLogic}.
 */
public final class AgentLogic {
    private final AgentTiming timing;
    private final Moment now;
    private final List<AgentEffect> effects = new ArrayList<>();
    private final List<WorkloadState> transitions = new ArrayList<>();
    private final DesireLogic desires;
    private AgentState s;

    private AgentLogic(AgentState before, AgentTiming timing, Moment now) {
        this.s = before;
        this.timing = timing;
        this.now = now;
        this.desires = new DesireLogic(before.profile().name(), timing, effects);
    }

    /**
     * What comes of an event.
     *
     * @param transitions the steps that workloads took, in order
     */
    public record Step(
            AgentState next, List<AgentEffect> effects, List<WorkloadState> transitions) {
        /** Copies the lists. */
        public Step {
            effects = List.copyOf(effects);
            transitions = List.copyOf(transitions);
        }
    }

    /** Folds the event in, and decides what to do. */
    public static Step on(AgentState before, AgentEvent event, AgentTiming timing, Moment now) {
        var logic = new AgentLogic(before, timing, now);
        logic.learn(event);
        logic.report(before);
        return new Step(logic.s, logic.effects, logic.transitions);
    }

    private void learn(AgentEvent event) {
        switch (event) {
            case Started started -> start(started);
            case Listed(var runtime, var found) -> listed(runtime, found);
            case ListFailed(var runtime, var reason) -> notListed(runtime, reason);
            case Glimpsed glimpsed -> glimpsed(glimpsed);
            case DesiredCame(var desired) -> desired(desired);
            case DesiredMalformed(var why) -> s = s.with(desires.malformed(s.desire(), why));
            case FactsCame(var facts) -> place(s.with(s.presence().told(facts)));
            case CommandCame(var command) -> command(command);
            case ServerSeen(var presence) -> serverSeen(presence);
            case Connected(var nonce) -> connected(nonce);
            case Disconnected _ -> disconnected();
            case Saved(var number) -> heard(desires.saved(s.desire(), number));
            case SaveFailed(var number, var reason) ->
                    heard(desires.notSaved(s.desire(), number, reason));
            case ReportAcknowledged(var sequence) ->
                    s = s.with(s.reporter().acknowledged(sequence));
            case ReportFailed(var sequence) ->
                    s = s.with(s.reporter().failed(sequence, timing, effects));
            case OfWorkload(var name, var workloadEvent) -> {
                var managed = s.workloads().get(name);
                if (managed != null) {
                    step(managed, workloadEvent);
                }
            }
            case Woke(var timer) -> woke(timer);
        }
    }

    private void woke(AgentTimer timer) {
        switch (timer) {
            case AgentTimer.SaveOverdue(var number) -> {
                if (s.desire().saving().filter(each -> each.number() == number).isPresent()) {
                    heard(desires.overdue(s.desire(), number));
                }
            }
            case AgentTimer.SaveAgain _ -> s = s.with(desires.saveAgain(s.desire()));
            case AgentTimer.ListAgain(var runtime) -> {
                if (s.listings().get(runtime) instanceof Listing.Failing) {
                    effects.add(new ListRuntime(runtime));
                }
            }
            case AgentTimer.ConnectAnyway _ -> connect();
            case AgentTimer.GraceOver _ -> place(s.waiting(false));
            case AgentTimer.FactsOverdue _ -> place(s.with(s.presence().lostPatience()));
            case AgentTimer.Announce _ -> announce();
            case AgentTimer.Heartbeat _ -> beat();
            case AgentTimer.ReportDue _ -> s = s.with(s.reporter().due());
            case AgentTimer.LookDue _ -> look();
        }
    }

    private void start(Started started) {
        s = s.with(desires.started(started.copy(), started.fence(), started.damage()));
        s.listings().keySet().forEach(runtime -> effects.add(new ListRuntime(runtime)));
        effects.add(new Wake(new AgentTimer.LookDue(), timing.lookEvery(), false));
        effects.add(new Wake(new AgentTimer.ConnectAnyway(), timing.listWithin(), false));
        if (s.desire().obeyed().isPresent()) {
            s = s.waiting(true);
            wishAll();
        }
        connectWhenListed();
    }

    /** So that the first that the server is told is how things are, and not "nothing yet". */
    private void connectWhenListed() {
        if (s.listings().values().stream().noneMatch(Listing.Asked.class::isInstance)) {
            connect();
        }
    }

    private void connect() {
        if (!s.presence().begun()) {
            s = s.with(s.presence().begin());
            effects.add(new Connect());
            if (s.waiting()) {
                effects.add(new Wake(new AgentTimer.GraceOver(), timing.grace(), false));
            }
        }
    }

    private void listed(String runtime, List<Found> found) {
        if (!s.listings().containsKey(runtime)
                || s.listings().get(runtime) instanceof Listing.Done) {
            return;
        }
        s = s.with(runtime, new Listing.Done());
        byName(found).forEach((name, its) -> meet(name, new WorkloadEvent.Listed(runtime, its)));
        place(s);
        connectWhenListed();
    }

    private void notListed(String runtime, String reason) {
        var listing = s.listings().get(runtime);
        if (listing == null || listing instanceof Listing.Done) {
            return;
        }
        var before =
                listing instanceof Listing.Failing(var failure)
                        ? Optional.of(failure)
                        : Optional.<Failure>empty();
        var failure = Failure.again(before, reason);
        effects.add(
                new Wake(
                        new AgentTimer.ListAgain(runtime),
                        timing.workloads().retryAfter(failure.times()),
                        true));
        place(s.with(runtime, new Listing.Failing(failure)));
        connectWhenListed();
    }

    private void look() {
        effects.add(new Wake(new AgentTimer.LookDue(), timing.lookEvery(), false));
        if (s.workloads().isEmpty()) {
            return; // nothing to miss
        }
        s.listings()
                .forEach((runtime, listing) -> {
                    if (listing instanceof Listing.Done) {
                        effects.add(new LookAt(runtime, now));
                    }
                });
    }

    private void glimpsed(Glimpsed glimpsed) {
        if (glimpsed.found().isEmpty()) {
            return; // it is looked at again
        }
        var found = byName(glimpsed.found().get());
        var names = new TreeSet<>(found.keySet());
        names.addAll(s.workloads().keySet());
        for (var name : names) {
            var its = found.getOrDefault(name, List.of());
            meet(name, new WorkloadEvent.Glimpsed(glimpsed.runtime(), glimpsed.asked(), its));
        }
    }

    private SortedMap<WorkloadName, List<Found>> byName(List<Found> found) {
        var byName = new TreeMap<WorkloadName, List<Found>>();
        for (var each : found) {
            if (each.instance().agent().equals(s.profile().name().value())) {
                byName.computeIfAbsent(each.instance().workload(), _ -> new ArrayList<>())
                        .add(each);
            }
        }
        return byName;
    }

    private void desired(DesiredState desired) {
        var next = desires.came(s.desire(), desired);
        boolean obeyed =
                next.saving().isEmpty() && next.observed().equals(Optional.of(desired.version()));
        if (obeyed) {
            heard(next);
        } else {
            obey(next);
        }
    }

    /** The server's word counts, so there is no need to wait for it any longer. */
    private void heard(Desire next) {
        s = s.waiting(false);
        obey(next);
    }

    private void obey(Desire next) {
        var before = s.desire();
        s = s.with(next);
        if (before.obeyed().equals(next.obeyed())) {
            place(s);
            return;
        }
        boolean taken =
                before.observed().isPresent()
                        && next.observed()
                                .filter(each -> !each.comparableTo(before.observed().get()))
                                .isPresent();
        if (taken) {
            s = s.with(s.presence().withoutFacts());
            announce(); // so that the new server tells its facts again
        }
        wishAll();
    }

    private void wishAll() {
        var names = new TreeSet<>(s.desire().assigned().keySet());
        names.addAll(s.workloads().keySet());
        for (var name : names) {
            var managed = s.workloads().get(name);
            if (managed == null || !isUpToDate(managed)) {
                var wish = wish(name);
                step(
                        managed == null ? fresh(name) : managed,
                        new WorkloadEvent.Wished(wish, circumstances(wish)));
            }
        }
        place(s);
    }

    private boolean isUpToDate(Managed managed) {
        var assigned = s.desire().assigned().get(managed.name());
        return switch (managed.wish()) {
            case Wish.Unknown _ -> false;
            case Wish.Nothing _ -> assigned == null;
            case Wish.Run run ->
                    run.assigned().equals(assigned)
                            && s.desire()
                                    .observed()
                                    .filter(each -> each.lineage().equals(run.mark().lineage()))
                                    .isPresent();
        };
    }

    private Wish wish(WorkloadName name) {
        var obeyed = s.desire().obeyed();
        if (obeyed.isEmpty()) {
            return new Wish.Unknown();
        }
        var assigned = s.desire().assigned().get(name);
        return assigned == null
                ? new Wish.Nothing()
                : Wish.Run.of(
                        assigned,
                        obeyed.get().version().lineage(),
                        Refusals.of(assigned.workload(), s.profile().runtimes()));
    }

    /** Lets a runtime's news reach the reconciler of that name, a new one if there is none. */
    private void meet(WorkloadName name, WorkloadEvent news) {
        var known = s.workloads().get(name);
        if (known != null) {
            step(known, news);
            return;
        }
        step(fresh(name), news);
        var met = s.workloads().get(name);
        var wish = wish(name);
        if (met != null && !wish.equals(met.wish())) {
            step(met, new WorkloadEvent.Wished(wish, circumstances(wish)));
        }
    }

    private Managed fresh(WorkloadName name) {
        var unknown = new Wish.Unknown();
        return Managed.fresh(name, circumstances(unknown), s.touched(), s.tokens());
    }

    private Circumstances circumstances(Wish wish) {
        return new Circumstances(hold(wish), conditions(wish));
    }

    private Optional<String> hold(Wish wish) {
        if (s.refused().isPresent()) {
            return s.refused();
        }
        if (s.waiting()) {
            return Optional.of("Waiting a moment for the server's word.");
        }
        if (!(wish instanceof Wish.Run run) || run.refusal().isPresent()) {
            return Optional.empty();
        }
        if (s.listings().get(run.runtime()) instanceof Listing.Failing(var failure)) {
            return Optional.of(AgentState.unlisted(run.runtime(), failure));
        }
        // an instance of the same name may be in any of them
        return s.listings().entrySet().stream()
                .filter(each -> each.getValue() instanceof Listing.Asked)
                .findFirst()
                .map(each -> "Waiting until " + each.getKey() + " has listed what it has.");
    }

    private Conditions conditions(Wish wish) {
        if (!(wish instanceof Wish.Run run) || run.workload().dependencies().isEmpty()) {
            return new Conditions.Met();
        }
        return new Dependencies(this::own, s.presence().facts(), s.presence().mayTell())
                .judge(run.workload());
    }

    private Dependencies.Own own(WorkloadName name) {
        var assigned = s.desire().assigned().get(name);
        if (assigned == null) {
            return new Dependencies.Own.Foreign();
        }
        return new Dependencies.Own.Ours(
                Optional.ofNullable(s.states().get(assigned.instance()))
                        .filter(state -> state.changedAt().equals(assigned.changedAt())));
    }

    /** Tells every workload its circumstances, where they have changed. */
    private void place(AgentState changed) {
        s = changed;
        for (var name : List.copyOf(s.workloads().keySet())) {
            placeOne(name);
        }
    }

    private void placeOne(WorkloadName name) {
        var managed = s.workloads().get(name);
        if (managed != null) {
            var circumstances = circumstances(managed.wish());
            if (!circumstances.equals(managed.circumstances())) {
                step(managed, new WorkloadEvent.Placed(circumstances));
            }
        }
    }

    private void step(Managed managed, WorkloadEvent event) {
        var step = WorkloadLogic.on(managed, event, timing.workloads(), now);
        var next = step.next();
        step.effects().forEach(each -> effects.add(new AgentEffect.OfWorkload(next.name(), each)));
        if (next.isFinished()) {
            s = s.without(next, now);
            effects.add(new Forget(next.name()));
        } else {
            s = s.with(next);
        }
        for (var state : step.transitions()) {
            transitions.add(state);
            var shown =
                    state.phase() == Phase.REMOVED
                            ? s.states().minus(state.instance())
                            : s.states().plus(state.instance(), state);
            s = s.with(shown, s.reporter().step(state));
            placeDependents(next.name()); // after every step: a condition may hold for one only
        }
    }

    private void placeDependents(WorkloadName on) {
        for (var managed : List.copyOf(s.workloads().values())) {
            if (managed.wish() instanceof Wish.Run run
                    && !managed.progress().released()
                    && run.workload().dependencies().containsKey(on)) {
                placeOne(managed.name());
            }
        }
    }

    private void command(Command command) {
        switch (command) {
            case Command.ReportAgain _ -> s = s.with(s.reporter().withNews());
            case Command.AnnounceAgain _ -> announce();
            case Command.NameRefused(var instance, var reason) -> {
                if (instance.equals(s.profile().instance())) {
                    place(s.refused(refusal(reason)));
                }
            }
        }
    }

    private String refusal(String reason) {
        return ("The server refuses this agent: %s. It touches nothing; give it another name, or"
                        + " stop the other agent named \"%s\" and start this one again.")
                .formatted(reason, s.profile().name());
    }

    private void serverSeen(ServerPresence presence) {
        if (s.presence().isNew(presence) && s.presence().nonce().isPresent()) {
            effects.add(new Wake(new AgentTimer.Announce(), timing.announceWithin(), true));
        }
        place(s.with(s.presence().saw(presence)));
    }

    private void connected(String nonce) {
        s = s.with(s.presence().connected(nonce)).with(s.reporter().reconnected());
        announce();
        effects.add(new Wake(new AgentTimer.Heartbeat(), timing.heartbeat(), false));
        effects.add(new Wake(new AgentTimer.FactsOverdue(), timing.factsWithin(), false));
        place(s);
    }

    private void disconnected() {
        s = s.with(s.presence().disconnected()).with(s.reporter().reconnected());
        place(s.waiting(false)); // there is nobody to wait for
    }

    private void announce() {
        s.presence().nonce().ifPresent(nonce -> effects.add(new Announce(s.announcement(nonce))));
    }

    private void beat() {
        if (s.presence().nonce().isPresent()) {
            announce();
            effects.add(new Wake(new AgentTimer.Heartbeat(), timing.heartbeat(), false));
        }
    }

    private void report(AgentState before) {
        var reporter = s.reporter();
        if (!before.observed().equals(s.observed()) || !before.trouble().equals(s.trouble())) {
            reporter = reporter.withNews();
        }
        var context =
                new Reporter.Context(
                        s.profile(),
                        s.presence().nonce(),
                        s.observed(),
                        s.states().values(),
                        s.trouble());
        s = s.with(reporter.report(context, timing, effects));
    }
}
