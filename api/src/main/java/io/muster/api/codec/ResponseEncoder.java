package io.muster.api.codec;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.muster.api.proto.RequestProto;
import io.muster.api.request.Response;
import io.muster.api.request.Response.StateAnswer;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Encodes responses like {@link RequestCodec}, but those that tell many subscribers the same state
 * one after the other only once, apart from what is each one's own.
 *
 * <p>For one thread.
 */
public final class ResponseEncoder {
    private @Nullable StateAnswer last;
    private byte[] common = new byte[0];

    /** Encodes. */
    public byte[] encode(Response response) {
        if (response.body() instanceof StateAnswer answer && answer.altered().isPresent()) {
            return event(response.id(), answer);
        }
        last = null; // whatever it was, it is over
        return RequestCodec.encode(response);
    }

    private byte[] event(String id, StateAnswer answer) {
        if (!isLikeTheLast(answer)) {
            common = ResponseCodec.encodeWithoutPosition(answer).build().toByteArray();
            last = answer;
        }
        var own =
                RequestProto.CompleteStateResponse.newBuilder()
                        .setPosition(ResponseCodec.encode(answer.position()))
                        .setResumed(answer.resumed())
                        .build()
                        .toByteArray();
        int field = RequestProto.Response.COMPLETESTATERESPONSE_FIELD_NUMBER;
        int length = common.length + own.length;
        var bytes =
                new byte
                        [CodedOutputStream.computeStringSize(
                                        RequestProto.Response.REQUESTID_FIELD_NUMBER, id)
                                + CodedOutputStream.computeTagSize(field)
                                + CodedOutputStream.computeUInt32SizeNoTag(length)
                                + length];
        var out = CodedOutputStream.newInstance(bytes);
        try {
            out.writeString(RequestProto.Response.REQUESTID_FIELD_NUMBER, id);
            out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            out.writeUInt32NoTag(length);
            out.writeRawBytes(common); // the fields of a message may come in any order
            out.writeRawBytes(own);
            out.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new UncheckedIOException("an array has no room", e);
        }
        return bytes;
    }

    /** The parts are shared by who tells many the same, so a look at their identity is enough. */
    @SuppressWarnings("ReferenceEquality")
    private boolean isLikeTheLast(StateAnswer answer) {
        var before = last;
        return before != null
                && before.state() == answer.state()
                && before.altered().equals(answer.altered())
                && before.revision().equals(answer.revision())
                && before.time().equals(answer.time());
    }
}
