package io.muster.api.codec;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Damages bytes as a bad line, a bug or an enemy would. */
final class Mutations {
    private Mutations() {}

    /** Returns a damaged copy. */
    static byte[] mutate(byte[] original, RandomGenerator random) {
        var bytes = original.clone();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            bytes = once(bytes, random);
        }
        return bytes;
    }

    private static byte[] once(byte[] bytes, RandomGenerator random) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt(256)};
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(7)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt(256);
            case 2 -> bytes[at] = (byte) 0xff; // goes on as a number, or is a long one
            case 3 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 4 -> {
                return join(bytes, at, bytes, random.nextInt(bytes.length));
            }
            case 5 -> {
                var huge = new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1};
                var rest = Arrays.copyOfRange(bytes, at, bytes.length);
                return join(join(bytes, at, huge, 0), at + huge.length, rest, 0);
            }
            default -> {
                return join(bytes, at, bytes, at + 1);
            }
        }
        return bytes;
    }

    /** The first {@code end} bytes of one, then the other from {@code start}. */
    private static byte[] join(byte[] one, int end, byte[] other, int start) {
        var joined = Arrays.copyOf(one, end + other.length - start);
        System.arraycopy(other, start, joined, end, other.length - start);
        return joined;
    }
}
