package io.muster.api.codec;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;

/** Bytes that are meant to cost whoever decodes them more than whoever sent them. */
final class HostileBytes {
    private static final int FIELDS = 20; // more than most messages have
    private static final int OWN_FIELDS = 1000; // Muster's own in messages of Ankaios
    private static final int LENGTH = 2; // wire types of protobuf
    private static final int GROUP = 3;
    private static final int FIXED64 = 1;

    private HostileBytes() {}

    /** Returns makers of about as many bytes as they are told, by what they are. */
    static Map<String, IntFunction<byte[]>> all() {
        var all = new LinkedHashMap<String, IntFunction<byte[]>>();
        all.put("zeros", byte[]::new);
        all.put("ones", size -> filled(size, 0xff));
        all.put("numbers without end", size -> filled(size, 0x80));
        all.put("groups in groups", size -> repeated(tag(1, GROUP), size));
        all.put("unknown numbers", size -> repeated(join(tag(900, 0), new byte[1]), size));
        all.put("unknown texts", size -> repeated(join(tag(900, LENGTH), new byte[1]), size));
        all.put("text that is no UTF-8", size -> field(1, filled(size, 0xc0)));
        all.put("a long text", size -> field(1, filled(size, 'x')));
        all.put("half characters", size -> field(1, repeated(new byte[] {-19, -96, -128}, size)));
        for (int number = 1; number <= FIELDS + 4; number++) {
            int f = number <= FIELDS ? number : OWN_FIELDS + number - FIELDS - 1;
            all.put("empty fields " + f, size -> repeated(field(f, new byte[0]), size));
            all.put("fields of empty fields " + f, size -> field(f, repeated(inner(), size)));
            all.put("map entries " + f, size -> entries(f, size));
            all.put("the fields " + f + " in each other", size -> nested(f, size));
            all.put(
                    "a field " + f + " that says it is longer",
                    size -> join(tag(f, LENGTH), number(Integer.MAX_VALUE), new byte[size]));
            all.put(
                    "a field " + f + " of a length below zero",
                    size -> join(tag(f, LENGTH), filled(9, 0xff), new byte[] {1}, new byte[size]));
            all.put(
                    "numbers in a field " + f,
                    size -> repeated(join(tag(f, FIXED64), filled(8, 0xff)), size));
            all.put(
                    "text in a field of a field " + f,
                    size -> field(f, field(1, filled(size, 'x'))));
            all.put(
                    "no UTF-8 in a field of a field " + f,
                    size -> field(f, field(1, filled(size, 0xc0))));
        }
        return all;
    }

    private static byte[] inner() {
        return join(field(1, new byte[0]), field(2, new byte[0]), field(3, new byte[0]));
    }

    /** As maps travel: a message with a key and a value, each another key. */
    private static byte[] entries(int field, int size) {
        var out = new ByteArrayOutputStream();
        for (int i = 0; out.size() < size; i++) {
            var key = field(1, Integer.toString(i, 36).getBytes(StandardCharsets.US_ASCII));
            out.writeBytes(field(1, join(key, field(2, new byte[0]))));
        }
        return field(field, out.toByteArray());
    }

    private static byte[] nested(int field, int size) {
        var bytes = new byte[0];
        for (int depth = Math.min(size / 2, 3_000); depth > 0; depth--) {
            bytes = field(field, bytes);
        }
        return bytes;
    }

    private static byte[] field(int number, byte[] content) {
        return join(tag(number, LENGTH), number(content.length), content);
    }

    private static byte[] tag(int field, int type) {
        return number((field << 3) | type);
    }

    private static byte[] number(int value) {
        var out = new ByteArrayOutputStream();
        int rest = value;
        while (rest > 0x7f) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
        return out.toByteArray();
    }

    private static byte[] filled(int size, int value) {
        var bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static byte[] repeated(byte[] part, int size) {
        var out = new ByteArrayOutputStream(size + part.length);
        while (out.size() < size) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (var part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
