package io.muster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.bus.BusException;
import io.muster.api.bus.Payload;
import io.muster.api.bus.Publication;
import io.muster.api.topic.Topic;
import io.muster.testkit.world.World;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class SlotsTest {
    private static final Topic A = new Topic("a");

    private final World world = new World(1);
    private final Taker taker = new Taker();
    private final List<String> complaints = new ArrayList<>();
    private final Slots slots =
            new Slots(
                    taker,
                    world.serial("owner", 10),
                    world.split(),
                    new Complaints((topic, why) -> complaints.add(topic + ": " + why)),
                    1000);

    @Test
    void send_one_message_of_a_topic_at_a_time_and_then_the_latest() {
        put(A, "1");
        put(A, "2");
        put(A, "3");
        taker.answer(Optional.empty());
        taker.answer(Optional.empty());
        assertThat(taker.sent).containsExactly("a=1", "a=3");
        assertThat(slots.settled()).isTrue();
    }

    @Test
    void make_the_message_only_when_its_turn_comes() {
        var made = new ArrayList<String>();
        taker.ready = false;
        for (int i = 0; i < 100; i++) {
            int number = i;
            slots.put(
                    A,
                    () -> {
                        made.add("made " + number);
                        return Publication.live(A, Payload.EMPTY);
                    });
        }
        taker.ready = true;
        slots.connected();
        assertThat(made).containsExactly("made 99");
    }

    @Test
    void send_no_more_than_the_window_at_a_time() {
        for (int i = 0; i < 250; i++) {
            put(new Topic("t" + i), "1");
        }
        assertThat(taker.sent).hasSize(100);
        taker.answer(Optional.empty());
        assertThat(taker.sent).hasSize(101);
        while (!taker.waiting.isEmpty()) {
            taker.answer(Optional.empty());
        }
        assertThat(taker.sent).hasSize(250);
        assertThat(slots.settled()).isTrue();
    }

    @Test
    void try_again_after_growing_pauses() {
        put(A, "1");
        var pauses = new ArrayList<Duration>();
        for (int i = 1; i <= 10; i++) {
            int sent = i + 1;
            var before = world.elapsed();
            taker.answer(Optional.of(new BusException("no answer", true)));
            world.runUntil("again", Duration.ofSeconds(60), () -> taker.sent.size() == sent);
            pauses.add(world.elapsed().minus(before));
        }
        assertThat(pauses.getFirst()).isLessThan(Duration.ofSeconds(1));
        assertThat(pauses.getLast()).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(40));
        assertThat(complaints).isEmpty();
    }

    @Test
    void complain_once_of_what_the_broker_refuses_and_try_it_rarely() {
        put(A, "1");
        for (int i = 1; i <= 3; i++) {
            int sent = i + 1;
            taker.answer(Optional.of(new BusException("a: not permitted", false)));
            world.run(Duration.ofSeconds(20));
            assertThat(taker.sent).hasSize(i);
            world.runUntil("again", Duration.ofSeconds(20), () -> taker.sent.size() == sent);
        }
        assertThat(complaints).containsExactly("a: a: not permitted");
    }

    @Test
    void complain_of_what_is_too_large_and_drop_it() {
        put(A, "x".repeat(1001));
        assertThat(taker.sent).isEmpty();
        assertThat(complaints).singleElement().asString().contains("1001 bytes").contains("1000");
        assertThat(slots.settled()).isTrue();
        put(A, "small");
        assertThat(taker.sent).containsExactly("a=small");
    }

    @Test
    void send_what_is_not_acknowledged_again_on_the_next_connection() {
        put(A, "1");
        slots.connected();
        assertThat(taker.sent).containsExactly("a=1", "a=1");
        taker.answer(Optional.of(new BusException("lost", true))); // news of the old connection
        taker.answer(Optional.empty());
        world.run(Duration.ofSeconds(60));
        assertThat(taker.sent).hasSize(2);
        assertThat(slots.settled()).isTrue();
    }

    @Test
    void forget_what_is_worthless_without_its_connection() {
        put(A, "1");
        taker.answer(Optional.of(new BusException("lost", true)));
        slots.forget();
        slots.connected();
        world.run(Duration.ofSeconds(60));
        assertThat(taker.sent).containsExactly("a=1");
        put(A, "2");
        assertThat(taker.sent).containsExactly("a=1", "a=2");
    }

    private void put(Topic topic, String text) {
        slots.put(topic, () -> Publication.live(topic, Payload.of(text)));
    }

    /** Takes what is published, and answers when told to. */
    private static final class Taker implements Publisher {
        private final List<String> sent = new ArrayList<>();
        private final ArrayDeque<Consumer<Optional<BusException>>> waiting = new ArrayDeque<>();
        private boolean ready = true;

        @Override
        public boolean ready() {
            return ready;
        }

        @Override
        public void publish(Publication publication, Consumer<Optional<BusException>> done) {
            sent.add(publication.topic() + "=" + publication.payload().text());
            waiting.add(done);
        }

        void answer(Optional<BusException> failure) {
            waiting.remove().accept(failure);
        }
    }
}
