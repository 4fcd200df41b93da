package io.muster.testkit.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.bus.BusConnector;
import io.muster.api.bus.BusLimits;
import io.muster.api.bus.BusListener.Cause;
import io.muster.api.bus.BusListener.Retry;
import io.muster.api.bus.Message;
import io.muster.api.bus.Payload;
import io.muster.api.bus.Publication;
import io.muster.api.bus.Session;
import io.muster.api.bus.Subscription;
import io.muster.api.name.AgentName;
import io.muster.api.name.ClientName;
import io.muster.api.name.ClusterName;
import io.muster.api.topic.AgentChannel;
import io.muster.api.topic.Identity;
import io.muster.api.topic.Topic;
import io.muster.api.topic.TopicFilter;
import io.muster.api.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What we rely on, whatever the bus and the broker. Where a broker in use does less than MQTT
 * promises, the rule here is what is left of the promise.
 */
public abstract class BusContract {
    private static final ClusterName CLUSTER = new ClusterName("contract");
    private static final Topics TOPICS = new Topics(CLUSTER);
    private static final AgentName A = new AgentName("a");
    private static final AgentName B = new AgentName("b");
    private static final Topic DESIRED_A = TOPICS.agent(A, AgentChannel.DESIRED);
    private static final Topic FACTS_A = TOPICS.agent(A, AgentChannel.FACTS);
    private static final Topic REPORT_A = TOPICS.agent(A, AgentChannel.REPORT);
    private static final Topic PRESENCE_A = TOPICS.agent(A, AgentChannel.PRESENCE);
    private static final Topic PRESENCE_B = TOPICS.agent(B, AgentChannel.PRESENCE);

    /** All who connect in this contract, for brokers that need to know them before. */
    protected static final List<Identity> IDENTITIES =
            List.of(
                    new Identity.Server(CLUSTER),
                    new Identity.Agent(CLUSTER, A),
                    new Identity.Agent(CLUSTER, B),
                    new Identity.Observer(CLUSTER, new ClientName("o")));

    private static final Identity SERVER = IDENTITIES.get(0);
    private static final Identity AGENT_A = IDENTITIES.get(1);
    private static final Identity AGENT_B = IDENTITIES.get(2);
    private static final Identity OBSERVER = IDENTITIES.get(3);

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final BusLimits LIMITS =
            BusLimits.DEFAULT.withPauses(Duration.ofMillis(10), Duration.ofMillis(100));
    private static final BusLimits IMPATIENT = LIMITS.withDeadline(SECOND);

    private final List<BusProbe> probes = new ArrayList<>();
    private BrokerRig rig;

    /** Starts a broker that nobody has used. */
    protected abstract BrokerRig rig() throws Exception;

    /** Says what this broker does less well than others. */
    protected Set<Shortcoming> shortcomings() {
        return EnumSet.noneOf(Shortcoming.class);
    }

    /** Ways in which a broker falls behind MQTT, and which we can live with. */
    protected enum Shortcoming {
        /**
         * It just closes the connection of a session that is taken over, and does not say why. The
         * presence protocol finds duplicates by instance and nonce all the same.
         */
        TAKES_OVER_SILENTLY,
        /** It grants subscriptions to topics that it will not deliver. */
        GRANTS_WHAT_IT_DENIES,
        /**
         * Each acknowledgement lets it send a whole window more. So the default window is more than
         * a burst.
         */
        FORGETS_THE_WINDOW
    }

    @BeforeEach
    final void startBroker() throws Exception {
        rig = rig();
    }

    @AfterEach
    final void stopBroker() throws Exception {
        try {
            for (var probe : probes) {
                probe.end();
                assertThat(probe.astray()).as("callbacks that missed the serial").isEmpty();
            }
        } finally {
            rig.close();
        }
    }

    // Connections.

