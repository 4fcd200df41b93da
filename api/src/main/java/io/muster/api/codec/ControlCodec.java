package io.muster.api.codec;

import io.muster.api.control.FromWorkload;
import io.muster.api.control.ToWorkload;
import io.muster.api.proto.ControlProto;

/** What travels over the control interface, without the length that stands before each message. */
public final class ControlCodec {
    private ControlCodec() {}

    /** Decodes what a workload says. */
    public static FromWorkload decodeFromWorkload(byte[] bytes) throws MalformedMessage {
        return Decoding.decode(
                "control interface",
                ControlProto.ToAnkaios.parser(),
                bytes,
                message ->
                        switch (message.getToAnkaiosEnumCase()) {
                            case HELLO ->
                                    new FromWorkload.Hello(
                                            message.getHello().getProtocolVersion(),
                                            message.getHello().getExtended());
                            case REQUEST ->
                                    new FromWorkload.Ask(RequestCodec.decode(message.getRequest()));
                            case TOANKAIOSENUM_NOT_SET ->
                                    throw new MalformedMessage("neither a Hello nor a request");
                        });
    }

    /** Encodes what a workload says. */
    public static byte[] encode(FromWorkload said) {
        var message = ControlProto.ToAnkaios.newBuilder();
        switch (said) {
            case FromWorkload.Hello(var version, var extended) ->
                    message.setHello(
                            ControlProto.Hello.newBuilder()
                                    .setProtocolVersion(version)
                                    .setExtended(extended));
            case FromWorkload.Ask(var request) -> message.setRequest(RequestCodec.message(request));
        }
        return message.build().toByteArray();
    }

    /** Encodes what a workload is told. */
    public static byte[] encode(ToWorkload told) {
        var message = ControlProto.FromAnkaios.newBuilder();
        switch (told) {
            case ToWorkload.Accepted() ->
                    message.setControlInterfaceAccepted(
                            ControlProto.ControlInterfaceAccepted.getDefaultInstance());
            case ToWorkload.Closed(var reason) ->
                    message.setConnectionClosed(
                            ControlProto.ConnectionClosed.newBuilder().setReason(reason));
            case ToWorkload.Answer(var response) ->
                    message.setResponse(ResponseCodec.encode(response));
            case ToWorkload.ServerConnection(var connected) ->
                    message.setServerConnection(
                            ControlProto.ServerConnection.newBuilder().setConnected(connected));
            case ToWorkload.Missed(var messages) ->
                    message.setMissed(ControlProto.Missed.newBuilder().setMessages(messages));
        }
        return message.build().toByteArray();
    }

    /** Decodes what a workload is told. */
    public static ToWorkload decodeToWorkload(byte[] bytes) throws MalformedMessage {
        return Decoding.decode(
                "control interface",
                ControlProto.FromAnkaios.parser(),
                bytes,
                message ->
                        switch (message.getFromAnkaiosEnumCase()) {
                            case RESPONSE ->
                                    new ToWorkload.Answer(
                                            ResponseCodec.decode(message.getResponse()));
                            case CONTROLINTERFACEACCEPTED -> new ToWorkload.Accepted();
                            case CONNECTIONCLOSED ->
                                    new ToWorkload.Closed(
                                            message.getConnectionClosed().getReason());
                            case SERVERCONNECTION ->
                                    new ToWorkload.ServerConnection(
                                            message.getServerConnection().getConnected());
                            case MISSED ->
                                    new ToWorkload.Missed(
                                            Decoding.natural(
                                                    "missed", message.getMissed().getMessages()));
                            case FROMANKAIOSENUM_NOT_SET ->
                                    throw new MalformedMessage("no content that is known here");
                        });
    }
}
