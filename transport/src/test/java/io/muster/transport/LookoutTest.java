package io.muster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.bus.Bus;
import io.muster.api.bus.BusConnector;
import io.muster.api.bus.BusException;
import io.muster.api.bus.BusListener.Cause;
import io.muster.api.bus.BusListener.Disconnection;
import io.muster.api.bus.Payload;
import io.muster.api.bus.Publication;
import io.muster.api.bus.Subscription;
import io.muster.api.codec.LinkCodec;
import io.muster.api.link.ServerPresence;
import io.muster.api.name.Lineage;
import io.muster.api.topic.Identity;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** A starting server at a shared broker. */
final class LookoutTest {
    private final Net net = new Net();

    @Test
    void takes_the_name_when_nobody_has_shown_a_presence() {
        var server = net.server("s").start(Net.STORE, 1);
        net.within(Duration.ofSeconds(2), "a server", () -> !server.connections.isEmpty());
        assertThat(server.rivals).isEmpty();
    }

    @Test
    void takes_the_name_when_the_last_server_said_that_it_goes() {
        net.server("s1").up(Net.FOREIGN, 5).link.close();
        net.run(Net.SOON);
        var server = net.server("s2").start(Net.STORE, 1);
        net.within(Duration.ofSeconds(1), "a server", () -> !server.connections.isEmpty());
    }

    @Test
    void leaves_a_live_server_of_another_store_alone() {
        var live = net.server("s1").up(Net.FOREIGN, 5);
        live.desk = (_, _) -> Optional.of(Net.updated(1));
        net.run(Net.SOON);
        var server = net.server("s2").start(Net.STORE, 1);
        net.within(Duration.ofSeconds(3), "a rival", () -> !server.rivals.isEmpty());
        net.run(Duration.ofSeconds(60));
        assertThat(server.rivals).hasSize(1);
        assertThat(server.rivals.getFirst().lineage()).isEqualTo(Net.FOREIGN);
        assertThat(server.connections).isEmpty();
        assertThat(live.disconnections).isEmpty();
        assertThat(live.rivals).isEmpty();
        assertThat(net.retainedPresence().orElseThrow().lineage()).isEqualTo(Net.FOREIGN);
    }

    @Test
    void leaves_a_live_server_with_a_higher_epoch_of_the_same_store_alone() {
        net.server("s1").up(Net.STORE, 5).desk = (_, _) -> Optional.of(Net.updated(1));
        net.run(Net.SOON);
        var restored = net.server("s2").start(Net.STORE, 4);
        net.within(Duration.ofSeconds(3), "a rival", () -> !restored.rivals.isEmpty());
        assertThat(restored.connections).isEmpty();
    }

    @Test
    void leaves_a_live_server_on_a_copy_of_its_store_alone_though_its_epoch_is_lower() {
        var live = net.server("s1").up(Net.STORE, 4);
        live.desk = (_, _) -> Optional.of(Net.updated(1));
        net.run(Net.SOON);
        var copy = net.server("s2").start(Net.STORE, 5);
        net.within(Duration.ofSeconds(3), "a rival", () -> !copy.rivals.isEmpty());
        net.run(Duration.ofSeconds(60));
        assertThat(copy.connections).isEmpty();
        assertThat(live.rivals).isEmpty();
        assertThat(live.disconnections).isEmpty();
    }

    @Test
    void goes_on_after_the_presence_deadline_when_its_own_predecessor_left_an_online_behind() {
        leftBehind(Net.STORE, 4);
        var server = net.server("s").start(Net.STORE, 5);
        net.within(Duration.ofSeconds(12), "a server", () -> !server.connections.isEmpty());
        net.run(Net.SOON);
        assertThat(server.rivals).isEmpty();
    }

    @Test
    void replaces_a_foreign_server_that_left_an_online_behind_after_the_presence_deadline() {
        leftBehind(Net.FOREIGN, 4);
        var server = net.server("s").start(Net.STORE, 1);
        net.run(Duration.ofSeconds(9));
        assertThat(server.connections).isEmpty();
        net.within(Duration.ofSeconds(3), "a server", () -> !server.connections.isEmpty());
        net.run(Net.SOON);
        assertThat(server.rivals).isEmpty();
        assertThat(net.retainedPresence().orElseThrow().lineage()).isEqualTo(Net.STORE);
    }