    @Test
    void every_connection_has_a_random_nonce_of_its_own() {
        var agent = agentA().ready();
        rig.cut(AGENT_A);
        agent.ready(2);
        assertThat(agent.nonces())
                .doesNotHaveDuplicates()
                .allSatisfy(nonce -> assertThat(nonce).matches("[0-9a-f]{32}"));
    }

    @Test
    void a_connection_that_breaks_is_told_and_made_anew() {
        var agent = agentA().ready();
        rig.cut(AGENT_A);
        agent.ready(2);
        assertThat(agent.disconnections())
                .singleElement()
                .satisfies(why -> {
                    assertThat(why.cause()).isEqualTo(Cause.LOST);
                    assertThat(why.text()).contains("the broker at");
                });
    }

    @Test
    void while_there_is_no_broker_the_session_goes_on_trying() throws Exception {
        rig.stop();
        var agent = agentA();
        rig.await("three attempts", () -> agent.disconnections().size() >= 3);
        assertThat(agent.disconnections())
                .allSatisfy(why -> assertThat(why.cause()).isEqualTo(Cause.LOST));
        rig.start();
        agent.ready();
    }

    @Test
    void a_restart_of_the_broker_only_delays() throws Exception {
        var agent = agentA().ready();
        var server = server().ready();
        rig.stop();
        rig.await("both lost it", () -> !agent.isConnected() && !server.isConnected());
        rig.start();
        agent.ready(2).listening(DESIRED_A);
        server.ready(2).publish(Publication.retained(DESIRED_A, Payload.of("wish"))).granted();
        rig.await("wish", () -> agent.texts().equals(List.of("wish")));
    }

    @Test
    void a_broker_that_never_answers_is_given_up_at_the_deadline() {
        rig.freeze(AGENT_A);
        var agent = probe(AGENT_A, IMPATIENT, agentSession(MINUTE));
        rig.await("gave up", () -> !agent.disconnections().isEmpty());
        assertThat(agent.disconnections().getFirst().cause()).isEqualTo(Cause.LOST);
        assertThat(agent.disconnections().getFirst().text()).contains("the broker at");
        rig.thaw(AGENT_A);
        agent.ready();
    }

    @Test
    void the_listener_may_ask_for_a_longer_pause() {
        var agent = agentA().retry(new Retry.After(Duration.ofMillis(800))).ready();
        rig.cut(AGENT_A);
        agent.ready(2);
        assertThat(agent.times().get(2) - agent.times().get(1))
                .isGreaterThanOrEqualTo(Duration.ofMillis(800).toNanos());
    }

    @Test
    void the_listener_may_give_up() {
        var agent = agentA().retry(new Retry.Never()).ready();
        rig.cut(AGENT_A);
        rig.await("lost", () -> !agent.disconnections().isEmpty());
        var refusal = agent.publish(report("too late")).refused();
        assertThat(refusal).hasMessageContaining("closed").hasMessageContaining(REPORT_A.value());
        assertThat(refusal.retryable()).isFalse();
    }

    @Test
    void who_may_not_connect_is_told_so() {
        var stranger = rig.stranger(LIMITS);
        var probe = probe(stranger.connector(), Session.withoutWill(stranger.clientId(), MINUTE));
        rig.await("refused", () -> !probe.disconnections().isEmpty());
        assertThat(probe.disconnections().getFirst().cause()).isEqualTo(Cause.REFUSED);
        assertThat(probe.disconnections().getFirst().text()).contains("the broker at");
    }

    @Test
    void a_session_learns_that_another_took_its_name() {
        var server = server().ready().listening(PRESENCE_A);
        var first = agentA().retry(new Retry.Never()).ready();
        var second = agentA().ready();
        rig.await("taken over", () -> !first.disconnections().isEmpty());
        assertThat(first.disconnections().getFirst().cause())
                .isEqualTo(
                        shortcomings().contains(Shortcoming.TAKES_OVER_SILENTLY)
                                ? Cause.LOST
                                : Cause.TAKEN_OVER);
        var nonce = first.nonces().getFirst();
        // perhaps after the second has announced itself: the nonce tells whose will it is
        rig.await("the first one's will", () -> server.texts().contains("gone " + nonce));
        second.publish(Publication.live(PRESENCE_A, Payload.of("there"))).granted();
        rig.await("announcement", () -> server.texts().contains("there"));
        assertThat(second.disconnections()).isEmpty();
    }

