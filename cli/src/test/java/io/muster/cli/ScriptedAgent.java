package io.muster.cli;

import io.muster.api.bus.BusConnector;
import io.muster.api.bus.BusListener.Disconnection;
import io.muster.api.bus.BusListener.Retry;
import io.muster.api.bus.Payload;
import io.muster.api.host.SystemClock;
import io.muster.api.link.AgentPresence;
import io.muster.api.link.AssignedWorkload;
import io.muster.api.link.Command;
import io.muster.api.link.DesiredState;
import io.muster.api.link.Facts;
import io.muster.api.link.Load;
import io.muster.api.link.LogChunk;
import io.muster.api.link.LogCredit;
import io.muster.api.link.Report;
import io.muster.api.link.ServerPresence;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.StateVersion;
import io.muster.api.request.LogStream;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.shell.Serial;
import io.muster.api.state.AgentAttributes;
import io.muster.api.state.Drained;
import io.muster.api.state.ExecutionState;
import io.muster.api.state.Phase;
import io.muster.api.state.WorkloadState;
import io.muster.api.state.WorkloadUsage;
import io.muster.api.topic.Topics;
import io.muster.transport.AgentLink;
import io.muster.transport.LinkOptions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An agent over a real link that says what a test wants: what it is wished runs at once, and what
 * is not wished any more is gone at once, unless told otherwise.
 */
final class ScriptedAgent implements AgentLink.Listener, AutoCloseable {
    private final String instance;
    private final Serial serial;
    private final AgentLink link;
    private final Map<String, ExecutionState> says = new HashMap<>(); // by workload
    private final Collection<String> clingsTo = new TreeSet<>(); // workloads
    private final Map<InstanceName, WorkloadState> states = new TreeMap<>();
    private Optional<DesiredState> desired = Optional.empty();
    private final Map<String, Uses> uses = new HashMap<>(); // by workload
    private final Map<String, List<String>> writes = new HashMap<>(); // by workload
    private final Map<LogStream, Long> logs = new HashMap<>();

    /** Why pulls fail for which workloads; empty if they do not. Others go on for ever. */
    final Map<String, String> pullFailures = new ConcurrentHashMap<>();

    final List<Request.PullImages> pulled = new CopyOnWriteArrayList<>();
    private final List<Command.StartLogs> orders = new ArrayList<>();
    final List<LogStream> endedLogs = new CopyOnWriteArrayList<>();
    private String nonce = "";
    private long reports;

    ScriptedAgent(
            BusConnector connector,
            Topics topics,
            String name,
            Serial serial,
            SplittableRandom random) {
        this.serial = serial;
        this.instance = "instance-" + random.nextInt(1_000_000);
        this.link =
                new AgentLink(
                        connector,
                        topics,
                        new AgentName(name),
                        instance,
                        serial,
                        new SystemClock(),
                        random,
                        LinkOptions.DEFAULTS,
                        this);
        serial.deliver(link::start);
    }

    /** From now on this workload is said to be in that state, when it is wished. */
    void say(String workload, Phase phase, String info) {
        serial.deliver(() -> {
            says.put(workload, new ExecutionState(phase, info));
            report();
        });
    }

    /** From now on this workload goes on stopping when it is not wished any more. */
    void clingTo(String workload) {
        serial.deliver(() -> clingsTo.add(workload));
    }

    /** It is gone after all. */
    void letGo(String workload) {
        serial.deliver(() -> {
            clingsTo.remove(workload);
            report();
        });
    }

    void load(int cpuPercent, long freeMemoryBytes) {
        serial.deliver(() -> {
            var usage = new ArrayList<WorkloadUsage>();
            for (var instance : states.keySet()) {
                var its = uses.get(instance.workload().value());
                if (its != null) {
                    usage.add(new WorkloadUsage(instance, its.cpuMillis, its.memoryBytes));
                }
            }
            link.load(new Load(new AgentAttributes.Status(cpuPercent, freeMemoryBytes), usage));
        });
    }

    /** From now on this workload uses that, as the next load will tell. */
    void use(String workload, int cpuMillis, long memoryBytes) {
        serial.deliver(() -> uses.put(workload, new Uses(cpuMillis, memoryBytes)));
    }

    private record Uses(int cpuMillis, long memoryBytes) {}

    @Override
    public void connected(String given) {
        nonce = given;
        announce();
    }

    private void announce() {
        link.announce(
                new AgentPresence(
                        true,
                        instance,
                        nonce,
                        "0.1.0",
                        new TreeMap<>(),
                        List.of("native"),
                        version(),
                        0,
                        0,
                        reports));
        report();
    }

    private Optional<StateVersion> version() {
        return desired.map(DesiredState::version);
    }

