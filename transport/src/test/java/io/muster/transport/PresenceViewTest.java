package io.muster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.link.ServerPresence;
import org.junit.jupiter.api.Test;

final class PresenceViewTest {
    private final PresenceView view = new PresenceView();

    @Test
    void believes_who_announces_itself() {
        assertThat(view.learn(online(1, 1, "a"))).isTrue();
        assertThat(view.online()).isTrue();
    }

    @Test
    void minds_no_repetition() {
        view.learn(online(1, 1, "a"));
        assertThat(view.learn(online(1, 1, "a"))).isFalse();
    }

    @Test
    void believes_the_will_of_the_connection_it_knows() {
        view.learn(online(1, 1, "a"));
        assertThat(view.learn(offline(1, 1, "a"))).isTrue();
        assertThat(view.online()).isFalse();
    }

    @Test
    void ignores_the_late_will_of_an_earlier_connection() {
        view.learn(online(1, 2, "b"));
        assertThat(view.learn(offline(1, 1, "a"))).isFalse();
        assertThat(view.online()).isTrue();
    }

    @Test
    void ignores_the_late_will_of_a_predecessor() {
        view.learn(online(2, 1, "b"));
        assertThat(view.learn(offline(1, 7, "a"))).isFalse();
        assertThat(view.online()).isTrue();
    }

    @Test
    void ignores_the_will_of_a_foreign_server() {
        view.learn(online(1, 1, "a"));
        assertThat(view.learn(new ServerPresence(false, Net.FOREIGN, 9, 9, "1.2.3", "elsewhere")))
                .isFalse();
    }

    @Test
    void believes_the_will_of_a_later_connection_whose_announcement_was_lost() {
        view.learn(online(1, 1, "a"));
        assertThat(view.learn(offline(1, 2, "b"))).isTrue();
        assertThat(view.online()).isFalse();
    }

    @Test
    void ignores_an_announcement_that_is_delivered_again_after_a_later_one() {
        view.learn(online(1, 1, "a"));
        view.learn(online(1, 2, "b"));
        assertThat(view.learn(online(1, 1, "a"))).isFalse();
        assertThat(view.current()).hasValue(online(1, 2, "b"));
    }

    @Test
    void believes_a_restored_server_whose_epoch_is_lower() {
        view.learn(online(7, 1, "a"));
        assertThat(view.learn(online(3, 1, "b"))).isTrue();
    }

    @Test
    void knows_nothing_after_its_own_connection_was_lost() {
        view.learn(online(1, 5, "a"));
        view.forget();
        assertThat(view.online()).isFalse();
        assertThat(view.learn(online(1, 5, "a"))).isTrue();
    }

    private static ServerPresence online(long epoch, long connection, String nonce) {
        return new ServerPresence(true, Net.STORE, epoch, connection, "1.2.3", nonce);
    }

    private static ServerPresence offline(long epoch, long connection, String nonce) {
        return new ServerPresence(false, Net.STORE, epoch, connection, "1.2.3", nonce);
    }
}