    @Test
    void a_silent_broker_is_noticed_by_keep_alive() {
        var agent = probe(AGENT_A, LIMITS, agentSession(SECOND)).ready();
        rig.freeze(AGENT_A);
        rig.await("noticed", () -> !agent.disconnections().isEmpty());
        assertThat(agent.disconnections().getFirst().cause()).isEqualTo(Cause.LOST);
        rig.thaw(AGENT_A);
        agent.ready(2);
    }

    // Wills.

    @Test
    void who_listens_hears_the_will_of_a_connection_that_breaks() {
        var server = server().ready().listening(PRESENCE_A);
        var agent = agentA().ready();
        rig.cut(AGENT_A);
        rig.await("will", () -> server.texts().contains("gone " + agent.nonces().getFirst()));
    }

    @Test
    void who_listens_hears_the_will_of_a_connection_that_falls_silent() {
        var server = server().ready().listening(PRESENCE_A);
        var agent = probe(AGENT_A, LIMITS, agentSession(SECOND)).ready();
        rig.freeze(AGENT_A);
        rig.await("will", () -> server.texts().contains("gone " + agent.nonces().getFirst()));
    }

    @Test
    void who_listens_hears_a_retained_will() { // who comes later may read the message before it
        var presence = TOPICS.serverPresence();
        var agent = agentA().ready().listening(presence);
        var server =
                probe(
                                SERVER,
                                LIMITS,
                                new Session(
                                        SERVER.clientId(),
                                        MINUTE,
                                        nonce ->
                                                Optional.of(
                                                        Publication.retained(
                                                                presence,
                                                                Payload.of("gone " + nonce)))))
                        .retry(new Retry.Never())
                        .ready();
        server.publish(Publication.retained(presence, Payload.of("there"))).granted();
        rig.cut(SERVER);
        rig.await(
                "will",
                () -> agent.texts().equals(List.of("there", "gone " + server.nonces().getFirst())));
    }

    @Test
    void an_orderly_end_publishes_no_will() {
        var server = server().ready().listening(PRESENCE_A);
        agentA().ready().end();
        var again = agentA().ready(); // with the same name: a will of the first came before this
        again.publish(Publication.live(PRESENCE_A, Payload.of("again"))).granted();
        rig.await("announcement", () -> !server.received().isEmpty());
        assertThat(server.texts()).containsExactly("again");
    }

    @Test
    void nobody_leaves_a_will_in_the_name_of_another() {
        var server = server().ready().listening(PRESENCE_B);
        var forged =
                probe(
                                AGENT_A,
                                LIMITS,
                                new Session(
                                        AGENT_A.clientId(),
                                        MINUTE,
                                        _ ->
                                                Optional.of(
                                                        Publication.live(
                                                                PRESENCE_B, Payload.of("forged")))))
                        .retry(new Retry.Never());
        rig.await(
                "accepted or refused",
                () -> !forged.nonces().isEmpty() || !forged.disconnections().isEmpty());
        rig.cut(AGENT_A);
        var other = agentB().ready();
        other.publish(Publication.live(PRESENCE_B, Payload.of("there"))).granted();
        rig.await("announcement", () -> !server.received().isEmpty());
        assertThat(server.texts()).containsExactly("there");
    }

    // Messages.

    @Test
    void a_live_message_reaches_who_listens() {
        var agent = agentA().ready().listening(FACTS_A);
        server().ready().publish(facts("news")).granted();
        rig.await("message", () -> agent.received().equals(List.of(message("news", false))));
    }

