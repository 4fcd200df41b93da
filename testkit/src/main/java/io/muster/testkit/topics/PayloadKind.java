package io.muster.testkit.topics;

import io.muster.api.bus.Payload;
import io.muster.api.codec.Frame;
import io.muster.api.codec.FrameCodec;
import io.muster.api.codec.Frames;
import io.muster.api.codec.LinkCodec;
import io.muster.api.codec.LogsCodec;
import io.muster.api.codec.MalformedMessage;
import io.muster.api.codec.RequestCodec;
import io.muster.api.name.AgentName;
import java.util.List;
import java.util.Optional;

/** The kinds of payloads, by the names of their messages. */
public enum PayloadKind {
    SERVER_PRESENCE("ServerPresence"),
    AGENT_PRESENCE("AgentPresence"),
    DESIRED("DesiredEnvelope"),
    FACTS("Facts"),
    COMMAND("Command"),
    REPORT("Report"),
    LOAD("Load"),
    LOG_CHUNK("LogChunk"),
    LOG_CREDIT("LogCredit"),
    REQUEST("Frame of Request"),
    RESPONSE("Frame of Response");

    private static final AgentName SOME_AGENT = new AgentName("some");

    private final String text;

    PayloadKind(String text) {
        this.text = text;
    }

    static PayloadKind of(String text) {
        for (var kind : values()) {
            if (kind.text.equals(text)) {
                return kind;
            }
        }
        throw new AssertionError("no kind of payload: " + text);
    }

    /** Says why these bytes are none of this kind; empty if they are. */
    Optional<String> complaint(Payload payload) {
        try {
            var _ = decoded(payload);
            return Optional.empty();
        } catch (MalformedMessage e) {
            return Optional.of("no " + text + ": " + e.getMessage());
        }
    }

    private Object decoded(Payload payload) throws MalformedMessage {
        return switch (this) {
            case SERVER_PRESENCE -> LinkCodec.decodeServerPresence(payload);
            case AGENT_PRESENCE -> LinkCodec.decodeAgentPresence(payload);
            case DESIRED -> LinkCodec.decodeDesired(payload);
            case FACTS -> LinkCodec.decodeFacts(payload);
            case COMMAND -> LinkCodec.decodeCommand(payload);
            case REPORT -> LinkCodec.decodeReport(payload);
            case LOAD -> LinkCodec.decodeLoad(SOME_AGENT, payload);
            case LOG_CHUNK -> LogsCodec.decodeChunk(payload);
            case LOG_CREDIT -> LogsCodec.decodeCredit(payload);
            case REQUEST -> request(FrameCodec.decode(payload));
            case RESPONSE -> response(FrameCodec.decode(payload));
        };
    }

    /** One chunk of several says nothing about the body. */
    private static Object request(Frame frame) throws MalformedMessage {
        return frame.count() > 1 ? frame : RequestCodec.decodeRequest(Frames.join(List.of(frame)));
    }

    private static Object response(Frame frame) throws MalformedMessage {
        return frame.count() > 1 ? frame : RequestCodec.decodeResponse(Frames.join(List.of(frame)));
    }
}
