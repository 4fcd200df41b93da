package io.muster.api.codec;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;

/** The one way from bytes to a domain value, so that every failure becomes a refusal. */
final class Decoding {
    private static final int MAX_REASON = 500;

    private Decoding() {}

    /** Turns a generated message into a domain value. */
    interface Reading<P, D> {
        D read(P message) throws MalformedMessage;
    }

    /**
     * Parses and converts.
     *
     * <p>Domain constructors refuse what is not valid with an {@link IllegalArgumentException};
     * here, and only here, that means that the bytes are wrong. How deep messages may nest is
     * bounded by the parser (100 levels), how big by the bytes.
     *
     * @param what names the message, for the reason
     */
    static <P, D> D decode(String what, Parser<P> parser, byte[] bytes, Reading<P, D> reading)
            throws MalformedMessage {
        try {
            return reading.read(parser.parseFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            throw refusal(what + ": no such protobuf message: " + e.getMessage(), e);
        } catch (IllegalArgumentException | MalformedMessage e) {
            throw refusal(what + ": " + e.getMessage(), e);
        }
    }

    /** A reason quotes what was sent, which may be as long as a message. */
    private static MalformedMessage refusal(String reason, Exception cause) {
        return new MalformedMessage(
                reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) + "..." : reason,
                cause);
    }

    /** Refuses what has the sign bit: our numbers are unsigned on the wire and signed in Java. */
    static long natural(String what, long number) throws MalformedMessage {
        if (number < 0) {
            throw new MalformedMessage(
                    what + " " + Long.toUnsignedString(number) + " is above " + Long.MAX_VALUE);
        }
        return number;
    }

    /** Says that an enum has a number that this version does not know. */
    static MalformedMessage unknown(String what, int number) {
        return new MalformedMessage(
                "unknown %s %d: a newer version sends it, update this one".formatted(what, number));
    }

    /** Says that something mandatory is not there. */
    static MalformedMessage missing(String what) {
        return new MalformedMessage(what + " is missing");
    }
}