    private void report() {
        if (nonce.isEmpty()) {
            return;
        }
        var wished = new TreeMap<InstanceName, AssignedWorkload>();
        desired.ifPresent(
                state -> state.workloads().forEach(each -> wished.put(each.instance(), each)));
        for (var known : new ArrayList<>(states.keySet())) {
            var name = known.workload().value();
            if (wished.containsKey(known)) {
                continue;
            }
            if (clingsTo.contains(name)) {
                states.computeIfPresent(
                        known,
                        (_, state) ->
                                new WorkloadState(
                                        known,
                                        state.changedAt(),
                                        ExecutionState.of(Phase.STOPPING_REQUESTED_AT_RUNTIME)));
            } else {
                states.remove(known);
            }
        }
        wished.forEach((name, workload) ->
                states.put(
                        name,
                        new WorkloadState(
                                name,
                                workload.changedAt(),
                                says.getOrDefault(name.workload().value(), normally(name)))));
        reports++;
        var _ =
                link.report(
                        new Report(
                                instance,
                                nonce,
                                reports,
                                version(),
                                List.copyOf(states.values()),
                                List.of(),
                                false,
                                ""));
    }

    private ExecutionState normally(InstanceName name) {
        return desired.filter(DesiredState::drained).isPresent()
                ? new ExecutionState(Phase.PENDING_WAITING_TO_START, Drained.why(name.agent()))
                : ExecutionState.of(Phase.RUNNING_OK);
    }

    @Override
    public Retry disconnected(Disconnection why) {
        nonce = "";
        return new Retry.Soon();
    }

    @Override
    public void desired(DesiredState state) {
        desired = Optional.of(state);
        report();
    }

    @Override
    public void server(ServerPresence presence) {
        if (presence.online() && !nonce.isEmpty()) {
            announce();
        }
    }

    @Override
    public void command(Command command) {
        switch (command) {
            case Command.StartLogs start -> startLogs(start);
            case Command.StartPulls start -> startPulls(start);
            case Command.EndLogs(var stream) -> endedLogs.add(stream);
            case Command.ReportAgain _,
                    Command.AnnounceAgain _,
                    Command.NameRefused _,
                    Command.NameGranted _ -> {
                if (!nonce.isEmpty()) {
                    announce();
                }
            }
        }
    }

    private void startLogs(Command.StartLogs start) {
        if (logs.containsKey(start.stream())) {
            return; // asked for again
        }
        logs.put(start.stream(), 0L);
        orders.add(start);
        for (var instance : start.request().instances()) {
            var its = writes.get(instance.workload().value());
            if (its != null) {
                send(start.stream(), instance, its, !start.request().selection().follow());
            }
        }
    }

    private void startPulls(Command.StartPulls start) {
        if (logs.putIfAbsent(start.stream(), 0L) != null) {
            return; // asked for again
        }
        pulled.add(start.request());
        for (var order : start.request().orders()) {
            var instance = order.instance();
            var why = pullFailures.get(instance.workload().value());
            long number = logs.merge(start.stream(), 1L, Long::sum);
            link.logs(
                    start.stream(),
                    LogChunk.of(
                            "reading",
                            number,
                            List.of(
                                    new LogChunk.LogLines(
                                            instance, List.of(Payload.of("is being pulled")))),
                            why == null
                                    ? List.of()
                                    : List.of(
                                            new Response.LogsStopped(
                                                    instance, why, !why.isEmpty()))),
                    _ -> {});
        }
    }

    /** What this workload has written; more comes of it only if that is said later. */
    void write(String workload, String... lines) {
        serial.deliver(() -> writes.put(workload, List.of(lines)));
    }

    /** This workload writes more, which all who follow it hear. */
    void writeMore(String workload, boolean end, String... lines) {
        serial.deliver(() -> {
            for (var order : orders) {
                for (var instance : order.request().instances()) {
                    if (instance.workload().value().equals(workload)) {
                        send(order.stream(), instance, List.of(lines), end);
                    }
                }
            }
        });
    }

    private void send(LogStream stream, InstanceName instance, List<String> lines, boolean end) {
        long number = logs.merge(stream, 1L, Long::sum);
        var chunk =
                LogChunk.of(
                        "reading",
                        number,
                        List.of(
                                new LogChunk.LogLines(
                                        instance, lines.stream().map(Payload::of).toList())),
                        end ? List.of(new Response.LogsStopped(instance, "", false)) : List.of());
        link.logs(stream, chunk, _ -> {});
    }

    @Override
    public void logCredit(LogStream stream, LogCredit credit) {
        if (credit.tell()) {
            long last = logs.getOrDefault(stream, 0L);
            link.logs(stream, LogChunk.status("reading", last, List.of()), _ -> {});
        }
    }

    @Override
    public void facts(Facts facts) {}

    @Override
    public void desiredMalformed(String why) {
        throw new IllegalStateException(why);
    }

    @Override
    public void malformed(String topic, String why) {
        throw new IllegalStateException(topic + ": " + why);
    }

    @Override
    public void undeliverable(String topic, String why) {
        throw new IllegalStateException(topic + ": " + why);
    }

    @Override
    public void close() {
        serial.deliver(link::close);
    }
}
