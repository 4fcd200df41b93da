package io.muster.api.codec;

import com.google.protobuf.MessageLite;
import io.muster.api.bus.Payload;
import io.muster.api.link.Addressee;
import io.muster.api.link.AgentPresence;
import io.muster.api.link.AssignedWorkload;
import io.muster.api.link.Command;
import io.muster.api.link.Dependents;
import io.muster.api.link.DesiredState;
import io.muster.api.link.Facts;
import io.muster.api.link.Load;
import io.muster.api.link.Needed;
import io.muster.api.link.Report;
import io.muster.api.link.ServerPresence;
import io.muster.api.link.Transition;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Lineage;
import io.muster.api.name.NodeId;
import io.muster.api.name.Revision;
import io.muster.api.name.StateVersion;
import io.muster.api.name.WorkloadName;
import io.muster.api.proto.LinkProto;
import io.muster.api.state.AgentAttributes;
import io.muster.api.state.WorkloadUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** What server and agents tell each other, one message per payload. */
public final class LinkCodec {
    /**
     * The biggest desired state that is read, in bytes before compression. A bigger one is encoded
     * without compression, so that it is above every size that a message may have.
     */
    public static final int MAX_DESIRED_BYTES = 16 * 1024 * 1024;

    private static final int MAX_CPU_PERCENT = 100;

    private LinkCodec() {}

    /**
     * Encodes with a digest; compressed above 8 KiB. Who encodes the same again and again, changed
     * a little, has a {@link DesiredEncoder}, which gives the same bytes.
     */
    public static Payload encode(DesiredState desired) {
        return new DesiredEncoder().encode("", desired);
    }

    /** Decodes what is whole: size and digest are checked first. */
    public static DesiredState decodeDesired(Payload payload) throws MalformedMessage {
        var content =
                Decoding.decode(
                        "desired state",
                        LinkProto.DesiredEnvelope.parser(),
                        payload.bytes(),
                        envelope -> Envelope.unpack(envelope, MAX_DESIRED_BYTES));
        return Decoding.decode(
                "desired state", LinkProto.DesiredState.parser(), content, LinkCodec::desired);
    }

    private static DesiredState desired(LinkProto.DesiredState message) throws MalformedMessage {
        if (!message.hasVersion()) {
            throw Decoding.missing("version");
        }
        var workloads = new TreeMap<WorkloadName, AssignedWorkload>();
        for (var workload : message.getWorkloadsList()) {
            var instance = ExecutionCodec.decode(workload.getInstanceName());
            var assigned =
                    new AssignedWorkload(
                            instance,
                            new Revision(workload.getChangedAt()),
                            WorkloadCodec.decode(workload.getWorkload()));
            if (workloads.put(instance.workload(), assigned) != null) {
                throw new MalformedMessage(
                        "workload \"%s\" is there twice".formatted(instance.workload()));
            }
        }
        return new DesiredState(
                decode(message.getVersion()),
                message.getTakeOver(),
                node(message.getNode())
                        .<Addressee>map(Addressee.Node::new)
                        .orElse(
                                message.getFormer()
                                        ? new Addressee.Former()
                                        : new Addressee.Anybody()),
                message.getDrained(),
                List.copyOf(workloads.values()),
                message.getDependentsList().stream().map(LinkCodec::dependents).toList());
    }

    private static Dependents dependents(LinkProto.Dependents message) {
        var leaving = new TreeSet<WorkloadName>();
        message.getLeavingList().forEach(name -> leaving.add(new WorkloadName(name)));
        return new Dependents(
                new WorkloadName(message.getWorkload()),
                message.getElsewhere(),
                message.getForeign(),
                leaving);
    }

    private static Optional<NodeId> node(String value) {
        return value.isEmpty() ? Optional.empty() : Optional.of(new NodeId(value));
    }

    /** Encodes. */
    public static Payload encode(Facts facts) {
        var message =
                LinkProto.Facts.newBuilder()
                        .setEpoch(facts.epoch())
                        .setSequence(facts.sequence())
                        .setAsOf(facts.asOf().value());
        facts.states().forEach(state -> message.addStates(ExecutionCodec.encode(state)));
        for (var each : facts.needed()) {
            var needed =
                    LinkProto.Needed.newBuilder()
                            .setWorkload(each.workload().value())
                            .setAsOf(each.asOf().value())
                            .setMore(each.more());
            each.by().forEach(state -> needed.addBy(ExecutionCodec.encode(state)));
            message.addNeeded(needed);
        }
        return payload(message.build());
    }

    /** Decodes. */
    public static Facts decodeFacts(Payload payload) throws MalformedMessage {
        return Decoding.decode(
                "facts",
                LinkProto.Facts.parser(),
                payload.bytes(),
                message ->
                        new Facts(
                                Decoding.natural("epoch", message.getEpoch()),
                                Decoding.natural("sequence", message.getSequence()),
                                new Revision(message.getAsOf()),
                                ExecutionCodec.decode(message.getStatesList()),
                                needed(message.getNeededList())));
    }

