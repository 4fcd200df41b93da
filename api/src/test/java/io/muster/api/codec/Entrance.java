package io.muster.api.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.Cost;
import io.muster.api.RandomStates;
import io.muster.api.bus.Payload;
import io.muster.api.control.FromWorkload;
import io.muster.api.control.ToWorkload;
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
import io.muster.api.link.Transition;
import io.muster.api.name.AgentName;
import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;
import io.muster.api.name.StateVersion;
import io.muster.api.path.FieldMask;
import io.muster.api.proto.LinkProto;
import io.muster.api.request.LogSelection;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.state.AgentAttributes;
import io.muster.api.state.WorkloadUsage;
import io.muster.api.tree.StateTree;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A kind of message that comes from outside.
 *
 * @param name for people
 * @param sample makes valid ones
 * @param decoder reads whatever comes
 */
record Entrance(String name, Sample sample, Decoder decoder) {
    // What loading classes takes, the first time.
    private static final long LEAST_BYTES = 16 << 20;

    // An empty message takes two bytes on the line and some dozens in memory; measured: 130.
    private static final long BYTES_PER_BYTE = 400;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final StateVersion VERSION =
            new StateVersion(new Lineage("l1"), 3, new Revision(17));

    /** All of them. */
    static final List<Entrance> ALL =
            List.of(
                    new Entrance(
                            "a request",
                            (states, _) ->
                                    RequestCodec.encode(
                                            new Request(
                                                    "id",
                                                    new Request.UpdateState(
                                                            StateTree.of(states.completeState()),
                                                            List.of(
                                                                    FieldMask.of(
                                                                            "desiredState"))))),
                            RequestCodec::decodeRequest),
                    new Entrance(
                            "an answer with a state",
                            (states, _) ->
                                    RequestCodec.encode(
                                            new Response(
                                                    "id",
                                                    new Response.StateAnswer(
                                                            StateTree.of(states.completeState()),
                                                            Optional.empty(),
                                                            new Response.EventPosition(1, 2),
                                                            Revision.ZERO))),
                            RequestCodec::decodeResponse),
                    new Entrance(
                            "an answer to an update",
                            (states, _) ->
                                    RequestCodec.encode(
                                            new Response(
                                                    "id",
                                                    new Response.Updated(
                                                            List.of(states.instance()),
                                                            List.of(),
                                                            Revision.ZERO,
                                                            List.of()))),
                            RequestCodec::decodeResponse),
                    new Entrance(
                            "what a workload says",
                            (states, _) ->
                                    ControlCodec.encode(
                                            new FromWorkload.Ask(
                                                    new Request(
                                                            "id",
                                                            new Request.UpdateState(
                                                                    StateTree.of(
                                                                            states.completeState()),
                                                                    List.of())))),
                            ControlCodec::decodeFromWorkload),
                    new Entrance(
                            "what a workload is told",
                            (_, _) ->
                                    ControlCodec.encode(
                                            new ToWorkload.Answer(
                                                    new Response(
                                                            "id", new Response.EventsCancelled()))),
                            ControlCodec::decodeToWorkload),
                    new Entrance(
                            "a request for logs",
                            (states, _) ->
                                    RequestCodec.encode(
                                            new Request(
                                                    "id",
                                                    new Request.GetLogs(
                                                            List.of(states.instance()),
                                                            LogSelection.ALL.last(7)))),
                            RequestCodec::decodeRequest),
                    new Entrance(
                            "a piece of logs",
                            (states, random) -> {
                                var line = new byte[random.nextInt(1_000)];
                                random.nextBytes(line);
                                return LogsCodec.encode(
                                                LogChunk.of(
                                                        "reading",
                                                        3,
                                                        List.of(
                                                                new LogChunk.LogLines(
                                                                        states.instance(),
                                                                        List.of(Payload.of(line)))),
                                                        List.of()))
                                        .bytes();
                            },
                            bytes -> LogsCodec.decodeChunk(Payload.of(bytes))),
                    new Entrance(
                            "what a reader of logs takes",
                            (_, random) ->
                                    LogsCodec.encode(new LogCredit(random.nextInt(100), true))
                                            .bytes(),
                            bytes -> LogsCodec.decodeCredit(Payload.of(bytes))),
                    new Entrance(
                            "a stored workload",
                            (states, _) -> StateCodec.encode(states.workload()),
                            StateCodec::decodeWorkload),
                    new Entrance(
                            "a stored config",
                            (states, _) -> StateCodec.encode(states.config(4)),
                            StateCodec::decodeConfigItem),
                    new Entrance(
                            "a desired state",
                            (states, _) -> {
                                var instance = states.instance();
                                return LinkCodec.encode(
                                                new DesiredState(
                                                        VERSION,
                                                        false,
                                                        List.of(
                                                                new AssignedWorkload(
                                                                        instance,
                                                                        Revision.ZERO,
                                                                        states.workload()))))
                                        .bytes();
                            },
                            bytes -> LinkCodec.decodeDesired(Payload.of(bytes))),
                    new Entrance(
                            "a desired state whose digest is right",
                            (states, _) ->
                                    LinkProto.DesiredState.newBuilder()
                                            .setVersion(
                                                    LinkProto.StateVersion.newBuilder()
                                                            .setLineage("l"))
                                            .addWorkloads(
                                                    LinkProto.AssignedWorkload.newBuilder()
                                                            .setInstanceName(
                                                                    ExecutionCodec.encode(
                                                                            states.instance()))
                                                            .setWorkload(
                                                                    WorkloadCodec.encode(
                                                                            states.workload())))
                                            .build()
                                            .toByteArray(),
                            bytes ->
                                    LinkCodec.decodeDesired(
                                            Payload.of(
                                                    Envelopes.pack(bytes, 1 << 20).toByteArray()))),
                    new Entrance(
                            "presence of the server",
                            (_, _) ->
                                    LinkCodec.encode(
                                                    new ServerPresence(
                                                            true, new Lineage("l"), 1, 2, "1", "n"))
                                            .bytes(),
                            bytes -> LinkCodec.decodeServerPresence(Payload.of(bytes))),
                    new Entrance(
                            "presence of an agent",
                            (_, _) -> LinkCodec.encode(AgentPresence.gone("i", "n")).bytes(),
                            bytes -> LinkCodec.decodeAgentPresence(Payload.of(bytes))),
                    new Entrance(
                            "facts",
                            (states, _) ->
                                    LinkCodec.encode(
                                                    new Facts(
                                                            1,
                                                            2,
                                                            Revision.ZERO,
                                                            states.workloadStates()))
                                            .bytes(),
                            bytes -> LinkCodec.decodeFacts(Payload.of(bytes))),
                    new Entrance(
                            "a report",
                            (states, _) ->
                                    LinkCodec.encode(
                                                    new Report(
                                                            "i",
                                                            "n",
                                                            1,
                                                            Optional.of(VERSION),
                                                            states.workloadStates(),
                                                            states.workloadStates().stream()
                                                                    .map(state ->
                                                                            new Transition(
                                                                                    1, state))
                                                                    .toList(),
                                                            true,
                                                            "trouble"))
                                            .bytes(),
                            bytes -> LinkCodec.decodeReport(Payload.of(bytes))),
                    new Entrance(
                            "a load",
                            (states, random) ->
                                    LinkCodec.encode(
                                                    new Load(
                                                            new AgentAttributes.Status(
                                                                    5, random.nextLong(9)),
                                                            List.of(
                                                                    new WorkloadUsage(
                                                                            states.instance(),
                                                                            7,
                                                                            random.nextLong(9)))))
                                            .bytes(),
                            bytes -> LinkCodec.decodeLoad(new AgentName("bow"), Payload.of(bytes))),
                    new Entrance(
                            "a command",
                            (_, _) ->
                                    LinkCodec.encode(new Command.NameRefused("i", "why", true))
                                            .bytes(),
                            bytes -> LinkCodec.decodeCommand(Payload.of(bytes))),
                    new Entrance(
                            "a frame",
                            (_, random) -> {
                                var body = new byte[random.nextInt(100)];
                                var frames = Frames.split("id", 1, body, 40, Duration.ofSeconds(1));
                                return FrameCodec.encode(frames.getFirst()).bytes();
                            },
                            bytes -> FrameCodec.decode(Payload.of(bytes))));

