package io.muster.api.codec;

import io.muster.api.proto.LinkProto;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.DeflaterOutputStream;

/** Packs up what nobody would send, deflated by the library's own stream. */
final class Envelopes {
    private Envelopes() {}

    static LinkProto.DesiredEnvelope pack(byte[] content, int maxBytes) {
        return Envelope.pack(
                content,
                maxBytes,
                () -> {
                    var out = new ByteArrayOutputStream();
                    try (var deflater = new DeflaterOutputStream(out)) {
                        deflater.write(content);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    return out.toByteArray();
                });
    }
}
