package io.muster.agent.runtime.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TurnsTest {
    private static final long LIMIT_SECONDS = 20;
    private static final Duration ENDLESS = Duration.ofHours(1);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch released = new CountDownLatch(1);

    @AfterEach
    void close() {
        released.countDown();
        threads.shutdownNow();
    }

    @Test
    void go_to_others_when_those_who_have_them_hang() throws Exception {
        var turns = new Turns(2, Duration.ofMillis(20));
        var first = hang(turns);
        var second = hang(turns);
        assertThat(result(started(() -> turns.take(() -> "created")))).isEqualTo("created");
        assertThat(first).isNotDone();
        assertThat(second).isNotDone();
    }

    @Test
    void are_given_to_so_many_at_once_while_all_is_well() throws Exception {
        var turns = new Turns(1, ENDLESS);
        var first = hang(turns);
        var second = started(() -> turns.take(() -> "second"));
        assertThat(second).isNotDone();
        released.countDown();
        assertThat(result(first)).isEqualTo("hung");
        assertThat(result(second)).isEqualTo("second");
    }

    @Test
    void are_given_back_once_by_each_who_had_one() throws Exception {
        var turns = new Turns(1, Duration.ofMillis(20));
        var first = hang(turns);
        for (int i = 0; i < 3; i++) { // these take none, so they give none back
            assertThat(turns.take(() -> "impatient")).isEqualTo("impatient");
        }
        assertThat(turns.free()).isZero();
        released.countDown();
        result(first);
        assertThat(turns.free()).isOne();
    }

    @Test
    void are_given_back_by_those_who_fail() {
        var turns = new Turns(1, ENDLESS);
        assertThatThrownBy(() ->
                        turns.take(() -> {
                            throw new RuntimeFailure("no image", true);
                        }))
                .isInstanceOf(RuntimeFailure.class);
        assertThat(turns.free()).isOne();
    }

    @Test
    void are_not_awaited_by_those_who_were_told_to_give_up() throws Exception {
        var turns = new Turns(1, ENDLESS);
        var hanging = hang(turns);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> turns.take(() -> "never"))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(hanging).isNotDone();
    }

    /** Returns when the work has begun. */
    private Future<String> hang(Turns turns) throws InterruptedException {
        var began = new CountDownLatch(1);
        var work =
                started(() ->
                        turns.take(() -> {
                            began.countDown();
                            await(released);
                            return "hung";
                        }));
        await(began);
        return work;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Future<String> started(Callable<String> work) {
        return threads.submit(work);
    }

    private static String result(Future<String> work) throws Exception {
        return work.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }
}
