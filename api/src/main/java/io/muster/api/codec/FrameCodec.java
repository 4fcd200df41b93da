package io.muster.api.codec;

import com.google.protobuf.ByteString;
import io.muster.api.bus.Payload;
import io.muster.api.proto.LinkProto;
import java.time.Duration;

/** Frames on the request and response topics. */
public final class FrameCodec {
    private FrameCodec() {}

    /** Encodes. The time to live counts whole milliseconds. */
    public static Payload encode(Frame frame) {
        return Payload.of(
                LinkProto.Frame.newBuilder()
                        .setId(frame.id())
                        .setPart(frame.part())
                        .setIndex(frame.index())
                        .setCount(frame.count())
                        .setDigest(ByteString.copyFrom(frame.digest().bytes()))
                        .setContent(ByteString.copyFrom(frame.content().bytes()))
                        .setTimeToLiveMillis(frame.timeToLive().toMillis())
                        .build()
                        .toByteArray());
    }

    /** Decodes one chunk; {@link Frames#join} checks the digest once all are there. */
    public static Frame decode(Payload payload) throws MalformedMessage {
        return Decoding.decode(
                "frame",
                LinkProto.Frame.parser(),
                payload.bytes(),
                message ->
                        new Frame(
                                message.getId(),
                                message.getPart(),
                                message.getIndex(),
                                message.getCount(),
                                Payload.of(message.getDigest().toByteArray()),
                                Payload.of(message.getContent().toByteArray()),
                                Duration.ofMillis(message.getTimeToLiveMillis())));
    }
}
