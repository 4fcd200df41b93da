package io.muster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.bus.Payload;
import io.muster.api.codec.Frame;
import io.muster.api.codec.Frames;
import io.muster.api.request.Response.Reason;
import io.muster.testkit.world.World;
import io.muster.transport.Reassembler.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ReassemblerTest {
    private static final int MAX = 32 << 10;
    private static final int CHUNK = 1 << 10;

    private final World world = new World(1);
    private final List<String> drops = new ArrayList<>();
    private final Reassembler reassembler =
            new Reassembler(
                    world.serial("owner", 10),
                    MAX,
                    (sender, id, why) -> drops.add(sender + " " + id + ": " + why));

    @Test
    void passes_a_single_chunk_on() {
        assertThat(add("a", frames("1", 100))).containsExactly("whole 100");
    }

    @Test
    void puts_chunks_together_in_any_order() {
        var frames = frames("1", 10 * CHUNK);
        Collections.shuffle(frames, new Random(7));
        var results = add("a", frames);
        assertThat(results.getLast()).isEqualTo("whole " + 10 * CHUNK);
        assertThat(results.subList(0, 9)).containsOnly("incomplete");
    }

    @Test
    void takes_the_body_of_the_frames_not_only_its_length() {
        var body = body(3 * CHUNK);
        Result last = new Result.Incomplete();
        for (var frame : Frames.split("1", 0, body, CHUNK, Duration.ZERO)) {
            last = reassembler.add("a", frame);
        }
        assertThat(last).isEqualTo(new Result.Whole("1", Payload.of(body), Duration.ZERO));
    }

    @Test
    void minds_no_doubled_chunk() {
        var frames = frames("1", 2 * CHUNK);
        assertThat(add("a", List.of(frames.get(0), frames.get(0), frames.get(1))))
                .containsExactly("incomplete", "incomplete", "whole " + 2 * CHUNK);
    }

    @Test
    void fills_the_gap_of_one_sending_from_the_next() {
        var frames = frames("1", 3 * CHUNK);
        add("a", List.of(frames.get(0), frames.get(2)));
        assertThat(add("a", frames)).contains("whole " + 3 * CHUNK);
    }

    @Test
    void keeps_senders_ids_and_parts_apart() {
        var ofA = frames("1", 2 * CHUNK);
        assertThat(add("a", List.of(ofA.get(0)))).containsExactly("incomplete");
        assertThat(add("b", List.of(ofA.get(1)))).containsExactly("incomplete");
        assertThat(add("a", List.of(frames("2", 2 * CHUNK).get(1)))).containsExactly("incomplete");
        var otherPart = Frames.split("1", 1, body(2 * CHUNK), CHUNK, Duration.ZERO);
        assertThat(add("a", List.of(otherPart.get(1)))).containsExactly("incomplete");
    }

    @Test
    void drops_a_body_whose_digest_does_not_match_and_says_so() {
        var frames = frames("1", 2 * CHUNK);
        var broken = corrupt(frames.get(1));
        assertThat(add("a", List.of(frames.get(0), broken))).last().asString().startsWith("broken");
        assertThat(add("a", frames)).last().isEqualTo("whole " + 2 * CHUNK);
    }

    @Test
    void drops_a_single_chunk_whose_digest_does_not_match() {
        assertThat(add("a", List.of(corrupt(frames("1", 100).getFirst()))))
                .singleElement()
                .asString()
                .startsWith("broken");
    }

    @Test
    void refuses_what_is_too_large_once_and_holds_nothing_of_it() {
        var results = add("a", frames("1", MAX + 5 * CHUNK));
        assertThat(results.stream().filter(r -> r.startsWith("refused"))).hasSize(1);
        assertThat(add("a", frames("2", MAX))).last().isEqualTo("whole " + MAX);
    }

    @Test
    void refuses_again_what_is_sent_again_too_large() {
        add("a", frames("1", MAX + 5 * CHUNK));
        var again = add("a", frames("1", MAX + 5 * CHUNK));
        assertThat(again.getFirst()).startsWith("refused REFUSED");
        assertThat(again.stream().filter(r -> r.startsWith("refused"))).hasSize(1);
    }

    @Test
    void drops_the_oldest_of_a_sender_that_has_too_much_unfinished() {
        add("a", withoutLast(frames("old", MAX / 2)));
        add("a", withoutLast(frames("newer", MAX / 2)));
        assertThat(add("a", frames("newest", MAX / 2))).last().isEqualTo("whole " + MAX / 2);
        assertThat(drops).singleElement().asString().startsWith("a old: newer chunks");
    }

    @Test
    void drops_the_oldest_of_a_sender_that_has_too_many_unfinished() {
        for (int i = 0; i < 9; i++) {
            add("a", withoutLast(frames("body-" + i, 2 * CHUNK)));
        }
        assertThat(drops).singleElement().asString().startsWith("a body-0");
    }

    @Test
    void lets_no_sender_drive_out_the_work_of_others() {
        for (int i = 0; i < 4; i++) {
            add("sender-" + i, withoutLast(frames("1", MAX)));
        }
        var results = add("late", frames("1", 8 * CHUNK));
        assertThat(results).anyMatch(r -> r.startsWith("refused BUSY"));
        assertThat(drops).isEmpty();
        var last = frames("1", MAX).getLast();
        assertThat(add("sender-0", List.of(last))).containsExactly("whole " + MAX);
    }

    @Test
    void bounds_the_number_of_unfinished_bodies_of_all() {
        for (int i = 0; i < 1024; i++) {
            reassembler.add("sender-" + i, empty("1", 0));
        }
        assertThat(reassembler.add("late", empty("1", 0)))
                .isInstanceOfSatisfying(
                        Result.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.BUSY));
    }

    @Test
    void drops_what_gets_no_new_chunk_and_says_so() {
        var frames = frames("1", 3 * CHUNK);
        add("a", List.of(frames.get(0)));
        world.run(Duration.ofSeconds(29));
        add("a", List.of(frames.get(1)));
        world.run(Duration.ofSeconds(29));
        assertThat(drops).isEmpty();
        world.run(Duration.ofSeconds(2));
        assertThat(drops).singleElement().asString().contains("a 1: 2 of 3 chunks came");
        assertThat(add("a", List.of(frames.get(2)))).containsExactly("incomplete");
    }

    @Test
    void gives_its_room_back_whatever_came_of_a_body() {
        for (int i = 0; i < 20; i++) {
            add("a", frames("whole-" + i, MAX));
            add("b", withoutLast(frames("lost-" + i, MAX)));
            add("c", frames("large-" + i, MAX + CHUNK));
        }
        world.run(Duration.ofSeconds(31));
        for (int i = 0; i < 4; i++) {
            add("sender-" + i, withoutLast(frames("1", MAX)));
        }
        assertThat(add("sender-0", frames("2", 2 * CHUNK))).last().isEqualTo("whole 2048");
    }

    private List<String> add(String sender, List<Frame> frames) {
        var results = new ArrayList<String>();
        for (var frame : frames) {
            results.add(
                    switch (reassembler.add(sender, frame)) {
                        case Result.Whole(_, var body, _) -> "whole " + body.size();
                        case Result.Incomplete() -> "incomplete";
                        case Result.Broken(var why) -> "broken: " + why;
                        case Result.Refused(var reason, var why) ->
                                "refused " + reason + ": " + why;
                    });
        }
        return results;
    }

    private static List<Frame> frames(String id, int size) {
        return new ArrayList<>(Frames.split(id, 0, body(size), CHUNK, Duration.ZERO));
    }

    private static List<Frame> withoutLast(List<Frame> frames) {
        return frames.subList(0, frames.size() - 1);
    }

    private static byte[] body(int size) {
        var body = new byte[size];
        new Random(size).nextBytes(body);
        return body;
    }

    private static Frame corrupt(Frame frame) {
        var content = frame.content().bytes().clone();
        content[0] ^= 1;
        return new Frame(
                frame.id(),
                frame.part(),
                frame.index(),
                frame.count(),
                frame.digest(),
                Payload.of(content),
                frame.timeToLive());
    }

    private static Frame empty(String id, int index) {
        var digest = Payload.of(new byte[32]);
        return new Frame(id, 0, index, 2, digest, Payload.EMPTY, Duration.ZERO);
    }
}
