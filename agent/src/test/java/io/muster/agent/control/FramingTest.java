package io.muster.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FramingTest {
    private static final int MAX = 1_000_000;

    private final Framing framing = new Framing(MAX);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 128, 300, 16_383, 16_384, MAX})
    void a_message_comes_out_as_it_went_in(int size) {
        var message = new byte[size];
        new Random(size).nextBytes(message);
        assertThat(framing.take(Framing.frame(message))).containsExactly(message);
        assertThat(framing.isMidway()).isFalse();
    }

    @Test
    void messages_come_out_whole_however_they_are_cut() {
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            var sent = new ArrayList<byte[]>();
            var stream = new ByteArrayOutputStream();
            for (int i = 0; i < 20; i++) {
                var message = new byte[random.nextInt(400)];
                random.nextBytes(message);
                sent.add(message);
                stream.writeBytes(Framing.frame(message));
            }
            var bytes = stream.toByteArray();
            var received = new ArrayList<byte[]>();
            for (int at = 0; at < bytes.length; ) {
                int end = Math.min(bytes.length, at + 1 + random.nextInt(50));
                received.addAll(framing.take(Arrays.copyOfRange(bytes, at, end)));
                at = end;
            }
            assertThat(received.toArray(byte[][]::new))
                    .as("seed %d", seed)
                    .isDeepEqualTo(sent.toArray(byte[][]::new));
        }
    }

    @Test
    void a_length_may_be_written_longer_than_need_be() {
        assertThat(framing.take(new byte[] {(byte) 0x82, (byte) 0x80, 0, 7, 8}))
                .containsExactly(new byte[] {7, 8});
    }

    @Test
    void a_message_that_is_too_long_breaks_the_stream_before_it_comes() {
        assertThat(framing.take(Framing.frame(new byte[MAX + 1]))).isEmpty();
        assertThat(framing.broken()).get().asString().contains("1000000 bytes");
        assertThat(framing.take(Framing.frame(new byte[1]))).isEmpty();
    }

    @Test
    void no_length_overflows() {
        for (var bytes :
                List.of(
                        new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1},
                        new byte[] {-128, -128, -128, -128, 16},
                        new byte[] {-128, -128, -128, -128, -128, -128, -128, -128, -128, 2})) {
            var fresh = new Framing(Integer.MAX_VALUE);
            assertThat(fresh.take(bytes)).isEmpty();
            assertThat(fresh.broken()).isPresent();
        }
    }

    @Test
    void a_length_without_an_end_breaks_the_stream() {
        var endless = new byte[19];
        Arrays.fill(endless, (byte) 0x80);
        assertThat(framing.take(endless)).isEmpty();
        assertThat(framing.broken()).get().asString().contains("no end");
    }

    @Test
    void a_half_message_is_forgotten_on_wish() {
        framing.take(new byte[] {10, 1, 2});
        assertThat(framing.isMidway()).isTrue();
        framing.reset();
        assertThat(framing.take(new byte[] {1, 9})).containsExactly(new byte[] {9});
    }

    @Test
    void a_half_message_is_left_out_on_wish_and_what_follows_it_is_not() {
        framing.take(new byte[] {5, 1, 2});
        assertThat(framing.bytes()).isEqualTo(2);
        framing.skip();
        assertThat(framing.bytes()).isZero();
        assertThat(framing.take(new byte[] {3, 4})).isEmpty();
        assertThat(framing.take(new byte[] {5, 1, 9})).containsExactly(new byte[] {9});
        framing.skip(); // there is none
        assertThat(framing.take(new byte[] {1, 8})).containsExactly(new byte[] {8});
    }

    @Test
    void a_promise_of_much_takes_no_memory() {
        var fresh = new Framing(Integer.MAX_VALUE);
        for (int i = 0; i < 100; i++) {
            fresh.take(new byte[] {-1, -1, -1, -1, 7}); // 2 GiB, promised
            fresh.reset();
        }
        assertThat(fresh.broken()).isEmpty();
    }
}
