package io.muster.agent;

import io.muster.agent.reconcile.AgentEffect;
import io.muster.agent.reconcile.AgentEvent;
import io.muster.agent.reconcile.AgentEvent.OfWorkload;
import io.muster.agent.reconcile.AgentLogic;
import io.muster.agent.reconcile.AgentProfile;
import io.muster.agent.reconcile.AgentState;
import io.muster.agent.reconcile.AgentTimer;
import io.muster.agent.reconcile.Moment;
import io.muster.agent.reconcile.WorkloadEffect;
import io.muster.agent.reconcile.WorkloadEvent;
import io.muster.api.bus.BusConnector;
import io.muster.api.bus.BusListener.Cause;
import io.muster.api.bus.BusListener.Disconnection;
import io.muster.api.bus.BusListener.Retry;
import io.muster.api.link.Command;
import io.muster.api.link.DesiredState;
import io.muster.api.link.Facts;
import io.muster.api.link.Report;
import io.muster.api.link.ServerPresence;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.StateVersion;
import io.muster.api.name.WorkloadName;
import io.muster.api.runtime.Found;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.runtime.WorkloadRuntime;
import io.muster.api.shell.Serial;
import io.muster.api.state.WorkloadState;
import io.muster.api.topic.Topics;
import io.muster.transport.AgentLink;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An agent at work: brings events to {@link AgentLogic} and performs what it decides.
 *
 * <p>One serial owns all of it. When it is closed, workloads go on.
 */