    private static List<Needed> needed(List<LinkProto.Needed> messages) throws MalformedMessage {
        var needed = new ArrayList<Needed>();
        for (var each : messages) {
            needed.add(
                    new Needed(
                            new WorkloadName(each.getWorkload()),
                            new Revision(each.getAsOf()),
                            ExecutionCodec.decode(each.getByList()),
                            each.getMore()));
        }
        return needed;
    }

    /** Encodes. */
    public static Payload encode(ServerPresence presence) {
        return payload(
                LinkProto.ServerPresence.newBuilder()
                        .setOnline(presence.online())
                        .setLineage(presence.lineage().value())
                        .setEpoch(presence.epoch())
                        .setConnection(presence.connection())
                        .setVersion(presence.version())
                        .setNonce(presence.nonce())
                        .build());
    }

    /** Decodes. */
    public static ServerPresence decodeServerPresence(Payload payload) throws MalformedMessage {
        return Decoding.decode(
                "server presence",
                LinkProto.ServerPresence.parser(),
                payload.bytes(),
                message ->
                        new ServerPresence(
                                message.getOnline(),
                                new Lineage(message.getLineage()),
                                Decoding.natural("epoch", message.getEpoch()),
                                Decoding.natural("connection", message.getConnection()),
                                message.getVersion(),
                                message.getNonce()));
    }

    /** Encodes. */
    public static Payload encode(AgentPresence presence) {
        var message =
                LinkProto.AgentPresence.newBuilder()
                        .setOnline(presence.online())
                        .setInstance(presence.instance())
                        .setNonce(presence.nonce())
                        .setVersion(presence.version())
                        .putAllTags(presence.tags())
                        .addAllRuntimes(presence.runtimes())
                        .setFactsEpoch(presence.factsEpoch())
                        .setFactsSequence(presence.factsSequence())
                        .setReportSequence(presence.reportSequence())
                        .setRefused(presence.refused())
                        .setStopped(presence.stopped());
        presence.node().ifPresent(node -> message.setNode(node.value()));
        presence.seen().ifPresent(seen -> message.setSeen(encode(seen)));
        return payload(message.build());
    }

    /** Decodes. */
    public static AgentPresence decodeAgentPresence(Payload payload) throws MalformedMessage {
        return Decoding.decode(
                "agent presence",
                LinkProto.AgentPresence.parser(),
                payload.bytes(),
                message ->
                        new AgentPresence(
                                message.getOnline(),
                                message.getInstance(),
                                message.getNonce(),
                                message.getVersion(),
                                new TreeMap<>(message.getTagsMap()),
                                message.getRuntimesList(),
                                version(message.hasSeen(), message.getSeen()),
                                Decoding.natural("facts epoch", message.getFactsEpoch()),
                                Decoding.natural("facts sequence", message.getFactsSequence()),
                                Decoding.natural("report sequence", message.getReportSequence()),
                                message.getRefused(),
                                node(message.getNode()),
                                message.getStopped()));
    }

    /** Encodes. */
    public static Payload encode(Report report) {
        var message =
                LinkProto.Report.newBuilder()
                        .setInstance(report.instance())
                        .setNonce(report.nonce())
                        .setSequence(report.sequence())
                        .setOverflow(report.overflow())
                        .setTrouble(report.trouble());
        report.observed().ifPresent(observed -> message.setObserved(encode(observed)));
        report.states().forEach(state -> message.addStates(ExecutionCodec.encode(state)));
        report.transitions()
                .forEach(transition ->
                        message.addTransitions(
                                LinkProto.Transition.newBuilder()
                                        .setNumber(transition.number())
                                        .setState(ExecutionCodec.encode(transition.state()))));
        return payload(message.build());
    }

    /** Decodes. */
    public static Report decodeReport(Payload payload) throws MalformedMessage {
        return Decoding.decode(
                "report", LinkProto.Report.parser(), payload.bytes(), LinkCodec::report);
    }

    private static Report report(LinkProto.Report message) throws MalformedMessage {
        var transitions = new ArrayList<Transition>();
        for (var transition : message.getTransitionsList()) {
            transitions.add(
                    new Transition(
                            Decoding.natural("number of a transition", transition.getNumber()),
                            ExecutionCodec.decode(transition.getState())));
        }
        return new Report(
                message.getInstance(),
                message.getNonce(),
                Decoding.natural("sequence", message.getSequence()),
                version(message.hasObserved(), message.getObserved()),
                ExecutionCodec.decode(message.getStatesList()),
                transitions,
                message.getOverflow(),
                message.getTrouble());
    }