    @Test
    void an_acknowledgement_is_no_receipt() {
        server().ready().publish(facts("for nobody")).granted();
    }

    @Test
    void a_retained_message_reaches_who_comes_later() {
        var server = server().ready();
        server.publish(desired("old wish")).granted();
        server.publish(desired("wish")).granted();
        var agent = agentA().ready().listening(DESIRED_A);
        rig.await("message", () -> !agent.received().isEmpty());
        assertThat(agent.received())
                .containsExactly(new Message(DESIRED_A, Payload.of("wish"), true));
    }

    @Test
    void who_listens_already_gets_a_retained_message_as_a_live_one() {
        var agent = agentA().ready().listening(DESIRED_A);
        server().ready().publish(desired("wish")).granted();
        rig.await("message", () -> !agent.received().isEmpty());
        assertThat(agent.received())
                .containsExactly(new Message(DESIRED_A, Payload.of("wish"), false));
    }

    @Test
    void an_empty_retained_message_clears_the_topic() {
        var server = server().ready();
        var early = agentA().ready().listening(DESIRED_A);
        server.publish(desired("wish")).granted();
        server.publish(Publication.retained(DESIRED_A, Payload.EMPTY)).granted();
        rig.await("both", () -> early.texts().equals(List.of("wish", "")));
        early.end();
        var late = agentA().ready().listening(DESIRED_A);
        server.publish(desired("new wish")).granted();
        rig.await("message", () -> !late.received().isEmpty());
        assertThat(late.texts()).containsExactly("new wish");
    }

    @Test
    void who_wants_nothing_retained_gets_only_what_comes() {
        var server = server().ready();
        server.publish(desired("old")).granted();
        var agent = agentA().ready().listening(new Subscription(TopicFilter.of(DESIRED_A), false));
        server.publish(desired("new")).granted();
        rig.await("message", () -> !agent.received().isEmpty());
        assertThat(agent.texts()).containsExactly("new");
    }

    @Test
    void subscribing_again_brings_the_retained_message_again() {
        server().ready().publish(desired("wish")).granted();
        var agent = agentA().ready().listening(DESIRED_A);
        rig.await("once", () -> agent.received().size() == 1);
        agent.listening(DESIRED_A);
        rig.await("twice", () -> agent.texts().equals(List.of("wish", "wish")));
    }

    @Test
    void a_retained_message_outlives_an_expiring_one_of_its_topic() {
        var server = server().ready();
        server.publish(Publication.expiring(DESIRED_A, Payload.of("soon gone"), SECOND)).granted();
        server.publish(desired("wish")).granted();
        pass(Duration.ofMillis(1_500));
        var agent = agentA().ready().listening(DESIRED_A);
        rig.await("message", () -> agent.texts().equals(List.of("wish")));
    }

    @Test
    void wildcards_choose_topics() {
        var observer = observer().ready().listening(new Subscription(TOPICS.everything(), true));
        var server =
                server().ready()
                        .listening(new Subscription(TOPICS.allAgents(AgentChannel.REPORT), false));
        agentA().ready().publish(report("of a")).granted();
        agentB().ready()
                .publish(Publication.live(TOPICS.agent(B, AgentChannel.REPORT), Payload.of("of b")))
                .granted();
        rig.await("server's", () -> server.received().size() == 2);
        rig.await("observer's", () -> observer.received().size() == 2);
        assertThat(server.texts()).containsExactlyInAnyOrder("of a", "of b");
        assertThat(observer.texts()).containsExactlyInAnyOrder("of a", "of b");
    }

    @Test
    void overlapping_subscriptions_lose_nothing() {
        var server =
                server().ready()
                        .listening(REPORT_A)
                        .listening(new Subscription(TOPICS.allAgents(AgentChannel.REPORT), false));
        var agent = agentA().ready();
        for (var text : List.of("1", "2", "3")) {
            agent.publish(report(text)).granted();
        }
        rig.await("all", () -> server.texts().containsAll(List.of("1", "2", "3")));
    }

