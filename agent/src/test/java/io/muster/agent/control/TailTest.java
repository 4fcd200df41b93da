package io.muster.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.agent.control.FakeDoors.Visitor;
import io.muster.api.control.FromWorkload;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class TailTest {
    private static final byte[] HELLO = Visitor.bytes(new FromWorkload.Hello("1.0.0", false));

    @Test
    void finds_the_hello_at_the_end_of_what_it_completed() {
        var half = new byte[5_000];
        assertThat(Tail.fromHello(joined(half, HELLO))).hasValue(HELLO);
        assertThat(Tail.fromHello(half)).isEmpty();
    }

    @Test
    void looks_at_the_end_only_so_that_no_message_costs_it_time() {
        assertThat(Tail.fromHello(joined(HELLO, new byte[Tail.MOST]))).isEmpty();
        var costly = new byte[1 << 20]; // each byte could be the length of a Hello
        Arrays.fill(costly, (byte) 0x0a);
        assertThat(Tail.fromHello(costly)).isEmpty(); // for half an hour, if it looked at all
    }

    private static byte[] joined(byte[] first, byte[] second) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(first);
        bytes.writeBytes(second);
        return bytes.toByteArray();
    }
}
