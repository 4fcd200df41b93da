package io.muster.api.bus;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes of a message. They never change: whoever makes a payload gives the array away. */
public final class Payload {
    /** No bytes; retained, it clears its topic. */
    public static final Payload EMPTY = new Payload(new byte[0]);

    private final byte[] bytes;

    private Payload(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Wraps bytes that the caller gives away. */
    public static Payload of(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Payload(bytes);
    }

    /** Encodes a text as UTF-8. */
    public static Payload of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the bytes themselves; they are not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** Returns how many bytes there are. */
    public int size() {
        return bytes.length;
    }

    /** Decodes the bytes as UTF-8. */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload payload && Arrays.equals(bytes, payload.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
