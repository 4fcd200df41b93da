package io.muster.agent.reconcile;

import io.muster.agent.reconcile.AgentEffect.OfWorkload;
import io.muster.agent.reconcile.AgentEffect.Save;
import io.muster.agent.reconcile.AgentEffect.SendReport;
import io.muster.agent.reconcile.AgentEffect.Wake;
import io.muster.agent.reconcile.WorkloadEffect.Perform;
import io.muster.api.link.AgentPresence;
import io.muster.api.link.AssignedWorkload;
import io.muster.api.link.DesiredState;
import io.muster.api.link.Report;
import io.muster.api.link.ServerPresence;
import io.muster.api.name.AgentName;
import io.muster.api.name.Lineage;
import io.muster.api.name.NodeId;
import io.muster.api.name.Revision;
import io.muster.api.name.StateVersion;
import io.muster.api.name.WorkloadName;
import io.muster.api.runtime.Found;
import io.muster.api.runtime.Observation;
import io.muster.api.runtime.RuntimeId;
import io.muster.api.shell.ProcessRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Feeds an agent's core by hand and keeps what comes of it. */
final class AgentBench {
    static final Lineage OURS = new Lineage("ours");
    static final Lineage THEIRS = new Lineage("theirs");
    static final NodeId NODE = new NodeId("this");
    static final String ITSELF = "i1";

    private AgentState state =
            AgentState.of(
                    new AgentProfile(
                            new AgentName(Bench.AGENT),
                            NODE,
                            ITSELF,
                            "0.1.0",
                            new TreeMap<>(),
                            List.of("podman", "native")),
                    Moment.ORIGIN);
    private Moment now = Moment.ORIGIN;
    private List<AgentEffect> effects = new ArrayList<>();
    private boolean preparesAtOnce = true;
    private final List<String> steps = new ArrayList<>();
    private int made;

    /** Started with an empty disk; both runtimes have listed nothing. */
    static AgentBench started() {
        var bench = new AgentBench();
        bench.on(new AgentEvent.Started(Optional.empty(), Fence.OPEN, ""));
        bench.listNothing();
        return bench;
    }

    static AgentBench connected() {
        var bench = started();
        bench.on(new AgentEvent.Connected("n1"));
        bench.acknowledge();
        return bench;
    }

    static AssignedWorkload assigned(String name, String image, long changedAt) {
        return Bench.assigned(new WorkloadName(name), Bench.workload(image), changedAt);
    }

    static DesiredState desired(long epoch, long revision, AssignedWorkload... workloads) {
        return desired(OURS, epoch, revision, false, workloads);
    }

    static DesiredState desired(
            Lineage lineage,
            long epoch,
            long revision,
            boolean takeOver,
            AssignedWorkload... workloads) {
        return new DesiredState(version(lineage, epoch, revision), takeOver, List.of(workloads));
    }

    static StateVersion version(Lineage lineage, long epoch, long revision) {
        return new StateVersion(lineage, epoch, new Revision(revision));
    }

    static ServerPresence server(long connection) {
        return server(true, connection);
    }

    static ServerPresence server(boolean online, long connection) {
        return new ServerPresence(online, OURS, 1, connection, "0.1.0", "s" + connection);
    }

    /** From now on preparing is answered by the test, not at once. */
    AgentBench slow() {
        preparesAtOnce = false;
        return this;
    }

    AgentBench on(AgentEvent event) {
        effects = new ArrayList<>();
        step(event);
        for (var next = preparing(); preparesAtOnce && next.isPresent(); next = preparing()) {
            step(
                    new AgentEvent.OfWorkload(
                            next.get(),
                            new WorkloadEvent.Answered(
                                    working(next.get()).token(), new Answer.Prepared())));
        }
        return this;
    }

    private Optional<WorkloadName> preparing() {
        return tasks().stream()
                .filter(each -> working(each.name()).task() instanceof Task.Prepare)
                .map(Managed::name)
                .findFirst();
    }

    private void step(AgentEvent event) {
        var step = AgentLogic.on(state, event, AgentTiming.DEFAULTS, now);
        state = step.next();
        effects.addAll(step.effects());
        step.transitions()
                .forEach(
                        each -> steps.add(each.instance().workload() + " " + each.state().phase()));
    }

    AgentBench listNothing() {
        on(new AgentEvent.Listed("native", List.of()));
        return on(new AgentEvent.Listed("podman", List.of()));
    }

    /** The server wishes, and the disk does its work. */
    AgentBench wish(DesiredState desired) {
        on(new AgentEvent.DesiredCame(desired));
        return saveAll();
    }

    /** The disk does all its work. */
    AgentBench saveAll() {
        for (var save = save(); save.isPresent(); save = save()) {
            on(new AgentEvent.Saved(save.get().number()));
        }
        return this;
    }

