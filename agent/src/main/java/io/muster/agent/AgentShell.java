package io.muster.agent;

import io.muster.agent.control.ControlDesk;
import io.muster.agent.logs.LogDesk;
import io.muster.agent.reconcile.AgentEffect;
import io.muster.agent.reconcile.AgentEvent;
import io.muster.agent.reconcile.AgentEvent.OfWorkload;
import io.muster.agent.reconcile.AgentLogic;
import io.muster.agent.reconcile.AgentProfile;
import io.muster.agent.reconcile.AgentState;
import io.muster.agent.reconcile.AgentTimer;
import io.muster.agent.reconcile.Moment;
import io.muster.agent.reconcile.RunningWorkload;
import io.muster.agent.reconcile.Task;
import io.muster.agent.reconcile.Whereabouts;
import io.muster.agent.reconcile.WorkloadEffect;
import io.muster.agent.reconcile.WorkloadEvent;
import io.muster.api.bus.BusConnector;
import io.muster.api.bus.BusListener.Cause;
import io.muster.api.bus.BusListener.Disconnection;
import io.muster.api.bus.BusListener.Retry;
import io.muster.api.link.Command;
import io.muster.api.link.DesiredState;
import io.muster.api.link.Facts;
import io.muster.api.link.Load;
import io.muster.api.link.LogCredit;
import io.muster.api.link.Report;
import io.muster.api.link.ServerPresence;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.StateVersion;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.LogStream;
import io.muster.api.runtime.WorkloadRuntime;
import io.muster.api.shell.Serial;
import io.muster.api.state.WorkloadState;
import io.muster.api.topic.Topics;
import io.muster.transport.AgentLink;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An agent at work: brings events to {@link AgentLogic} and performs what it decides.
 *
 * <p>One serial owns all of it. When it is closed, workloads go on.
 */
