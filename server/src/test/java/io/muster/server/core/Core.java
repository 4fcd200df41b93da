package io.muster.server.core;

import io.muster.api.link.AgentPresence;
import io.muster.api.link.Command;
import io.muster.api.link.DesiredState;
import io.muster.api.link.Facts;
import io.muster.api.link.Report;
import io.muster.api.link.Transition;
import io.muster.api.name.AgentName;
import io.muster.api.name.ClientName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;
import io.muster.api.name.StateVersion;
import io.muster.api.name.WorkloadName;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.api.state.AddCondition;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.Dependency;
import io.muster.api.state.ExecutionState;
import io.muster.api.state.Phase;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadState;
import io.muster.api.store.Commit;
import io.muster.api.store.Head;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A server's core with the words to play with it. Time stands still unless it is moved. */
final class Core {
    static final AgentName BOW = new AgentName("bow");
    static final AgentName STERN = new AgentName("stern");
    static final Requester ALICE = client("alice");
    static final Requester BOB = client("bob");
    static final Lineage LINEAGE = new Lineage("lineage");
    static final Duration TTL = Duration.ofSeconds(10);

    /** Bounds that a test reaches. */
    static final ServerSettings SMALL =
            new ServerSettings(
                    false,
                    false,
                    ServerSettings.Times.DEFAULTS,
                    new ServerSettings.Bounds(2, 3, 2, 2, 2, 2, 1 << 20),
                    new StateLimits(2, 1, 4 << 20, 1 << 20),
                    new ServerSettings.Kept(2, 1 << 20),
                    new ServerSettings.Kept(3, 1 << 20));

    ServerState state;
    long now = 1_000_000_000_000L;
    Instant wall = Instant.parse("2026-01-01T12:00:00Z");
    List<Effect> effects = new ArrayList<>();
    boolean remembers = true;
    private int requests;

    Core() {
        this(head(1, 0, Map.of()), ServerSettings.DEFAULTS);
    }

    Core(Head head, ServerSettings settings) {
        state = ServerState.of(head, settings);
    }

    static Head head(long epoch, long revision, Map<WorkloadName, Head.Stored> workloads) {
        return head(epoch, revision, workloads, Set.of());
    }

    /** The same with agents that were there. */
    static Head head(
            long epoch,
            long revision,
            Map<WorkloadName, Head.Stored> workloads,
            Set<AgentName> met) {
        return new Head(
                LINEAGE,
                epoch,
                new Revision(revision),
                revision == 0,
                Optional.empty(),
                workloads,
                Map.of(),
                List.of(),
                List.of(),
                Map.of(),
                met);
    }

    /**
     * Lets something happen; {@link #effects} holds what came of it. That agents were here the
     * store remembers at once, unless it is told not to.
     */
    Core on(ServerEvent event) {
        var step = ServerLogic.on(state, event, now, wall);
        state = step.next();
        effects = new ArrayList<>(step.effects());
        for (var effect : effects(Effect.Remember.class)) {
            var done =
                    remembers
                            ? new ServerEvent.Remembered(effect.agents())
                            : new ServerEvent.NotRemembered("the disk is full");
            var next = ServerLogic.on(state, done, now, wall);
            state = next.next();
            effects.addAll(next.effects());
        }
        return this;
    }

    /** Lets time pass, and the alarm ring if it was due. */
    Core pass(Duration duration) {
        now += duration.toNanos();
        effects = new ArrayList<>();
        var all = new ArrayList<Effect>();
        while (state.wakeAt().isPresent() && now - state.wakeAt().get() >= 0) {
            on(new ServerEvent.Woke());
            all.addAll(effects);
        }
        effects = all;
        return this;
    }

    Core connected() {
        return on(new ServerEvent.Connected(state.connection() + 1));
    }

    // requests

    Core ask(Requester requester, String id, Request.Body body) {
        return on(new ServerEvent.Asked(requester, new Request(id, body), TTL));
    }

    /** Asks for an update and lets the store take it. Effects of both are collected. */
    Core update(Request.UpdateState update) {
        ask(ALICE, "update" + ++requests, update);
        return store();
    }

    /** Lets the store take what it was given, if anything; effects are added. */
    Core store() {
        var all = effects;
        while (given().isPresent()) {
            on(new ServerEvent.Persisted());
            all.addAll(effects);
        }
        effects = all;
        return this;
    }

    Optional<Commit> given() {
        return effects.reversed().stream()
                .filter(Effect.Persist.class::isInstance)
                .map(Effect.Persist.class::cast)
                .map(Effect.Persist::commit)
                .filter(_ -> state.ledger().storeIsBusy())
                .findFirst();
    }

    static Request.UpdateState set(String name, Workload workload) {
        return set(Map.of(name, workload));
    }

    static Request.UpdateState set(Map<String, Workload> workloads) {
        var named = new TreeMap<WorkloadName, Workload>();
        workloads.forEach((name, workload) -> named.put(new WorkloadName(name), workload));
        return change(
                State.of(named, Map.of()),
                workloads.keySet().stream()
                        .sorted()
                        .map(name -> FieldMask.of("desiredState", "workloads", name))
                        .toArray(FieldMask[]::new));
    }

    static Request.UpdateState delete(String... names) {
        return change(
                State.EMPTY,
                Arrays.stream(names)
                        .map(name -> FieldMask.of("desiredState", "workloads", name))
                        .toArray(FieldMask[]::new));
    }