    /** Every task under way succeeds, and those that follow. */
    AgentBench work() {
        for (var tasks = tasks(); !tasks.isEmpty(); tasks = tasks()) {
            tasks.forEach(each -> succeed(each.name()));
        }
        return this;
    }

    AgentBench succeed(WorkloadName name) {
        var working = working(name);
        return answer(
                name,
                switch (working.task()) {
                    case Task.Create _ -> {
                        made++;
                        yield new Answer.Created(
                                new RuntimeId("c" + made),
                                new Observation.Running(new ProcessRef(made, made)));
                    }
                    case Task.Prepare _ -> new Answer.Prepared();
                    case Task.Delete _ -> new Answer.Deleted();
                    case Task.Search _ -> new Answer.Searched(List.of());
                    case Task.Observe _ -> new Answer.Observed(new Observation.Exited(0));
                    case Task.Restart _ ->
                            new Answer.Observed(new Observation.Running(new ProcessRef(99, 99)));
                });
    }

    AgentBench answer(WorkloadName name, Answer answer) {
        return of(name, new WorkloadEvent.Answered(working(name).token(), answer));
    }

    /** The workload's process ends with this code. */
    AgentBench exit(String workload, int code) {
        var name = new WorkloadName(workload);
        var there = managed(name).there().getFirst();
        if (!(there.seen() instanceof Observation.Running(var processes))) {
            throw new AssertionError(there + " does not run");
        }
        of(
                name,
                new WorkloadEvent.ProcessEnded(
                        "podman", there.instance().id(), processes.getFirst()));
        return answer(name, new Answer.Observed(new Observation.Exited(code)));
    }

    AgentBench of(WorkloadName name, WorkloadEvent event) {
        return on(new AgentEvent.OfWorkload(name, event));
    }

    Managed managed(WorkloadName name) {
        return Optional.ofNullable(state.workloads().get(name))
                .orElseThrow(() -> new AssertionError("nothing is known of " + name));
    }

    Doing.Working working(WorkloadName name) {
        if (!(managed(name).doing() instanceof Doing.Working working)) {
            throw new AssertionError(name + " has no task, but " + managed(name).doing());
        }
        return working;
    }

    List<Managed> tasks() {
        return state.workloads().values().stream()
                .filter(each -> each.doing() instanceof Doing.Working)
                .toList();
    }

    AgentBench wake(AgentTimer timer) {
        return on(new AgentEvent.Woke(timer));
    }

    AgentBench pass(Duration time) {
        now = now.plus(time);
        return this;
    }

    /** The broker acknowledges reports, and the pauses after them end, until all is told. */
    AgentBench acknowledge() {
        while (state.reporter().sent().isPresent()) {
            on(new AgentEvent.ReportAcknowledged(state.reporter().sequence()));
            wake(new AgentTimer.ReportDue());
        }
        return this;
    }

    /** The save that is under way, if any. */
    Optional<Save> save() {
        return state.desire()
                .saving()
                .map(each ->
                        new Save(
                                each.number(),
                                each.copied() ? Optional.of(each.desired()) : Optional.empty(),
                                Optional.of(each.fence())));
    }

    <T extends AgentEffect> List<T> effects(Class<T> kind) {
        return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    boolean ordersNothing() {
        return effects.stream()
                .noneMatch(each ->
                        each instanceof OfWorkload(_, var effect) && effect instanceof Perform);
    }

    Optional<Report> report() {
        return effects(SendReport.class).stream().map(SendReport::report).findFirst();
    }

    Optional<AgentPresence> announcement() {
        return effects(AgentEffect.Announce.class).stream()
                .map(AgentEffect.Announce::presence)
                .findFirst();
    }

    Optional<Wake> timer(AgentTimer timer) {
        return effects(Wake.class).stream().filter(each -> each.timer().equals(timer)).findFirst();
    }

    AgentState state() {
        return state;
    }

    List<AgentEffect> effects() {
        return effects;
    }

    Moment now() {
        return now;
    }

    List<String> steps() {
        var seen = List.copyOf(steps);
        steps.clear();
        return seen;
    }

    /** What a report shows, as "workload phase". */
    List<String> shown() {
        return state.shown().values().stream()
                .map(each -> each.instance().workload() + " " + each.state().phase())
                .toList();
    }

    String info(String workload) {
        return state.shown().values().stream()
                .filter(each -> each.instance().workload().value().equals(workload))
                .findFirst()
                .orElseThrow(() -> new AssertionError(workload + " is not shown"))
                .state()
                .additionalInfo();
    }

    static Found found(String id, DesiredState as, String workload, Observation observation) {
        var assigned =
                as.workloads().stream()
                        .filter(each -> each.instance().workload().value().equals(workload))
                        .findFirst()
                        .orElseThrow();
        var run = Wish.Run.of(assigned, as.version().lineage(), Optional.empty());
        return Bench.found(id, run, observation);
    }
}
