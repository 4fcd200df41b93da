package io.muster.api.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.muster.api.bus.Payload;
import io.muster.api.name.AgentName;
import io.muster.api.proto.ControlProto;
import io.muster.api.proto.LinkProto;
import io.muster.api.proto.RequestProto;
import io.muster.api.proto.StateProto;
import java.util.List;

/**
 * A kind of message that leaves a program: what another version has to read.
 *
 * @param name of its files
 * @param prototype the generated message, as people read it
 * @param wrapping how the message becomes the bytes that travel
 * @param codec what the programs make of those bytes, and which they write for it
 */
record Kind(String name, Message prototype, Wrapping wrapping, Codec<?> codec) {
    private static final AgentName BOW = new AgentName("bow");

    /** All of them. */
    static final List<Kind> ALL =
            List.of(
                    plain(
                            "server-presence",
                            LinkProto.ServerPresence.getDefaultInstance(),
                            bytes -> LinkCodec.decodeServerPresence(Payload.of(bytes)),
                            value -> LinkCodec.encode(value).bytes()),
                    plain(
                            "agent-presence",
                            LinkProto.AgentPresence.getDefaultInstance(),
                            bytes -> LinkCodec.decodeAgentPresence(Payload.of(bytes)),
                            value -> LinkCodec.encode(value).bytes()),
                    desired("desired-state", false), // on its topic, and an agent's copy
                    desired("desired-state-compressed", true),
                    plain(
                            "facts",
                            LinkProto.Facts.getDefaultInstance(),
                            bytes -> LinkCodec.decodeFacts(Payload.of(bytes)),
                            value -> LinkCodec.encode(value).bytes()),
                    plain(
                            "report",
                            LinkProto.Report.getDefaultInstance(),
                            bytes -> LinkCodec.decodeReport(Payload.of(bytes)),
                            value -> LinkCodec.encode(value).bytes()),
                    plain(
                            "load",
                            LinkProto.Load.getDefaultInstance(),
                            bytes -> LinkCodec.decodeLoad(BOW, Payload.of(bytes)),
                            value -> LinkCodec.encode(value).bytes()),
                    plain(
                            "command",
                            LinkProto.Command.getDefaultInstance(),
                            bytes -> LinkCodec.decodeCommand(Payload.of(bytes)),
                            value -> LinkCodec.encode(value).bytes()),
                    plain(
                            "log-chunk",
                            LinkProto.LogChunk.getDefaultInstance(),
                            bytes -> LogsCodec.decodeChunk(Payload.of(bytes)),
                            value -> LogsCodec.encode(value).bytes()),
                    plain(
                            "log-credit",
                            LinkProto.LogCredit.getDefaultInstance(),
                            bytes -> LogsCodec.decodeCredit(Payload.of(bytes)),
                            value -> LogsCodec.encode(value).bytes()),
                    plain(
                            "frame",
                            LinkProto.Frame.getDefaultInstance(),
                            bytes -> FrameCodec.decode(Payload.of(bytes)),
                            value -> FrameCodec.encode(value).bytes()),
                    plain(
                            "request",
                            RequestProto.Request.getDefaultInstance(),
                            RequestCodec::decodeRequest,
                            RequestCodec::encode),
                    plain(
                            "response", // the store keeps some, too
                            RequestProto.Response.getDefaultInstance(),
                            RequestCodec::decodeResponse,
                            RequestCodec::encode),
                    plain(
                            "from-workload",
                            ControlProto.ToAnkaios.getDefaultInstance(),
                            ControlCodec::decodeFromWorkload,
                            ControlCodec::encode),
                    plain(
                            "to-workload",
                            ControlProto.FromAnkaios.getDefaultInstance(),
                            ControlCodec::decodeToWorkload,
                            ControlCodec::encode),
                    plain(
                            "stored-workload",
                            StateProto.Workload.getDefaultInstance(),
                            StateCodec::decodeWorkload,
                            StateCodec::encode),
                    plain(
                            "stored-config",
                            StateProto.ConfigItem.getDefaultInstance(),
                            StateCodec::decodeConfigItem,
                            StateCodec::encode));

    private static Kind desired(String name, boolean big) {
        return new Kind(
                name,
                LinkProto.DesiredState.getDefaultInstance(),
                new Enveloped(big),
                new Codec<>(
                        bytes -> LinkCodec.decodeDesired(Payload.of(bytes)),
                        value -> LinkCodec.encode(value).bytes()));
    }

    private static <D> Kind plain(
            String name, Message prototype, Reading<D> reading, Writing<D> writing) {
        return new Kind(name, prototype, new Plain(), new Codec<>(reading, writing));
    }

    /** Reads bytes. */
    interface Reading<D> {
        D read(byte[] bytes) throws MalformedMessage;
    }

    /** Writes bytes. */
    interface Writing<D> {
        byte[] write(D value);
    }

    /** Both of a kind. */
    record Codec<D>(Reading<D> reading, Writing<D> writing) {
        byte[] again(byte[] bytes) throws MalformedMessage {
            return writing.write(reading.read(bytes));
        }
    }

    /** How a message becomes the bytes that travel. */
    sealed interface Wrapping {
        byte[] wrap(Message message);

        byte[] unwrap(byte[] bytes) throws Exception;
    }

    /** As it is. */
    record Plain() implements Wrapping {
        @Override
        public byte[] wrap(Message message) {
            return message.toByteArray();
        }

        @Override
        public byte[] unwrap(byte[] bytes) {
            return bytes;
        }
    }

    /**
     * In an envelope with size and digest.
     *
     * @param big enough to be compressed
     */
    record Enveloped(boolean big) implements Wrapping {
        @Override
        public byte[] wrap(Message message) {
            var content = message.toByteArray();
            return LinkProto.DesiredEnvelope.newBuilder()
                    .setDigest(ByteString.copyFrom(Digests.sha256(content)))
                    .setContent(ByteString.copyFrom(content))
                    .setSize(content.length)
                    .build()
                    .toByteArray();
        }

        @Override
        public byte[] unwrap(byte[] bytes) throws Exception {
            return Envelope.unpack(
                    LinkProto.DesiredEnvelope.parseFrom(bytes), LinkCodec.MAX_DESIRED_BYTES);
        }
    }

    /** Messages in which everything is there. */
    List<Message> exemplars() {
        var exemplars = Exemplars.of(prototype);
        if (wrapping instanceof Enveloped(var big) && big) {
            var first = ((LinkProto.DesiredState) exemplars.getFirst()).toBuilder();
            first.getWorkloadsBuilder(0)
                    .getWorkloadBuilder()
                    .setRuntimeConfig("x".repeat(Envelope.PLAIN_BYTES));
            return List.of(first.build());
        }
        return exemplars;
    }

    /** Whether the same gives the same bytes everywhere, which compression does not. */
    boolean isExact() {
        return !(wrapping instanceof Enveloped(var big) && big);
    }

    /** The message as people read it. */
    Message message(byte[] bytes) throws Exception {
        return prototype.newBuilderForType().mergeFrom(wrapping.unwrap(bytes)).build();
    }

    Object decode(byte[] bytes) throws MalformedMessage {
        return codec.reading().read(bytes);
    }

    @Override
    public String toString() {
        return name;
    }
}