    @Test
    void takes_the_name_when_the_will_of_the_other_comes_while_it_asks() {
        net.server("s1").up(Net.FOREIGN, 5); // answers nothing
        net.run(Net.SOON);
        var server = net.server("s2").start(Net.STORE, 1);
        net.run(Duration.ofSeconds(3));
        assertThat(server.connections).isEmpty();
        net.broker.kill("s1");
        net.within(Duration.ofSeconds(2), "a server", () -> !server.connections.isEmpty());
    }

    @Test
    void asks_again_when_its_question_was_lost() {
        net.server("s1").up(Net.FOREIGN, 5).desk = (_, _) -> Optional.of(Net.updated(1));
        net.run(Net.SOON);
        net.mishaps.lost = Mishaps.first(3, "request/client/look-");
        var server = net.server("s2").start(Net.STORE, 1);
        net.within(Duration.ofSeconds(9), "a rival", () -> !server.rivals.isEmpty());
    }

    @Test
    void looks_again_when_its_connection_broke_while_it_looked() {
        net.server("s1").up(Net.FOREIGN, 5).desk = (_, _) -> Optional.of(Net.updated(1));
        net.run(Net.SOON);
        net.mishaps.breaks = Mishaps.first(1, "request/client/look-");
        var server = net.server("s2").start(Net.STORE, 1);
        net.within(Duration.ofSeconds(9), "a rival", () -> !server.rivals.isEmpty());
        assertThat(server.disconnections).hasSize(1);
    }

    @Test
    void ignores_a_presence_that_cannot_be_read() {
        var raw = Raw.server(net);
        raw.retain(net.topics.serverPresence(), Payload.of("no protobuf"));
        net.run(Net.SOON);
        raw.close();
        var server = net.server("s").start(Net.STORE, 1);
        net.within(Duration.ofSeconds(2), "a server", () -> !server.connections.isEmpty());
        net.run(Net.SOON);
        assertThat(net.retainedPresence().orElseThrow().online()).isTrue();
    }

    @Test
    void does_not_take_the_name_back_from_one_who_got_it_meanwhile() {
        var first = net.server("s1").up(Net.STORE, 1);
        net.run(Net.SOON);
        net.broker.freeze("s1");
        net.run(Duration.ofSeconds(30)); // both sides have given the connection up
        var second = net.server("s2").up(Net.FOREIGN, 1);
        second.desk = (_, _) -> Optional.of(Net.updated(1));
        net.broker.thaw("s1");
        net.within(Duration.ofSeconds(30), "a rival", () -> !first.rivals.isEmpty());
        net.run(Duration.ofSeconds(60));
        assertThat(second.disconnections).isEmpty();
        assertThat(first.connections).hasSize(1);
        assertThat(net.retainedPresence().orElseThrow().lineage()).isEqualTo(Net.FOREIGN);
    }

    @Test
    void returns_quickly_after_a_broken_connection() {
        var server = net.server("s").up(Net.STORE, 1);
        net.run(Net.SOON);
        net.broker.cut("s");
        net.within(Duration.ofSeconds(3), "its return", () -> server.connections.size() == 2);
        net.run(Net.SOON);
        assertThat(server.rivals).isEmpty();
        assertThat(net.retainedPresence().orElseThrow().connection()).isEqualTo(2);
    }

    @Test
    void returns_after_a_broken_connection_although_its_own_will_was_not_retained() {
        net.mishaps.will = Optional.empty();
        var server = net.server("s").up(Net.STORE, 1);
        net.run(Net.SOON);
        net.broker.cut("s");
        net.within(Duration.ofSeconds(3), "its return", () -> server.connections.size() == 2);
    }

    @Test
    void keeps_trying_while_there_is_no_broker() {
        net.broker.stop();
        var server = net.server("s").start(Net.STORE, 1);
        net.run(Duration.ofSeconds(30));
        assertThat(server.disconnections).isNotEmpty();
        net.broker.start(true);
        net.within(Duration.ofSeconds(15), "a server", () -> !server.connections.isEmpty());
    }