    /** Reads bytes. */
    interface Decoder {
        Object decode(byte[] bytes) throws MalformedMessage;
    }

    /** Makes the bytes of something valid. */
    interface Sample {
        byte[] encode(RandomStates states, RandomGenerator random);
    }

    /** Reads a valid message, and the same damaged. */
    void damaged(RandomGenerator random) throws Exception {
        var valid = sample.encode(new RandomStates(random), random);
        decoder.decode(valid);
        read("damaged", Mutations.mutate(valid, random));
    }

    /** Reads something that is meant to do harm. */
    void hostile(RandomGenerator random) throws Exception {
        var all = List.copyOf(HostileBytes.all().entrySet());
        var chosen = all.get(random.nextInt(all.size()));
        var bytes = chosen.getValue().apply(1 << random.nextInt(18));
        read(chosen.getKey(), random.nextBoolean() ? bytes : Mutations.mutate(bytes, random));
    }

    /** Reads, which gives a value or a refusal, and costs no more than the bytes are worth. */
    void read(String what, byte[] bytes) throws Exception {
        var cost =
                Cost.of(() -> {
                    try {
                        assertThat(decoder.decode(bytes)).isNotNull();
                    } catch (MalformedMessage e) {
                        assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(2_000);
                    }
                });
        if (Boolean.getBoolean("costs")) {
            System.out.println(
                    "%-40s %-40s %8d bytes %6d ms %10d KiB %6d bytes/byte"
                            .formatted(
                                    name,
                                    what,
                                    bytes.length,
                                    cost.processor().toMillis(),
                                    cost.bytes() >> 10,
                                    cost.bytes() / Math.max(1, bytes.length)));
        }
        cost.isAtMost(
                "%s, %s, %d bytes".formatted(name, what, bytes.length),
                PATIENCE,
                LEAST_BYTES + BYTES_PER_BYTE * bytes.length);
    }

    @Override
    public String toString() {
        return name;
    }
}
