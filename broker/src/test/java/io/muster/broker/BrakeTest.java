package io.muster.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class BrakeTest {
    private final AtomicBoolean crowded = new AtomicBoolean();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final Brake brake = new Brake(crowded::get, acknowledged::incrementAndGet);
    private final EmbeddedChannel channel =
            new EmbeddedChannel(
                    new ChannelOutboundHandlerAdapter() {
                        @Override
                        public void write(
                                ChannelHandlerContext context,
                                Object packet,
                                ChannelPromise promise) {
                            brake.write(context, packet, promise);
                        }
                    });

    @BeforeEach
    void stopTime() {
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void lets_everything_go_at_once_while_there_is_no_crowd() {
        write("1");
        assertThat(arrived()).isEqualTo("1");
        assertThat(acknowledged).hasValue(1);
    }

    @Test
    void holds_back_while_there_is_a_crowd_and_keeps_the_order() {
        crowded.set(true);
        write("1");
        pass(1_000);
        write("2");
        assertThat(arrived()).isEmpty();
        assertThat(acknowledged).hasValue(0);
        crowded.set(false);
        write("3"); // not before those that are held
        assertThat(arrived()).isEmpty();
        pass(20);
        assertThat(arrived()).isEqualTo("123");
        assertThat(acknowledged).hasValue(3);
        write("4");
        assertThat(arrived()).isEqualTo("4");
    }

    @Test
    void holds_nothing_for_more_than_two_seconds() {
        crowded.set(true);
        write("1");
        pass(1_000);
        write("2");
        pass(1_000);
        assertThat(arrived()).isEqualTo("1");
        pass(1_000);
        assertThat(arrived()).isEqualTo("2");
    }

    @Test
    void ends_with_its_connection() {
        crowded.set(true);
        write("1");
        var _ = channel.close();
        pass(20);
        assertThat(channel.hasPendingTasks()).isFalse();
    }

    private void write(String packet) {
        var _ = channel.writeOneOutbound(packet);
        channel.flushOutbound();
    }

    /** In steps of the brake, since each schedules the next. */
    private void pass(long millis) {
        for (long passed = 0; passed < millis; passed += 20) {
            channel.advanceTimeBy(20, TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
        }
    }

    private String arrived() {
        var all = new StringBuilder();
        for (var next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            all.append(next);
        }
        return all.toString();
    }
}