    @Test
    void all_retained_messages_come_however_many() {
        var server = server().ready();
        var answers =
                IntStream.range(0, 300)
                        .mapToObj(i ->
                                server.publish(
                                        Publication.retained(
                                                TOPICS.agent(
                                                        new AgentName("n" + i),
                                                        AgentChannel.DESIRED),
                                                Payload.of("wish " + i))))
                        .toList();
        answers.forEach(BusProbe.Answer::granted);
        var observer = observer().ready().listening(new Subscription(TOPICS.everything(), true));
        rig.await("all", () -> observer.received().size() == 300);
        assertThat(observer.texts()).doesNotHaveDuplicates();
    }

    @Test
    void messages_of_one_topic_keep_their_order() {
        var agent = agentA().ready().listening(FACTS_A);
        var server = server().ready();
        var texts = numbers(500);
        server.run(bus ->
                texts.forEach(text -> {
                    var _ = bus.publish(facts(text));
                }));
        rig.await("all", () -> agent.received().size() >= 500);
        assertThat(agent.texts()).isEqualTo(texts);
    }

    @Test
    void who_subscribes_amid_retained_updates_ends_with_the_last() {
        var server = server().ready();
        var agent = agentA().ready();
        server.run(bus ->
                numbers(200)
                        .forEach(text -> {
                            var _ = bus.publish(desired(text));
                        }));
        agent.listening(DESIRED_A);
        rig.await(
                "the last",
                () -> !agent.received().isEmpty() && agent.texts().getLast().equals("199"));
    }

    @Test
    void the_largest_message_passes() {
        var agent = agentA().ready().listening(FACTS_A);
        var bytes = new byte[LIMITS.maxPayloadBytes(FACTS_A)];
        Arrays.fill(bytes, (byte) 'x');
        var payload = Payload.of(bytes);
        server().ready().publish(Publication.live(FACTS_A, payload)).granted();
        rig.await("message", () -> agent.received().size() == 1);
        assertThat(agent.received().getFirst().payload()).isEqualTo(payload);
    }

    @Test
    void a_message_above_the_limit_is_refused_before_it_is_sent() {
        var server = server().ready();
        var large = Payload.of(new byte[LIMITS.maxPayloadBytes(FACTS_A) + 1]);
        var refusal = server.publish(Publication.live(FACTS_A, large)).refused();
        assertThat(refusal)
                .hasMessageContaining(FACTS_A.value())
                .hasMessageContaining("%,d", large.size())
                .hasMessageContaining("%,d", large.size() - 1);
        assertThat(refusal.retryable()).isFalse();
        server.publish(facts("fits")).granted();
        assertThat(server.disconnections()).isEmpty();
    }