public final class AgentShell implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AgentShell.class);
    private static final Duration FIRST_LOAD = Duration.ofSeconds(1);

    private final AgentName name;
    private final Node node;
    private final Serial serial;
    private final AgentOptions options;
    private final AgentFiles files;
    private final SortedMap<String, WorkloadRuntime> runtimes = new TreeMap<>();
    private final TaskRunner tasks;
    private final ExitWatches exits;
    private final Timers<AgentTimer> timers;
    private final Timers<WorkloadName> workloadTimers;
    private final Timers<String> loadTimer;
    private final Set<String> beingLookedAt = new HashSet<>();
    private final AgentLink link;
    private AgentState state;
    private String disconnection = "";
    private boolean sampling;
    private boolean closed;

    /**
     * Makes one; {@link #start} starts it.
     *
     * @param instance of this process, random
     * @param version of the program
     */
    public AgentShell(
            AgentName name,
            String instance,
            String version,
            SortedMap<String, String> tags,
            Node node,
            BusConnector connector,
            Topics topics,
            Serial serial,
            AgentOptions options) {
        this.name = name;
        this.node = node;
        this.serial = serial;
        this.options = options;
        node.runtimes().forEach(each -> runtimes.put(each.name(), each));
        this.files = new AgentFiles(node.disk());
        this.tasks = new TaskRunner(name, runtimes, serial, options.tasksAtOnce());
        this.exits = new ExitWatches(node.exits(), serial);
        this.timers = new Timers<>(serial, node.random());
        this.workloadTimers = new Timers<>(serial, node.random());
        this.loadTimer = new Timers<>(serial, node.random());
        this.state =
                AgentState.of(
                        new AgentProfile(
                                name, instance, version, tags, List.copyOf(runtimes.keySet())),
                        now());
        this.link =
                new AgentLink(
                        connector,
                        topics,
                        name,
                        instance,
                        serial,
                        node.random(),
                        options.link(),
                        new Listener());
    }

    /** Reads the disk, looks what runs, and connects. Any thread. */
    public void start() {
        serial.offload(
                files::read,
                (contents, failure) -> {
                    if (contents == null) {
                        throw new IllegalStateException("reading the disk has a fault", failure);
                    }
                    if (!closed) {
                        on(
                                new AgentEvent.Started(
                                        contents.copy(), contents.fence(), contents.damage()));
                    }
                });
    }

    /**
     * Ends in order: says that the agent is gone, and leaves the workloads alone. From the serial.
     */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            timers.cancelAll();
            workloadTimers.cancelAll();
            loadTimer.cancelAll();
            exits.cancelAll();
            link.close();
        }
    }

    /** Completes when the broker has heard that the agent is gone, or cannot hear it any more. */
    public CompletionStage<Void> goodBye() {
        return link.goodBye();
    }

    /** Returns the states of all workloads, as they would be reported now. From the serial. */
    public SortedMap<InstanceName, WorkloadState> states() {
        return state.shown();
    }

    /** Returns the desired state that is worked from. From the serial. */
    public Optional<StateVersion> observed() {
        return state.observed();
    }

    /**
     * Returns what keeps the agent as a whole from its work; empty if nothing does. From the
     * serial.
     */
    public String trouble() {
        return state.trouble();
    }

    private Moment now() {
        return new Moment(node.clock().nanoTime());
    }

    private void on(AgentEvent event) {
        if (closed) {
            return;
        }
        var before = state;
        var step = AgentLogic.on(before, event, options.timing(), now());
        state = step.next();
        log(before, step);
        step.effects().forEach(this::perform);
    }

    private void log(AgentState before, AgentLogic.Step step) {
        step.transitions()
                .forEach(each ->
                        log.atInfo()
                                .addKeyValue("agent", name)
                                .addKeyValue("workload", each.instance().workload())
                                .addKeyValue("changed-at", each.changedAt())
                                .addKeyValue("state", each.state())
                                .log("workload changed"));
        if (!before.observed().equals(state.observed()) && state.observed().isPresent()) {
            log.atInfo()
                    .addKeyValue("agent", name)
                    .addKeyValue("version", state.observed().get())
                    .log("obeying desired state");
        }
        if (!before.trouble().equals(state.trouble())) {
            if (state.trouble().isEmpty()) {
                log.atInfo().addKeyValue("agent", name).log("no trouble any more");
            } else {
                log.atWarn()
                        .addKeyValue("agent", name)
                        .addKeyValue("trouble", state.trouble())
                        .log("in trouble");
            }
        }
    }

    private void perform(AgentEffect effect) {
        switch (effect) {
            case AgentEffect.OfWorkload(var workload, var its) -> perform(workload, its);
            case AgentEffect.Forget(var workload) -> workloadTimers.cancel(workload);
            case AgentEffect.Connect _ -> link.start();
            case AgentEffect.ListRuntime(var runtime) -> list(runtime);
            case AgentEffect.LookAt(var runtime, var asked) -> look(runtime, asked);
            case AgentEffect.Save save -> save(save);
            case AgentEffect.Announce(var presence) -> link.announce(presence);
            case AgentEffect.SendReport(var report) -> send(report);
            case AgentEffect.Wake(var timer, var after, var jittered) ->
                    timers.set(timer, after, jittered, () -> on(new AgentEvent.Woke(timer)));
        }
    }

    private void perform(WorkloadName workload, WorkloadEffect effect) {
        switch (effect) {
            case WorkloadEffect.Perform(var token, var task) -> {
                log.atDebug()
                        .addKeyValue("agent", name)
                        .addKeyValue("workload", workload)
                        .addKeyValue("task", task)
                        .log("asking the runtime");
                tasks.perform(
                        workload,
                        token,
                        task,
                        answer -> of(workload, new WorkloadEvent.Answered(token, answer)));
            }
            case WorkloadEffect.Interrupt(var token) -> tasks.interrupt(workload, token);
            case WorkloadEffect.Wake(var token, var after, var jittered) ->
                    workloadTimers.set(
                            workload,
                            after,
                            jittered,
                            () -> of(workload, new WorkloadEvent.Woke(token)));
            case WorkloadEffect.Watch(var instance, var process) ->
                    exits.watch(
                            instance,
                            process,
                            () ->
                                    of(
                                            workload,
                                            new WorkloadEvent.ProcessEnded(
                                                    instance.runtime(), instance.id(), process)));
            case WorkloadEffect.Unwatch(var instance, var process) ->
                    exits.unwatch(instance, process);
        }
    }

    private void of(WorkloadName workload, WorkloadEvent event) {
        on(new OfWorkload(workload, event));
    }

    private void list(String runtime) {
        serial.offload(
                runtime(runtime)::list,
                (found, failure) -> {
                    if (found != null) {
                        on(new AgentEvent.Listed(runtime, found));
                    } else {
                        on(new AgentEvent.ListFailed(runtime, reason(runtime, failure)));
                    }
                });
    }

    private void look(String runtime, Moment asked) {
        if (!beingLookedAt.add(runtime)) {
            return; // the last look is not back yet
        }
        serial.offload(
                runtime(runtime)::list,
                (found, failure) -> {
                    beingLookedAt.remove(runtime);
                    if (failure != null) {
                        log.atWarn()
                                .addKeyValue("agent", name)
                                .addKeyValue("runtime", runtime)
                                .addKeyValue("reason", reason(runtime, failure))
                                .log("the slow look at the runtime failed");
                    }
                    Optional<List<Found>> seen = Optional.ofNullable(found);
                    on(new AgentEvent.Glimpsed(runtime, asked, seen));
                });
    }

    private WorkloadRuntime runtime(String runtime) {
        var found = runtimes.get(runtime);
        if (found == null) {
            throw new IllegalStateException("no runtime \"" + runtime + "\" was given");
        }
        return found;
    }

    private String reason(String runtime, @Nullable Exception failure) {
        if (!(failure instanceof RuntimeFailure)) {
            log.atError()
                    .addKeyValue("agent", name)
                    .addKeyValue("runtime", runtime)
                    .setCause(failure)
                    .log("a runtime has a fault");
            return "a fault in the runtime: " + failure;
        }
        return String.valueOf(failure.getMessage());
    }

    private void save(AgentEffect.Save save) {
        serial.<Void>offload(
                () -> {
                    files.write(save.copy(), save.fence());
                    return null;
                },
                (_, failure) ->
                        on(
                                failure == null
                                        ? new AgentEvent.Saved(save.number())
                                        : new AgentEvent.SaveFailed(
                                                save.number(),
                                                String.valueOf(failure.getMessage()))));
    }

    private void send(Report report) {
        link.report(report)
                .whenComplete((_, failure) ->
                        // never within the step that sends it
                        serial.deliver(() ->
                                on(
                                        failure == null
                                                ? new AgentEvent.ReportAcknowledged(
                                                        report.sequence())
                                                : new AgentEvent.ReportFailed(report.sequence()))));
    }

    private void tellLoadAfter(Duration pause) {
        loadTimer.set("load", pause, false, this::tellLoad);
    }

    private void tellLoad() {
        tellLoadAfter(options.loadEvery());
        if (sampling) {
            return;
        }
        sampling = true;
        serial.offload(
                node.load()::sample,
                (load, failure) -> {
                    sampling = false;
                    if (load != null && !closed) {
                        link.load(load);
                    }
                    if (failure != null) {
                        log.atDebug()
                                .addKeyValue("agent", name)
                                .setCause(failure)
                                .log("the load cannot be read");
                    }
                });
    }

    private final class Listener implements AgentLink.Listener {
        @Override
        public void connected(String nonce) {
            log.atInfo().addKeyValue("agent", name).log("connected");
            disconnection = "";
            on(new AgentEvent.Connected(nonce));
            tellLoadAfter(FIRST_LOAD);
        }

        @Override
        public Retry disconnected(Disconnection why) {
            (why.text().equals(disconnection) ? log.atDebug() : log.atWarn())
                    .addKeyValue("agent", name)
                    .addKeyValue("reason", why.text())
                    .log("not connected");
            disconnection = why.text();
            loadTimer.cancelAll();
            on(new AgentEvent.Disconnected());
            if (why.cause() == Cause.TAKEN_OVER && state.isRefused()) {
                log.atError()
                        .addKeyValue("agent", name)
                        .addKeyValue("reason", state.trouble())
                        .log("leaving the name to the other agent, for good");
                return new Retry.Never();
            }
            return new Retry.Soon();
        }

        @Override
        public void desired(DesiredState desired) {
            on(new AgentEvent.DesiredCame(desired));
        }

        @Override
        public void desiredMalformed(String why) {
            on(new AgentEvent.DesiredMalformed(why));
        }

        @Override
        public void facts(Facts facts) {
            on(new AgentEvent.FactsCame(facts));
        }

        @Override
        public void command(Command command) {
            on(new AgentEvent.CommandCame(command));
        }

        @Override
        public void server(ServerPresence presence) {
            on(new AgentEvent.ServerSeen(presence));
        }

        @Override
        public void malformed(String topic, String why) {
            warn(topic, why, "a message cannot be read");
        }

        @Override
        public void undeliverable(String topic, String why) {
            warn(topic, why, "the broker does not take a message");
        }

        private void warn(String topic, String why, String what) {
            log.atWarn()
                    .addKeyValue("agent", name)
                    .addKeyValue("topic", topic)
                    .addKeyValue("reason", why)
                    .log(what);
        }
    }
}