    static Request.UpdateState config(String name, String text) {
        return change(
                State.of(Map.of(), Map.of(name, new ConfigItem.Text(text))),
                FieldMask.of("desiredState", "configs", name));
    }

    static Request.UpdateState change(State state, FieldMask... masks) {
        return new Request.UpdateState(
                new Node.Entries(Map.of("desiredState", StateTree.of(state))), List.of(masks));
    }

    static Workload on(AgentName agent, String runtimeConfig, String... dependencies) {
        var conditions = new TreeMap<WorkloadName, Dependency>();
        for (var name : dependencies) {
            conditions.put(new WorkloadName(name), Dependency.on(AddCondition.ADD_COND_RUNNING));
        }
        return Workload.of(agent.value(), "native", runtimeConfig).withDependencies(conditions);
    }

    // agents

    Core announce(AgentName agent, String instance, String nonce) {
        return announce(agent, presence(instance, nonce));
    }

    Core announce(AgentName agent, AgentPresence presence) {
        return on(new ServerEvent.Announced(agent, presence));
    }

    Core will(AgentName agent, String instance, String nonce) {
        return announce(agent, AgentPresence.gone(instance, nonce));
    }

    static AgentPresence presence(String instance, String nonce) {
        return presence(instance, nonce, Optional.empty(), 0);
    }

    static AgentPresence presence(
            String instance, String nonce, Optional<StateVersion> seen, long reports) {
        return presence(instance, nonce, seen, 0, 0, reports);
    }

    static AgentPresence presence(
            String instance,
            String nonce,
            Optional<StateVersion> seen,
            long factsEpoch,
            long facts,
            long reports) {
        return new AgentPresence(
                true,
                instance,
                nonce,
                "0.1.0",
                new TreeMap<>(Map.of("deck", "upper")),
                List.of("native"),
                seen,
                factsEpoch,
                facts,
                reports);
    }

    Core report(AgentName agent, Report report) {
        return on(new ServerEvent.Reported(agent, report));
    }

    /** A report of the instance "i" on the connection "n" that has seen everything. */
    Report all(long sequence, WorkloadState... states) {
        return report("i", "n", sequence, state.version(), List.of(states));
    }

    static Report report(
            String instance,
            String nonce,
            long sequence,
            StateVersion observed,
            List<WorkloadState> states,
            Transition... transitions) {
        return new Report(
                instance,
                nonce,
                sequence,
                Optional.of(observed),
                states,
                List.of(transitions),
                false,
                "");
    }

    /** A state of the instance of a workload that is wanted now. */
    WorkloadState wanted(String name, Phase phase) {
        var placed = placed(name);
        return new WorkloadState(placed.instance(), placed.changedAt(), ExecutionState.of(phase));
    }

    Placed placed(String name) {
        var placed = state.ledger().committed().workloads().get(new WorkloadName(name));
        if (placed == null) {
            throw new AssertionError("no workload " + name);
        }
        return placed;
    }

    StateVersion version(long epoch, long revision) {
        return new StateVersion(LINEAGE, epoch, new Revision(revision));
    }

    // what came of it

    <T extends Effect> List<T> effects(Class<T> kind) {
        return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    <T extends Note> List<T> notes(Class<T> kind) {
        return effects(Effect.Tell.class).stream()
                .map(Effect.Tell::note)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    List<Response.Body> answers(Requester requester) {
        return effects(Effect.Reply.class).stream()
                .filter(reply -> reply.requester().equals(requester))
                .map(reply -> reply.response().body())
                .toList();
    }

    Response.Body answer(Requester requester) {
        var answers = answers(requester);
        if (answers.size() != 1) {
            throw new AssertionError("not one answer but " + answers);
        }
        return answers.getFirst();
    }

    List<Command> commands(AgentName agent) {
        return effects(Effect.SendCommand.class).stream()
                .filter(each -> each.agent().equals(agent))
                .map(Effect.SendCommand::command)
                .toList();
    }

    List<DesiredState> desired(AgentName agent) {
        return effects(Effect.SendDesired.class).stream()
                .filter(each -> each.agent().equals(agent))
                .map(Effect.SendDesired::desired)
                .toList();
    }

    List<Facts> facts(AgentName agent) {
        return effects(Effect.SendFacts.class).stream()
                .filter(each -> each.agent().equals(agent))
                .map(Effect.SendFacts::facts)
                .toList();
    }

    /** The states that everybody sees, as texts such as {@code web@bow Running(Ok)}. */
    List<String> board() {
        return state.complete().workloadStates().stream().map(Core::text).toList();
    }

    static String text(WorkloadState state) {
        return state.instance().workload() + "@" + state.instance().agent() + " " + state.state();
    }

    /** The same without what is said for people. */
    List<String> phases() {
        return state.complete().workloadStates().stream()
                .map(each ->
                        "%s@%s %s"
                                .formatted(
                                        each.instance().workload(),
                                        each.instance().agent(),
                                        each.phase()))
                .toList();
    }

    List<String> steps() {
        return notes(Note.StateChanged.class).stream().map(note -> text(note.state())).toList();
    }

    static Requester client(String name) {
        return new Requester.Client(new ClientName(name));
    }

    static InstanceName instance(String name, String runtimeConfig, AgentName agent) {
        return InstanceName.of(new WorkloadName(name), runtimeConfig, agent.value());
    }
}