    @Test
    void takes_a_suspect_for_alive_when_the_broker_does_not_let_it_ask() {
        leftBehind(Net.FOREIGN, 4);
        net.tap = connector -> refusing(connector, "request/");
        var server = net.server("s").start(Net.STORE, 1);
        net.run(Duration.ofSeconds(9));
        assertThat(server.rivals).isEmpty();
        net.run(Duration.ofSeconds(30));
        assertThat(server.rivals).hasSize(1);
        assertThat(server.connections).isEmpty();
    }

    @Test
    void replaces_the_ghost_of_its_own_predecessor_though_it_may_not_ask() {
        leftBehind(Net.STORE, 4);
        net.tap = connector -> refusing(connector, "request/");
        var server = net.server("s").start(Net.STORE, 5);
        net.within(Duration.ofSeconds(12), "a server", () -> !server.connections.isEmpty());
        net.run(Net.SOON);
        assertThat(server.rivals).isEmpty();
    }

    @Test
    void takes_the_name_when_the_suspect_goes_although_it_may_not_ask() {
        net.server("s1").up(Net.FOREIGN, 5);
        net.run(Net.SOON);
        net.tap = connector -> refusing(connector, "request/");
        var server = net.server("s2").start(Net.STORE, 1);
        net.run(Duration.ofSeconds(3));
        net.broker.kill("s1");
        net.within(Duration.ofSeconds(2), "a server", () -> !server.connections.isEmpty());
    }

    @Test
    void takes_the_name_when_the_broker_does_not_let_it_look() {
        net.tap =
                connector ->
                        (session, serial, listener) -> {
                            if (!session.clientId().contains("/client/")) {
                                return connector.connect(session, serial, listener);
                            }
                            serial.deliver(() ->
                                    listener.disconnected(
                                            new Disconnection(Cause.REFUSED, "who?")));
                            return new NoBus();
                        };
        var server = net.server("s").start(Net.STORE, 1);
        net.within(Duration.ofSeconds(1), "a server", () -> !server.connections.isEmpty());
        assertThat(server.disconnections).isEmpty();
    }

    /** The same, except that it may not publish to such topics. */
    private static BusConnector refusing(BusConnector connector, String words) {
        return (session, serial, listener) -> {
            var bus = connector.connect(session, serial, listener);
            return new Bus() {
                @Override
                public CompletionStage<Void> publish(Publication publication) {
                    return publication.topic().value().contains(words)
                            ? CompletableFuture.failedFuture(new BusException("not yours", false))
                            : bus.publish(publication);
                }

                @Override
                public CompletionStage<Void> subscribe(Subscription subscription) {
                    return bus.subscribe(subscription);
                }

                @Override
                public void close() {
                    bus.close();
                }
            };
        };
    }

    /** A session that was refused. */
    private static final class NoBus implements Bus {
        @Override
        public CompletionStage<Void> publish(Publication publication) {
            throw new IllegalStateException("published without a connection");
        }

        @Override
        public CompletionStage<Void> subscribe(Subscription subscription) {
            throw new IllegalStateException("subscribed without a connection");
        }

        @Override
        public void close() {}
    }

    @Test
    void stops_looking_when_closed() {
        leftBehind(Net.FOREIGN, 4);
        var server = net.server("s").start(Net.STORE, 1);
        net.run(Duration.ofSeconds(3));
        server.link.close();
        net.run(Duration.ofSeconds(60));
        assertThat(server.connections).isEmpty();
        assertThat(net.broker.isConnected(new Identity.Server(net.topics.cluster()).clientId()))
                .isFalse();
    }

    /** What a server leaves at a broker that does not retain wills. */
    private void leftBehind(Lineage lineage, long epoch) {
        var raw = Raw.server(net);
        raw.retain(
                net.topics.serverPresence(),
                LinkCodec.encode(new ServerPresence(true, lineage, epoch, 1, "1.2.3", "dead")));
        net.run(Net.SOON);
        raw.close();
        net.run(Net.SOON);
    }
}
