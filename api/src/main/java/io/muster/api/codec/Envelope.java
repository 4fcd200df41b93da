package io.muster.api.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.muster.api.proto.LinkProto;
import java.security.MessageDigest;
import java.util.function.Supplier;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** A desired state packed up: with a digest, compressed when big. */
final class Envelope {
    /** Content up to this size is not worth compressing. */
    static final int PLAIN_BYTES = 8 * 1024;

    private Envelope() {}

    /**
     * Packs up. What is above {@code maxBytes} stays as big as it is, so nobody can miss it.
     *
     * @param deflated the content as a zlib stream, which is asked for if it is worth while
     */
    static LinkProto.DesiredEnvelope pack(byte[] content, int maxBytes, Supplier<byte[]> deflated) {
        var message =
                LinkProto.DesiredEnvelope.newBuilder()
                        .setDigest(ByteString.copyFrom(Digests.sha256(content)))
                        .setSize(content.length);
        if (content.length <= PLAIN_BYTES || content.length > maxBytes) {
            return message.setCompression(LinkProto.Compression.COMPRESSION_NONE)
                    .setContent(UnsafeByteOperations.unsafeWrap(content))
                    .build();
        }
        return message.setCompression(LinkProto.Compression.COMPRESSION_DEFLATE)
                .setContent(UnsafeByteOperations.unsafeWrap(deflated.get()))
                .build();
    }

    /** Unpacks, and takes no more than {@code maxBytes} of memory for the content. */
    static byte[] unpack(LinkProto.DesiredEnvelope message, int maxBytes) throws MalformedMessage {
        if (message.getSize() < 0 || message.getSize() > maxBytes) {
            throw new MalformedMessage(
                    "content of %s bytes, at most %d are read"
                            .formatted(Long.toUnsignedString(message.getSize()), maxBytes));
        }
        int size = (int) message.getSize();
        var content =
                switch (message.getCompression()) {
                    case COMPRESSION_NONE -> message.getContent().toByteArray();
                    case COMPRESSION_DEFLATE -> inflate(message.getContent().toByteArray(), size);
                    case UNRECOGNIZED ->
                            throw Decoding.unknown("compression", message.getCompressionValue());
                };
        if (content.length != size) {
            throw new MalformedMessage(
                    "content has %d bytes instead of %d".formatted(content.length, size));
        }
        if (!MessageDigest.isEqual(Digests.sha256(content), message.getDigest().toByteArray())) {
            throw new MalformedMessage("the digest does not match the content");
        }
        return content;
    }

    private static byte[] inflate(byte[] compressed, int size) throws MalformedMessage {
        // Deflate makes at most 1032 bytes of one: a size beyond that is a lie to get memory.
        if (size / 1032 > compressed.length) {
            throw new MalformedMessage(
                    "%d compressed bytes cannot hold %d".formatted(compressed.length, size));
        }
        try (var inflater = new Inflater()) {
            inflater.setInput(compressed);
            var content = new byte[size];
            int filled = 0;
            while (filled < size) {
                int more = inflater.inflate(content, filled, size - filled);
                if (more == 0) { // finished, truncated, or a dictionary is asked for
                    throw new MalformedMessage(
                            "compressed content ends after %d bytes of %d".formatted(filled, size));
                }
                filled += more;
            }
            if (inflater.inflate(new byte[1]) != 0 || !inflater.finished()) {
                throw new MalformedMessage(
                        "compressed content goes on after %d bytes".formatted(size));
            }
            return content;
        } catch (DataFormatException e) {
            throw new MalformedMessage("compressed content is damaged: " + e.getMessage(), e);
        }
    }
}