public final class AgentShell implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AgentShell.class);

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
    private final RuntimeLister lister;
    private final LoadTeller load;
    private final StepLog steps;
    private final AgentLink link;
    private final LogDesk logs;
    private final ControlDesk control;
    private AgentState state;
    private Runnable left = () -> {};
    private boolean leaving;
    private String disconnection = "";
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
        this.exits = new ExitWatches(node.exits(), serial);
        this.timers = new Timers<>(serial, node.random());
        this.workloadTimers = new Timers<>(serial, node.random());
        this.lister = new RuntimeLister(name, runtimes, serial, this::on);
        this.load =
                new LoadTeller(
                        name,
                        node,
                        serial,
                        options.loadEvery(),
                        () -> RunningWorkload.of(state),
                        this::tell);
        this.steps = new StepLog(name);
        this.state =
                AgentState.of(
                        new AgentProfile(
                                name,
                                node.id(),
                                instance,
                                version,
                                tags,
                                List.copyOf(runtimes.keySet())),
                        now());
        this.link =
                new AgentLink(
                        connector,
                        topics,
                        name,
                        instance,
                        serial,
                        node.clock(),
                        node.random(),
                        options.link(),
                        new Listener());
        this.control = new ControlDesk(node.doors(), version, serial, link::speakFor);
        this.tasks = new TaskRunner(name, runtimes, serial, control, options.tasksAtOnce());
        this.logs =
                new LogDesk(
                        name,
                        runtimes,
                        serial,
                        node.clock(),
                        node.random(),
                        workload -> Whereabouts.of(state, workload),
                        link::logs);
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
                                        contents.copy(),
                                        contents.fence(),
                                        contents.damage(),
                                        contents.lost()));
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
            load.pause();
            exits.cancelAll();
            logs.close();
            control.close();
            link.close();
        }
    }

    /**
     * Stops all workloads, in the order of their dependencies; they run again when an agent starts
     * here. From the serial.
     *
     * @param done is called when none runs any more
     */
    public void leave(Runnable done) {
        left = done;
        leaving = true;
        on(new AgentEvent.Leaving());
    }

    /** Returns the workloads that run, of those that are this agent's to stop. From the serial. */
    public List<WorkloadName> running() {
        return state.running();
    }

    /** Returns the runtimes that did not tell yet what they have. From the serial. */
    public List<String> unlisted() {
        return state.unlisted();
    }

    /** Completes when the broker has heard that the agent is gone, or cannot hear it any more. */
    public CompletionStage<Void> goodBye() {
        return link.goodBye();
    }

    /** Returns how many logs are read for others. From the serial. */
    public int openLogs() {
        return logs.openSources();
    }

    /** Returns how many control interfaces of workloads are open. From the serial. */
    public int openControlInterfaces() {
        return control.open();
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
        steps.write(before, step);
        step.effects().forEach(this::perform);
        logs.changed();
        control.changed(state);
        if (leaving && state.hasStopped()) {
            leaving = false;
            left.run();
        }
    }

    private void perform(AgentEffect effect) {
        switch (effect) {
            case AgentEffect.OfWorkload(var workload, var its) -> perform(workload, its);
            case AgentEffect.Forget(var workload) -> workloadTimers.cancel(workload);
            case AgentEffect.Connect _ -> link.start();
            case AgentEffect.ListRuntime(var runtime) -> lister.list(runtime);
            case AgentEffect.LookAt(var runtime, var asked) -> lister.look(runtime, asked);
            case AgentEffect.Save save -> save(save);
            case AgentEffect.KeepLost(var time) -> keepLost(time);
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
                        .addKeyValue("task", task.outline())
                        .addKeyValue("runtime", task.runtime())
                        .log("asking the runtime");
                if (task instanceof Task.Delete(var instance) && state.isRefused()) {
                    log.atWarn() // no report of a refused agent is listened to
                            .addKeyValue("agent", name)
                            .addKeyValue("workload", workload)
                            .addKeyValue("instance", instance.name())
                            .log("removing what it created: another agent has its name");
                }
                tasks.perform(
                        workload,
                        token,
                        task,
                        state.isWished(workload),
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

    private void keepLost(Duration time) {
        serial.<Void>offload(
                () -> {
                    files.write(time);
                    return null;
                },
                (_, failure) -> {
                    if (failure == null) {
                        on(new AgentEvent.LostKept(time));
                        return;
                    }
                    log.atWarn()
                            .addKeyValue("agent", name)
                            .addKeyValue("reason", failure.getMessage())
                            .log("how long contact was lost cannot be written to the disk");
                    on(new AgentEvent.LostNotKept());
                });
    }

    private void tell(Load sample) {
        if (!closed && !state.isRefused()) { // else it would pass for that of the other agent
            link.load(sample);
        }
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

    private final class Listener implements AgentLink.Listener {
        @Override
        public void connected(String nonce) {
            log.atInfo().addKeyValue("agent", name).log("connected");
            disconnection = "";
            on(new AgentEvent.Connected(nonce));
            load.begin();
            logs.connected();
        }

        @Override
        public Retry disconnected(Disconnection why) {
            (why.text().equals(disconnection) ? log.atDebug() : log.atWarn())
                    .addKeyValue("agent", name)
                    .addKeyValue("reason", why.text())
                    .log("not connected");
            disconnection = why.text();
            load.pause();
            logs.disconnected();
            control.connection(false);
            boolean thrownOut = why.cause() == Cause.TAKEN_OVER;
            on(new AgentEvent.Disconnected(thrownOut));
            if (thrownOut && (state.isRefused() || state.isWithheld())) {
                var pause = options.askAgainAfter(node.random());
                log.atError()
                        .addKeyValue("agent", name)
                        .addKeyValue("reason", state.trouble())
                        .addKeyValue("asks-again-after-seconds", pause.toSeconds())
                        .log("leaving the name to the other agent, until that one has left");
                return new Retry.After(pause);
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
            switch (command) {
                case Command.StartLogs start -> logs.start(start);
                case Command.StartPulls start -> logs.start(start);
                case Command.EndLogs end -> logs.end(end);
                case Command.ReportAgain _,
                        Command.AnnounceAgain _,
                        Command.NameRefused _,
                        Command.NameGranted _ ->
                        on(new AgentEvent.CommandCame(command));
            }
        }

        @Override
        public void logCredit(LogStream stream, LogCredit credit) {
            logs.credit(stream, credit);
        }

        @Override
        public void server(ServerPresence presence) {
            control.connection(presence.online());
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
