package io.muster.agent.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SignalTest {
    @Test
    void reaches_all_of_a_group() throws Exception {
        var leader =
                new ProcessBuilder("setsid", "sh", "-c", "sleep 1000 & echo; wait; exit 7").start();
        assertThat(leader.getInputStream().read()).isEqualTo('\n'); // it has made its group
        assertThat(Signal.sendToGroup(leader.pid(), Signal.TERM)).isTrue();
        assertThat(leader.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(leader.exitValue()).isEqualTo(128 + Signal.TERM);
        assertThat(leader.getInputStream().read()).isEqualTo(-1); // the child held it, too
        await().atMost(Duration.ofSeconds(20)) // until init has waited for the child
                .until(() -> !Signal.sendToGroup(leader.pid(), Signal.TERM));
    }

    @Test
    void reaches_a_process_that_leads_no_group() throws Exception {
        var process = new ProcessBuilder("cat").start();
        assertThat(Signal.sendToGroup(process.pid(), Signal.KILL)).isFalse();
        assertThat(Signal.send(process.pid(), Signal.KILL)).isTrue();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void never_means_everybody() {
        assertThatThrownBy(() -> Signal.sendToGroup(1, Signal.KILL))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Signal.send(0, Signal.KILL))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
