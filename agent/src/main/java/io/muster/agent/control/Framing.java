package io.muster.agent.control;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Cuts a stream of bytes into messages, each of which stands behind its length as a varint.
 *
 * <p>Bytes may come in pieces of any size. Takes memory for one message at most, in proportion to
 * what has come of it and not to the length it promises. Not safe for threads.
 */
final class Framing {
    /** What Ankaios reads at most of a length; longer than any number needs. */
    private static final int MAX_LENGTH_BYTES = 19;

    private static final int BITS = 7;
    private static final int LAST = 0x80;

    private final int maxMessageBytes;
    private ByteArrayOutputStream content = new ByteArrayOutputStream();
    private long length;
    private long missing; // of the content
    private int lengthBytes;
    private boolean inContent;
    private boolean skipping;
    private Optional<String> broken = Optional.empty();

    /**
     * Begins a stream.
     *
     * @param maxMessageBytes what is longer breaks the stream
     */
    Framing(int maxMessageBytes) {
        this.maxMessageBytes = maxMessageBytes;
    }

    /**
     * Takes the next bytes.
     *
     * @return the messages that are whole now, in order; none any more once the stream is broken
     */
    List<byte[]> take(byte[] bytes) {
        var whole = new ArrayList<byte[]>();
        int at = 0;
        while (at < bytes.length && broken.isEmpty()) {
            if (inContent) {
                int taken = (int) Math.min(missing, bytes.length - at);
                if (!skipping) {
                    content.write(bytes, at, taken);
                }
                missing -= taken;
                at += taken;
            } else {
                lengthByte(bytes[at++]);
            }
            if (inContent && missing == 0) {
                if (!skipping) {
                    whole.add(content.toByteArray());
                }
                reset();
            }
        }
        return whole;
    }

    private void lengthByte(byte next) {
        int shift = BITS * lengthBytes++;
        long part = next & (LAST - 1);
        if (part != 0 && (shift > 28 || (part << shift) > maxMessageBytes - length)) {
            broken =
                    Optional.of(
                            "a message is longer than %d bytes; send less at once, or check that the"
                                            .formatted(maxMessageBytes)
                                    + " length before it is a varint");
        } else if ((next & LAST) == 0) {
            length += part << shift;
            missing = length;
            inContent = true;
        } else if (lengthBytes == MAX_LENGTH_BYTES) {
            broken = Optional.of("the length of a message has no end; write it as a varint");
        } else {
            length += part << shift;
        }
    }

    /** Says why nothing can be read any more, until {@link #reset}. */
    Optional<String> broken() {
        return broken;
    }

    /** Says whether a part of a message has come, and the rest is missing. */
    boolean isMidway() {
        return lengthBytes > 0;
    }

    /** Returns how much has come of a message that is not whole. */
    int bytes() {
        return content.size();
    }

    /** Leaves out the message that is not whole: what is still to come of it is thrown away. */
    void skip() {
        content = new ByteArrayOutputStream();
        skipping = inContent;
    }

    /** Forgets the message that is not whole: the next byte begins a new one. */
    void reset() {
        content = new ByteArrayOutputStream(); // one that was emptied would keep its room
        length = 0;
        missing = 0;
        lengthBytes = 0;
        inContent = false;
        skipping = false;
        broken = Optional.empty();
    }

    /** Takes away what stands before a message. */
    static byte[] content(byte[] framed) {
        return new Framing(Integer.MAX_VALUE).take(framed).getFirst();
    }

    /** Puts its length before a message. */
    static byte[] frame(byte[] message) {
        var framed = new byte[MAX_LENGTH_BYTES + message.length];
        int at = 0;
        int rest = message.length;
        while (rest >= LAST) {
            framed[at++] = (byte) ((rest & (LAST - 1)) | LAST);
            rest >>>= BITS;
        }
        framed[at++] = (byte) rest;
        System.arraycopy(message, 0, framed, at, message.length);
        return Arrays.copyOf(framed, at + message.length);
    }
}