    /** Encodes. */
    public static Payload encode(Load load) {
        var message =
                LinkProto.Load.newBuilder()
                        .setCpuPercent(load.node().cpuPercent())
                        .setFreeMemoryBytes(load.node().freeMemoryBytes());
        for (var each : load.workloads()) {
            message.addWorkloads(
                    LinkProto.WorkloadLoad.newBuilder()
                            .setWorkload(each.instance().workload().value())
                            .setId(each.instance().id())
                            .setCpuMillis(each.cpuMillis())
                            .setMemoryBytes(each.memoryBytes()));
        }
        return payload(message.build());
    }

    /**
     * Decodes.
     *
     * @param agent whose load it is; the message does not say
     */
    public static Load decodeLoad(AgentName agent, Payload payload) throws MalformedMessage {
        return Decoding.decode(
                "load",
                LinkProto.Load.parser(),
                payload.bytes(),
                message ->
                        new Load(
                                new AgentAttributes.Status(
                                        percent(message.getCpuPercent()),
                                        Decoding.natural(
                                                "free memory", message.getFreeMemoryBytes())),
                                usage(agent, message.getWorkloadsList())));
    }

    private static List<WorkloadUsage> usage(
            AgentName agent, List<LinkProto.WorkloadLoad> messages) {
        return messages.stream()
                .map(each ->
                        new WorkloadUsage(
                                new InstanceName(
                                        new WorkloadName(each.getWorkload()),
                                        each.getId(),
                                        agent.value()),
                                each.getCpuMillis(),
                                each.getMemoryBytes()))
                .toList();
    }

    private static int percent(int number) throws MalformedMessage {
        if (number < 0 || number > MAX_CPU_PERCENT) {
            throw new MalformedMessage(
                    "CPU usage %s%% is above 100%%".formatted(Integer.toUnsignedString(number)));
        }
        return number;
    }

    /** Encodes. */
    public static Payload encode(Command command) {
        var message = LinkProto.Command.newBuilder();
        switch (command) {
            case Command.ReportAgain _ ->
                    message.setReportAgain(LinkProto.ReportAgain.getDefaultInstance());
            case Command.AnnounceAgain _ ->
                    message.setAnnounceAgain(LinkProto.AnnounceAgain.getDefaultInstance());
            case Command.NameRefused(var instance, var reason, var decided) ->
                    message.setNameRefused(
                            LinkProto.NameRefused.newBuilder()
                                    .setInstance(instance)
                                    .setReason(reason)
                                    .setUndecided(!decided));
            case Command.NameGranted(var instance) ->
                    message.setNameGranted(
                            LinkProto.NameGranted.newBuilder().setInstance(instance));
            case Command.StartLogs start -> message.setLogsStart(LogsCodec.encode(start));
            case Command.StartPulls start -> message.setImagesStart(ImagesCodec.encode(start));
            case Command.EndLogs end -> message.setLogsEnd(LogsCodec.encode(end));
        }
        return payload(message.build());
    }

    /** Decodes. */
    public static Command decodeCommand(Payload payload) throws MalformedMessage {
        return Decoding.decode(
                "command", LinkProto.Command.parser(), payload.bytes(), LinkCodec::command);
    }

    private static Command command(LinkProto.Command message) throws MalformedMessage {
        return switch (message.getContentCase()) {
            case REPORTAGAIN -> new Command.ReportAgain();
            case ANNOUNCEAGAIN -> new Command.AnnounceAgain();
            case NAMEREFUSED ->
                    new Command.NameRefused(
                            message.getNameRefused().getInstance(),
                            message.getNameRefused().getReason(),
                            !message.getNameRefused().getUndecided());
            case NAMEGRANTED -> new Command.NameGranted(message.getNameGranted().getInstance());
            case LOGSSTART -> LogsCodec.decode(message.getLogsStart());
            case IMAGESSTART -> ImagesCodec.decode(message.getImagesStart());
            case LOGSEND -> LogsCodec.decode(message.getLogsEnd());
            case CONTENT_NOT_SET -> throw new MalformedMessage("no order that is known here");
        };
    }

    static LinkProto.StateVersion encode(StateVersion version) {
        return LinkProto.StateVersion.newBuilder()
                .setLineage(version.lineage().value())
                .setEpoch(version.epoch())
                .setRevision(version.revision().value())
                .build();
    }

    private static StateVersion decode(LinkProto.StateVersion message) {
        return new StateVersion(
                new Lineage(message.getLineage()),
                message.getEpoch(),
                new Revision(message.getRevision()));
    }

    private static Optional<StateVersion> version(boolean present, LinkProto.StateVersion message) {
        return present ? Optional.of(decode(message)) : Optional.empty();
    }

    private static Payload payload(MessageLite message) {
        return Payload.of(message.toByteArray());
    }
}