    @Test
    void what_is_retained_never_expires_and_nobody_shares_a_subscription() {
        assertThatThrownBy(() ->
                        new Publication(DESIRED_A, Payload.of("x"), true, Optional.of(SECOND)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TopicFilter("$share/group/" + FACTS_A))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // What ends with a connection.

    @Test
    void subscriptions_end_with_their_connection_and_nothing_is_kept_for_who_is_away() {
        var agent = agentA().ready().listening(FACTS_A);
        var server = server().ready();
        rig.cut(AGENT_A);
        agent.ready(2);
        server.publish(facts("missed")).granted();
        agent.listening(FACTS_A);
        server.publish(facts("heard")).granted();
        rig.await("message", () -> !agent.received().isEmpty());
        assertThat(agent.texts()).containsExactly("heard");
    }

    @Test
    void without_a_connection_everything_fails_at_once() throws Exception {
        rig.stop();
        var agent = agentA();
        var publishing = agent.publish(report("news")).refused();
        assertThat(publishing)
                .hasMessageContaining(REPORT_A.value())
                .hasMessageContaining("no connection")
                .hasMessageContaining("when connected");
        assertThat(publishing.retryable()).isTrue();
        var subscribing =
                agent.subscribe(new Subscription(TopicFilter.of(FACTS_A), true)).refused();
        assertThat(subscribing).hasMessageContaining(FACTS_A.value());
        assertThat(subscribing.retryable()).isTrue();
    }

    @Test
    void what_is_not_acknowledged_when_the_connection_breaks_fails_as_unknown() {
        var agent = agentA().ready();
        rig.freeze(AGENT_A);
        var answer = agent.publish(report("news"));
        rig.cut(AGENT_A);
        var refusal = answer.refused();
        assertThat(refusal).hasMessageContaining("unknown");
        assertThat(refusal.retryable()).isTrue();
        rig.thaw(AGENT_A);
        agent.ready(2);
    }

    // Refusals and deadlines.

    @Test
    void a_publication_that_is_not_permitted_fails_with_topic_and_remedy() {
        var agent = probe(AGENT_A, IMPATIENT, agentSession(MINUTE)).ready();
        var refusal = agent.publish(Publication.live(PRESENCE_B, Payload.of("forged"))).refused();
        assertThat(refusal)
                .hasMessageContaining(PRESENCE_B.value())
                .hasMessageContaining("this client may");
    }

    @Test
    void nobody_publishes_to_topics_of_the_broker_itself() { // some do not even say so
        var server =
                probe(SERVER, IMPATIENT, Session.withoutWill(SERVER.clientId(), MINUTE)).ready();
        var topic = new Topic("$SYS/" + FACTS_A);
        assertThat(server.publish(Publication.live(topic, Payload.of("forged"))).refused())
                .hasMessageContaining(topic.value());
        server.publish(facts("allowed")).granted();
    }

    @Test
    void refused_publications_do_not_block_the_others_for_good() {
        var agent = probe(AGENT_A, IMPATIENT, agentSession(MINUTE)).ready();
        var refused =
                IntStream.range(0, 40)
                        .mapToObj(_ ->
                                agent.publish(Publication.live(PRESENCE_B, Payload.of("forged"))))
                        .toList();
        refused.forEach(BusProbe.Answer::refused);
        eventually(agent, report("allowed"));
    }

    @Test
    void a_subscription_that_is_not_permitted_fails_with_the_filter() {
        var agent = probe(AGENT_A, IMPATIENT, agentSession(MINUTE)).ready();
        var answer =
                agent.subscribe(new Subscription(TOPICS.allAgents(AgentChannel.DESIRED), true));
        if (shortcomings().contains(Shortcoming.GRANTS_WHAT_IT_DENIES)) {
            answer.granted();
        } else {
            assertThat(answer.refused())
                    .hasMessageContaining(TOPICS.allAgents(AgentChannel.DESIRED).value());
        }
    }

    @Test
    void who_may_not_read_a_topic_gets_nothing_of_it() {
        var agent = probe(AGENT_A, IMPATIENT, agentSession(MINUTE)).ready().listening(FACTS_A);
        var everything = agent.subscribe(new Subscription(TOPICS.everything(), true)).over();
        assertThat(everything.isDone()).isTrue();
        var server = server().ready();
        server.publish(Publication.live(TOPICS.agent(B, AgentChannel.FACTS), Payload.of("for b")))
                .granted();
        server.publish(facts("for a")).granted();
        rig.await("own", () -> !agent.received().isEmpty());
        assertThat(agent.texts()).containsOnly("for a");
    }

    @Test
    void an_answer_that_does_not_come_is_a_failure_at_the_deadline() {
        var agent = probe(AGENT_A, IMPATIENT, agentSession(MINUTE)).ready();
        rig.freeze(AGENT_A);
        long asked = rig.clock().nanoTime();
        var publishing = agent.publish(report("news"));
        var subscribing = agent.subscribe(new Subscription(TopicFilter.of(FACTS_A), true));
        assertThat(publishing.refused())
                .hasMessageContaining(REPORT_A.value())
                .hasMessageContaining("unknown")
                .hasMessageContaining("may publish");
        assertThat(subscribing.refused())
                .hasMessageContaining(FACTS_A.value())
                .hasMessageContaining("may read");
        assertThat(rig.clock().nanoTime() - asked)
                .isGreaterThan(SECOND.multipliedBy(9).dividedBy(10).toNanos());
        rig.thaw(AGENT_A);
    }

    @Test
    void no_more_may_wait_for_its_acknowledgement_than_the_limits_allow() {
        var agent = probe(AGENT_A, LIMITS.withPending(3, 100), agentSession(MINUTE)).ready();
        rig.freeze(AGENT_A);
        var answers = new ArrayList<BusProbe.Answer>();
        for (int i = 0; i < 3; i++) {
            answers.add(agent.publish(report("waits")));
        }
        var fourth = agent.publish(report("too many")).refused();
        assertThat(fourth).hasMessageContaining(REPORT_A.value());
        assertThat(fourth.retryable()).isTrue();
        rig.thaw(AGENT_A);
        answers.forEach(BusProbe.Answer::granted);
        agent.publish(report("again")).granted();
        rig.freeze(AGENT_A);
        assertThat(agent.publish(report("x".repeat(101))).refused().retryable()).isTrue();
        rig.thaw(AGENT_A);
    }

    // A slow listener.

    @Test
    void a_slow_listener_loses_nothing() {
        var limits =
                shortcomings().contains(Shortcoming.FORGETS_THE_WINDOW)
                        ? LIMITS
                        : LIMITS.withWindow(16);
        var agent = probe(AGENT_A, limits, agentSession(MINUTE)).ready().listening(FACTS_A);
        var server = server().ready();
        agent.serial().full(true);
        var texts = numbers(500);
        var answers = texts.stream().map(text -> server.publish(facts(text))).toList();
        answers.forEach(BusProbe.Answer::granted); // the broker has them all
        assertThat(agent.received()).isEmpty();
        agent.serial().full(false);
        rig.await("all", () -> agent.received().size() >= 500);
        assertThat(agent.texts()).isEqualTo(texts);
        assertThat(agent.disconnections()).isEmpty();
    }

    @Test
    void a_listener_that_falls_far_behind_loses_its_connection_and_not_its_memory() {
        var limits = LIMITS.withPending(100, 5_000);
        var agent = probe(AGENT_A, limits, agentSession(MINUTE)).ready().listening(FACTS_A);
        var server = server().ready();
        agent.serial().full(true);
        for (int i = 0; i < 20; i++) {
            server.publish(facts("x".repeat(1_000))).granted();
        }
        agent.serial().full(false);
        agent.ready(2);
        assertThat(agent.received()).hasSize(5);
        assertThat(agent.disconnections())
                .singleElement()
                .satisfies(why -> assertThat(why.text()).contains("5,000 bytes"));
    }

    @Test
    void what_expires_before_a_slow_listener_does_not_hold_up_the_rest() {
        var agent =
                probe(AGENT_A, LIMITS.withWindow(2), agentSession(MINUTE))
                        .ready()
                        .listening(FACTS_A);
        var server = server().ready();
        agent.serial().full(true);
        server.publish(facts("1")).granted();
        server.publish(facts("2")).granted();
        server.publish(Publication.expiring(FACTS_A, Payload.of("old"), SECOND)).granted();
        server.publish(facts("3")).granted();
        pass(Duration.ofMillis(1_500));
        agent.serial().full(false);
        rig.await("the rest", () -> agent.texts().containsAll(List.of("1", "2", "3")));
    }

    // The end.

    @Test
    void what_was_accepted_before_the_end_is_still_published() {
        var server = server().ready().listening(REPORT_A);
        var agent = agentA().ready();
        var texts = numbers(50);
        var answers = new ArrayList<BusProbe.Answer>();
        for (var text : texts) {
            answers.add(agent.publish(report(text)));
        }
        agent.close();
        answers.forEach(BusProbe.Answer::granted);
        rig.await("all", () -> server.received().size() >= 50);
        assertThat(server.texts()).isEqualTo(texts);
    }

    @Test
    void after_the_end_the_listener_hears_nothing_and_everything_fails() {
        var server = server().ready();
        var witness = observer().ready().listening(FACTS_A);
        var agent = agentA().ready().listening(FACTS_A);
        agent.close().over();
        agent.close().over();
        var refusal = agent.publish(report("too late")).refused();
        assertThat(refusal).hasMessageContaining("closed");
        assertThat(refusal.retryable()).isFalse();
        server.publish(facts("news")).granted();
        rig.await("the witness", () -> !witness.received().isEmpty());
        assertThat(agent.received()).isEmpty();
        assertThat(agent.disconnections()).isEmpty();
    }

    @Test
    void an_end_before_the_connection_is_there_leaves_none_behind() {
        rig.freeze(AGENT_A);
        var early = agentA();
        early.close().over();
        rig.thaw(AGENT_A);
        var next = agentA().ready();
        // A network may deliver what the early one sent behind what the next one sends: that
        // throws the next one out, once.
        eventually(next, report("news"));
        assertThat(next.disconnections()).hasSizeLessThanOrEqualTo(1);
        assertThat(early.nonces()).isEmpty();
        assertThat(early.disconnections()).isEmpty();
    }

    /** Publishes again until it is acknowledged. */
    private void eventually(BusProbe probe, Publication publication) {
        var last = new BusProbe.Answer[] {probe.publish(publication)};
        rig.await(
                "acknowledged after all",
                () -> {
                    if (probe.isConnected() && last[0].isDone() && !last[0].isGranted()) {
                        last[0] = probe.publish(publication);
                    }
                    return last[0].isGranted();
                });
    }

    private void pass(Duration duration) {
        var passed = new AtomicBoolean();
        var serial = rig.serial("timer", 1);
        var _ = serial.after(duration, () -> passed.set(true));
        rig.await("time", passed::get);
        serial.close();
    }

    private BusProbe server() {
        return probe(SERVER, LIMITS, Session.withoutWill(SERVER.clientId(), MINUTE));
    }

    private BusProbe agentA() {
        return probe(AGENT_A, LIMITS, agentSession(MINUTE));
    }

    private BusProbe agentB() {
        return probe(AGENT_B, LIMITS, Session.withoutWill(AGENT_B.clientId(), MINUTE));
    }

    private BusProbe observer() {
        return probe(OBSERVER, LIMITS, Session.withoutWill(OBSERVER.clientId(), MINUTE));
    }

    private BusProbe probe(Identity identity, BusLimits limits, Session session) {
        return probe(rig.connector(identity, limits), session);
    }

    private BusProbe probe(BusConnector connector, Session session) {
        var probe = new BusProbe(rig, connector, session);
        probes.add(probe);
        return probe;
    }

    private static Session agentSession(Duration keepAlive) {
        return new Session(
                AGENT_A.clientId(),
                keepAlive,
                nonce -> Optional.of(Publication.live(PRESENCE_A, Payload.of("gone " + nonce))));
    }

    private static Publication desired(String text) {
        return Publication.retained(DESIRED_A, Payload.of(text));
    }

    private static Publication facts(String text) {
        return Publication.live(FACTS_A, Payload.of(text));
    }

    private static Publication report(String text) {
        return Publication.live(REPORT_A, Payload.of(text));
    }

    private static Message message(String text, boolean retained) {
        return new Message(FACTS_A, Payload.of(text), retained);
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }
}
