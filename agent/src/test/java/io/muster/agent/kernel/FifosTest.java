package io.muster.agent.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real FIFOs, opened at the other end as an application would. */
final class FifosTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int ROOM = 1 << 20;

    @TempDir private Path folder;
    private final AtomicLong nanos = new AtomicLong();
    private final Heard heard = new Heard();
    private Fifos fifos;
    private Path output;
    private Path input;

    private static class Heard implements Fifos.Listener {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private volatile boolean slow;
        private final AtomicInteger left = new AtomicInteger();
        private final AtomicInteger dropped = new AtomicInteger();
        private final AtomicInteger roomy = new AtomicInteger();
        private final Queue<byte[]> gaveUp = new ConcurrentLinkedQueue<>();
        private final AtomicInteger came = new AtomicInteger();
        private final AtomicInteger failed = new AtomicInteger();

        @Override
        public boolean read(byte[] read) {
            bytes.writeBytes(read); // synchronized
            return !slow;
        }

        @Override
        public void writersLeft() {
            if (bytes.size() > 0) { // else nobody has come yet, which may be seen or not
                left.incrementAndGet();
            }
        }

        @Override
        public void dropped(int messages) {
            dropped.addAndGet(messages);
        }

        @Override
        public void gaveUp(byte[] message) {
            gaveUp.add(message);
        }

        @Override
        public void readerCame() {
            came.incrementAndGet();
        }

        @Override
        public void failed() {
            failed.incrementAndGet();
        }

        @Override
        public void roomy() {
            roomy.incrementAndGet();
        }

        String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }

    @BeforeEach
    void make() throws IOException {
        fifos = Fifos.open(Duration.ofSeconds(5), nanos::get);
        output = folder.resolve("output");
        input = folder.resolve("input");
        Fifos.make(output);
        Fifos.make(input);
    }

    @AfterEach
    void close() {
        fifos.close();
    }

    private Fifos.Pair pair() throws IOException {
        return fifos.open(output, input, ROOM, heard);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void write(String text) throws IOException {
        try (var stream = new FileOutputStream(output.toFile())) {
            stream.write(bytes(text));
        }
    }

    private static String read(FileInputStream stream, int count) throws IOException {
        return new String(stream.readNBytes(count), StandardCharsets.UTF_8);
    }

    @Test
    void a_fifo_belongs_to_its_owner_and_may_be_there_already() throws Exception {
        Fifos.make(output);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(output)))
                .isEqualTo("rw-------");
        var nowhere = folder.resolve("no").resolve("fifo");
        assertThatThrownBy(() -> Fifos.make(nowhere))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(nowhere.toString())
                .hasMessageContaining("no such file");
    }

    @Test
    void what_is_no_fifo_is_replaced_and_never_opened() throws Exception {
        var victim = Files.writeString(folder.resolve("victim"), "secret");
        Files.delete(output);
        Files.createSymbolicLink(output, victim);
        assertThatThrownBy(this::pair)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(output.toString())
                .hasMessageContaining("remove it");
        Files.delete(output);
        Files.writeString(output, "a file");
        assertThatThrownBy(this::pair).isInstanceOf(IOException.class);
        Files.delete(output);
        Files.createSymbolicLink(output, victim);
        Fifos.make(output);
        pair();
        write("one");
        await().atMost(LIMIT).until(() -> heard.text().equals("one"));
        assertThat(victim).hasContent("secret");
    }

    /** A reader that leaves is an edge, and so is one that only empties the FIFO. */
    @Test
    void costs_nothing_while_nobody_reads() throws Exception {
        pair();
        try (var reading = new FileInputStream(input.toFile())) {
            assertThat(reading.available()).isZero();
        }
        write("so that the thread has seen all of that");
        await().atMost(LIMIT).until(() -> heard.left.get() == 1);
        long before = processorNanos();
        Thread.sleep(500);
        assertThat(processorNanos() - before).isLessThan(100_000_000);
    }

    private static long processorNanos() {
        var threads = ManagementFactory.getThreadMXBean();
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().equals("fifos"))
                .mapToLong(each -> threads.getThreadCpuTime(each.threadId()))
                .sum();
    }

    @Test
    void many_pairs_share_the_room_of_all() throws Exception {
        var alone = filled(fifos.open(output, input, Fifos.ROOM_OF_ALL, heard));
        assertThat(alone).isGreaterThan(100);
        for (int i = 0; i < 15; i++) {
            var more = folder.resolve("more" + i);
            Fifos.make(more);
            fifos.open(more, input, Fifos.ROOM_OF_ALL, heard);
        }
        write("so that the thread has seen all of that");
        await().atMost(LIMIT).until(() -> heard.left.get() > 0);
        var other = folder.resolve("other");
        Fifos.make(other);
        assertThat(filled(fifos.open(other, input, Fifos.ROOM_OF_ALL, heard)))
                .isBetween(alone / 20, alone / 14);
    }

    /** Says how many messages it has room for. */
    private static int filled(Fifos.Pair pair) {
        int sent = 0;
        while (pair.send(new byte[100_000]) && sent < 1_000) {
            sent++;
        }
        return sent;
    }

    @Test
    void long_messages_of_all_pairs_are_bounded_together_and_who_waited_is_told_of_room()
            throws Exception {
        var message = new byte[Fifos.LONG_OF_ALL / 4 - 64];
        for (int i = 0; i < 4; i++) {
            assertThat(pair("long" + i, new Heard()).send(message)).isTrue();
        }
        var late = pair("late", heard);
        assertThat(late.send(message)).isFalse();
        assertThat(late.isCrowded()).isTrue();
        assertThat(pair("short", new Heard()).send(new byte[500])).isTrue();
        try (var reading = new FileInputStream(folder.resolve("long0-in").toFile())) {
            assertThat(reading.readNBytes(message.length)).hasSize(message.length);
        }
        await().atMost(LIMIT).until(() -> heard.roomy.get() == 1);
        assertThat(late.isCrowded()).isFalse();
        assertThat(late.send(message)).isTrue();
        assertThat(late.send(message)).isFalse();
    }

    /** It has read the beginning, and goes on after others have had the room. */
    @Test
    void a_long_message_that_is_not_read_is_given_up_for_others_and_ends_as_none()
            throws Exception {
        var message = new byte[Fifos.LONG_OF_ALL - 64];
        var stalled = pair("stalled", heard);
        assertThat(stalled.send(message)).isTrue();
        var other = new Heard();
        var late = pair("late", other);
        try (var reading = new FileInputStream(folder.resolve("stalled-in").toFile())) {
            assertThat(reading.readNBytes(1_000)).containsOnly(0);
            assertThat(late.send(message)).isFalse();
            awaitWhileTimePasses(() -> other.roomy.get() == 1);
            assertThat(heard.gaveUp).containsExactly(message);
            assertThat(late.send(message)).isTrue();
            assertThat(stalled.send(bytes("next"))).isFalse();
            var rest = reading.readNBytes(message.length - 1_000);
            assertThat(rest).hasSize(message.length - 1_000).endsWith(0xff, 0xff);
            int given = 0;
            while (rest[given] == 0) {
                given++;
            }
            assertThat(Arrays.copyOfRange(rest, given, rest.length)).containsOnly(0xff);
            await().atMost(LIMIT).until(() -> heard.roomy.get() == 1);
            assertThat(stalled.send(bytes("next"))).isTrue();
            assertThat(read(reading, 4)).isEqualTo("next");
        }
        assertThat(heard.dropped).hasValue(0);
    }

    @Test
    void who_left_something_unread_gets_no_room_of_others_before_that_is_read() throws Exception {
        var message = new byte[Fifos.LONG_OF_ALL - 64];
        var stalled = pair("stalled", heard);
        try (var reading = new FileInputStream(folder.resolve("stalled-in").toFile())) {
            assertThat(stalled.send(bytes("unread"))).isTrue();
            await().atMost(LIMIT).until(() -> reading.available() > 0);
            assertThat(stalled.send(message)).isTrue();
            var other = new Heard();
            var late = pair("late", other);
            assertThat(late.send(message)).isFalse();
            awaitWhileTimePasses(() -> other.roomy.get() == 1);
            assertThat(heard.gaveUp).containsExactly(message);
            late.close();
            assertThat(stalled.send(message)).isFalse();
            assertThat(stalled.isCrowded()).isTrue();
            assertThat(read(reading, 6)).isEqualTo("unread");
            await().atMost(LIMIT).until(() -> heard.roomy.get() == 1);
            assertThat(stalled.send(message)).isTrue();
            assertThat(reading.readNBytes(message.length)).isEqualTo(message);
        }
    }

    @Test
    void half_of_what_was_given_up_is_not_for_the_next_reader() throws Exception {
        var message = new byte[Fifos.LONG_OF_ALL - 64];
        var stalled = pair("stalled", heard);
        stalled.send(message);
        var other = new Heard();
        try (var reading = new FileInputStream(folder.resolve("stalled-in").toFile())) {
            assertThat(reading.readNBytes(1_000)).containsOnly(0);
            assertThat(pair("late", other).send(message)).isFalse();
            awaitWhileTimePasses(() -> heard.gaveUp.size() == 1);
        }
        await().atMost(LIMIT).until(() -> heard.roomy.get() == 1);
        stalled.send(bytes("whole"));
        try (var reading = new FileInputStream(folder.resolve("stalled-in").toFile())) {
            assertThat(read(reading, 5)).isEqualTo("whole");
        }
    }

    @Test
    void who_reads_on_keeps_its_room_though_others_want_it() throws Exception {
        var message = new byte[Fifos.LONG_OF_ALL - 64];
        pair("slow", heard).send(message);
        var other = new Heard();
        var late = pair("late", other);
        try (var reading = new FileInputStream(folder.resolve("slow-in").toFile())) {
            assertThat(late.send(message)).isFalse();
            for (int second = 0; second < 20; second++) {
                assertThat(reading.readNBytes(200_000)).containsOnly(0);
                nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            }
            assertThat(heard.gaveUp).isEmpty();
            awaitWhileTimePasses(() -> heard.gaveUp.size() == 1); // not for ever
        }
        await().atMost(LIMIT).until(() -> other.roomy.get() == 1);
    }

    /** A quarter of the room each: one is read, and only one of the others is called. */
    @Test
    void those_who_wait_for_room_are_called_in_the_order_in_which_they_came() throws Exception {
        var message = new byte[Fifos.LONG_OF_ALL / 4 - 64];
        for (int i = 0; i < 4; i++) {
            assertThat(pair("long" + i, new Heard()).send(message)).isTrue();
        }
        var waiting = new Heard[] {new Heard(), new Heard(), new Heard()};
        var pairs = new Fifos.Pair[waiting.length];
        for (int i = 0; i < waiting.length; i++) {
            pairs[i] = pair("late" + i, waiting[i]);
            assertThat(pairs[i].send(message)).isFalse();
        }
        for (int i = 0; i < waiting.length; i++) {
            int turn = i;
            try (var reading = new FileInputStream(folder.resolve("long" + i + "-in").toFile())) {
                assertThat(reading.readNBytes(message.length)).hasSize(message.length);
            }
            await().atMost(LIMIT).until(() -> waiting[turn].roomy.get() == 1);
            for (int later = i + 1; later < waiting.length; later++) {
                assertThat(waiting[later].roomy).hasValue(0);
                assertThat(pairs[later].send(message)).isFalse();
            }
            assertThat(pairs[i].send(message)).isTrue();
        }
    }

    @Test
    void who_was_called_and_does_not_come_holds_nobody_up() throws Exception {
        var message = new byte[Fifos.LONG_OF_ALL - 64];
        pair("first", new Heard()).send(message);
        var ghost = new Heard();
        assertThat(pair("ghost", ghost).send(message)).isFalse();
        var late = pair("late", heard);
        assertThat(late.send(message)).isFalse();
        try (var reading = new FileInputStream(folder.resolve("first-in").toFile())) {
            assertThat(reading.readNBytes(message.length)).hasSize(message.length);
        }
        awaitWhileTimePasses(() -> heard.roomy.get() == 1);
        assertThat(ghost.roomy).hasValue(1);
        assertThat(late.send(message)).isTrue();
    }

    private void awaitWhileTimePasses(BooleanSupplier condition) {
        await().atMost(LIMIT)
                .until(() -> {
                    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
                    return condition.getAsBoolean();
                });
    }

    private Fifos.Pair pair(String name, Heard listener) throws IOException {
        var toRead = folder.resolve(name + "-out");
        var toWrite = folder.resolve(name + "-in");
        Fifos.make(toRead);
        Fifos.make(toWrite);
        return fifos.open(toRead, toWrite, 1_000, listener);
    }

    @Test
    void small_messages_are_bounded_as_well() throws Exception {
        var pair = pair();
        int sent = 0;
        while (pair.send(new byte[] {1}) && sent <= ROOM) {
            sent++;
        }
        assertThat(sent).isLessThan(ROOM / 16);
    }

    @Test
    void what_an_application_writes_is_read_and_its_leaving_is_seen() throws Exception {
        pair();
        write("one ");
        await().atMost(LIMIT).until(() -> heard.left.get() == 1);
        write("two");
        await().atMost(LIMIT).until(() -> heard.left.get() == 2);
        assertThat(heard.text()).isEqualTo("one two");
    }

    @Test
    void that_nobody_has_opened_it_is_seen() throws Exception {
        var lefts = new AtomicInteger();
        fifos.open(
                output,
                input,
                ROOM,
                new Heard() {
                    @Override
                    public void writersLeft() {
                        lefts.incrementAndGet();
                    }
                });
        await().atMost(LIMIT).until(() -> lefts.get() == 1);
        write("one");
        await().atMost(LIMIT).until(() -> lefts.get() == 2);
    }

    @Test
    void that_nobody_has_opened_it_is_not_said_while_somebody_has() throws Exception {
        var order = new ConcurrentLinkedQueue<String>();
        pair();
        try (var stream = new FileOutputStream(output.toFile())) {
            fifos.open(
                    output,
                    input,
                    ROOM,
                    new Heard() {
                        @Override
                        public boolean read(byte[] read) {
                            order.add("read");
                            return true;
                        }

                        @Override
                        public void writersLeft() {
                            order.add("left");
                        }
                    });
            while (order.isEmpty()) { // the other pair may be faster
                stream.write(bytes("x"));
            }
        }
        await().atMost(LIMIT).until(() -> order.contains("left"));
        assertThat(order).startsWith("read");
    }

    /** Published SDKs open both so, and wait in open() until the other end is there. */
    @Test
    void nobody_waits_to_open_either_end() throws Exception {
        var pair = pair();
        try (var writing = new FileOutputStream(output.toFile());
                var reading = new FileInputStream(input.toFile())) {
            writing.write(bytes("ask"));
            await().atMost(LIMIT).until(() -> heard.text().equals("ask"));
            pair.send(bytes("answer"));
            assertThat(read(reading, 6)).isEqualTo("answer");
            pair.send(bytes("event")); // the end to write stays open between messages
            assertThat(read(reading, 5)).isEqualTo("event");
        }
    }

    @Test
    void a_message_waits_for_somebody_who_reads() throws Exception {
        var pair = pair();
        assertThat(pair.send(bytes("early"))).isTrue();
        try (var reading = new FileInputStream(input.toFile())) {
            assertThat(read(reading, 5)).isEqualTo("early");
        }
        assertThat(heard.dropped).hasValue(0);
    }

    @Test
    void a_message_that_nobody_reads_is_dropped_in_the_end_and_later_ones_are_not()
            throws Exception {
        var pair = pair();
        pair.send(bytes("lost"));
        await().atMost(LIMIT)
                .until(() -> {
                    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
                    return heard.dropped.get() == 1;
                });
        pair.send(bytes("later"));
        try (var reading = new FileInputStream(input.toFile())) {
            assertThat(read(reading, 5)).isEqualTo("later");
        }
    }

    @Test
    void a_reader_that_comes_after_messages_were_dropped_is_noticed_once() throws Exception {
        var pair = pair();
        pair.send(bytes("lost"));
        await().atMost(LIMIT)
                .until(() -> {
                    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
                    return heard.dropped.get() == 1;
                });
        assertThat(heard.came).hasValue(0);
        try (var reading = new FileInputStream(input.toFile())) {
            await().atMost(LIMIT).until(() -> heard.came.get() == 1);
            pair.send(bytes("made good"));
            assertThat(read(reading, 9)).isEqualTo("made good");
        }
        pair.send(bytes("x"));
        write("so that the thread has seen all of that");
        await().atMost(LIMIT).until(() -> heard.left.get() == 1);
        assertThat(heard.came).hasValue(1);
    }

    @Test
    void a_pair_that_fails_is_closed_and_says_so_once() throws Exception {
        var pair =
                FifoPair.open(
                        output,
                        input,
                        new Unwritten(() -> ROOM, new LongRoom(ROOM, nanos::get)),
                        heard,
                        Duration.ofSeconds(5),
                        nanos::get);
        SystemCalls.close(pair.readEnd());
        pair.work();
        assertThat(pair.isClosed()).isTrue();
        assertThat(heard.failed).hasValue(1);
        pair.work();
        assertThat(heard.failed).hasValue(1);
        assertThat(pair.offer(bytes("late"))).isFalse();
    }

    @Test
    void a_reader_that_stalls_costs_no_more_than_the_room_and_gets_all_in_order() throws Exception {
        var pair = pair();
        var message = new byte[100_000]; // more than a pipe holds
        try (var reading = new FileInputStream(input.toFile())) {
            int sent = 0;
            for (; sent < 1_000; sent++) {
                Arrays.fill(message, (byte) sent);
                if (!pair.send(message.clone())) {
                    break;
                }
            }
            assertThat(sent).isBetween(10, 12);
            assertThat(pair.isCrowded()).isTrue();
            assertThat(heard.roomy).hasValue(0);
            for (int i = 0; i < sent; i++) {
                Arrays.fill(message, (byte) i);
                assertThat(reading.readNBytes(message.length)).isEqualTo(message);
            }
            assertThat(pair.send(message)).isTrue();
            await().atMost(LIMIT).until(() -> heard.roomy.get() == 1);
            assertThat(pair.isCrowded()).isFalse();
        }
    }

    @Test
    void one_message_at_a_time_is_in_the_fifo() throws Exception {
        var pair = pair();
        try (var reading = new FileInputStream(input.toFile())) {
            pair.send(bytes("one"));
            pair.send(bytes("two"));
            assertThat(read(reading, 1)).isEqualTo("o");
            assertThat(reading.available()).isEqualTo(2);
            assertThat(read(reading, 2)).isEqualTo("ne");
            assertThat(read(reading, 3)).isEqualTo("two");
        }
    }

    @Test
    void the_next_reader_gets_no_half_message() throws Exception {
        var pair = pair();
        var big = new byte[200_000];
        Arrays.fill(big, (byte) 'x');
        try (var reading = new FileInputStream(input.toFile())) {
            pair.send(big);
            assertThat(read(reading, 1_000)).hasSize(1_000);
        } // gone in the middle of it
        await().atMost(LIMIT).until(() -> heard.dropped.get() == 1);
        pair.send(bytes("whole"));
        try (var reading = new FileInputStream(input.toFile())) {
            assertThat(read(reading, 5)).isEqualTo("whole");
        }
    }

    @Test
    void who_reads_is_shown_the_end_until_something_is_sent() throws Exception {
        var pair = pair();
        try (var reading = new FileInputStream(input.toFile())) {
            pair.send(bytes("one"));
            assertThat(read(reading, 3)).isEqualTo("one");
            pair.showEnd();
            assertThat(reading.read()).isEqualTo(-1);
            pair.send(bytes("two"));
            assertThat(readAfterEnd(reading, 3)).isEqualTo("two");
        }
        assertThat(heard.failed).hasValue(0);
    }

    @Test
    void the_end_is_not_shown_before_what_waits() throws Exception {
        var pair = pair();
        try (var reading = new FileInputStream(input.toFile())) {
            pair.send(new byte[200_000]);
            pair.showEnd();
            assertThat(reading.readNBytes(200_000)).hasSize(200_000);
            pair.send(bytes("two"));
            assertThat(read(reading, 3)).isEqualTo("two");
        }
    }

    @Test
    void who_opens_it_while_the_end_is_shown_does_not_wait_for_long() throws Exception {
        var pair = pair();
        pair.showEnd();
        write("so that the thread has seen that");
        await().atMost(LIMIT).until(() -> heard.left.get() == 1);
        var opened = new AtomicInteger();
        var opener =
                Thread.ofPlatform()
                        .daemon()
                        .start(() -> {
                            try (var _ = new FileInputStream(input.toFile())) {
                                opened.incrementAndGet();
                            } catch (IOException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        awaitWhileTimePasses(() -> opened.get() == 1);
        opener.join();
        pair.send(bytes("later"));
        try (var reading = new FileInputStream(input.toFile())) {
            assertThat(read(reading, 5)).isEqualTo("later");
        }
    }

    @Test
    void a_pair_may_be_closed_while_the_end_is_shown() throws Exception {
        var first = pair();
        first.showEnd();
        first.close();
        var second = fifos.open(output, input, ROOM, heard);
        second.send(bytes("next"));
        try (var reading = new FileInputStream(input.toFile())) {
            assertThat(read(reading, 4)).isEqualTo("next");
        }
        assertThat(heard.failed).hasValue(0);
    }

    /** The end is seen as long as nobody writes. */
    private static String readAfterEnd(FileInputStream stream, int count) {
        var text = new StringBuilder();
        await().atMost(LIMIT)
                .until(() -> {
                    text.append(read(stream, count - text.length()));
                    return text.length() == count;
                });
        return text.toString();
    }

    @Test
    void what_a_reader_left_unread_is_not_for_the_next() throws Exception {
        var pair = pair();
        var first = new FileInputStream(input.toFile());
        pair.send(bytes("1 stale"));
        assertThat(read(first, 1)).isEqualTo("1"); // so all of it is in the pipe
        first.close();
        // the end of the first is seen before this is asked for, since both go through one thread
        try (var writing = new FileOutputStream(output.toFile())) {
            writing.write(bytes("hello"));
        }
        await().atMost(LIMIT).until(() -> heard.left.get() == 1);
        pair.send(bytes("2"));
        try (var reading = new FileInputStream(input.toFile())) {
            assertThat(read(reading, 1)).isEqualTo("2");
        }
    }

    @Test
    void who_writes_too_much_waits_while_reading_pauses() throws Exception {
        var pair = pair();
        pair.pause();
        var written = new AtomicInteger();
        var writer =
                Thread.ofPlatform()
                        .daemon()
                        .start(() -> {
                            try (var stream = new FileOutputStream(output.toFile())) {
                                for (int i = 0; i < 300; i++) {
                                    stream.write(new byte[1_000]);
                                    written.incrementAndGet();
                                }
                            } catch (IOException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        await().atMost(LIMIT)
                .until(() -> writer.getState() == Thread.State.RUNNABLE && written.get() >= 60);
        pair.send(bytes("the thread goes on with others"));
        assertThat(heard.text()).isEmpty();
        pair.resume();
        await().atMost(LIMIT).until(() -> heard.left.get() == 1);
        assertThat(heard.text()).hasSize(300_000);
    }

    @Test
    void a_listener_that_has_enough_hears_no_more_until_it_says_so() throws Exception {
        heard.slow = true;
        var pair = pair();
        try (var stream = new FileOutputStream(output.toFile())) {
            stream.write(bytes("one"));
            await().atMost(LIMIT).until(() -> heard.text().equals("one"));
            stream.write(bytes(" two"));
            pair.send(bytes("the thread goes on with others"));
            assertThat(heard.text()).isEqualTo("one");
            pair.resume();
            await().atMost(LIMIT).until(() -> heard.text().equals("one two"));
        }
    }

    @Test
    void a_pair_that_was_closed_is_silent_and_others_go_on() throws Exception {
        var first = pair();
        var other = new Heard();
        var otherOutput = folder.resolve("output2");
        var otherInput = folder.resolve("input2");
        Fifos.make(otherOutput);
        Fifos.make(otherInput);
        fifos.open(otherOutput, otherInput, ROOM, other);
        first.close();
        assertThat(first.send(bytes("x"))).isFalse();
        try (var stream = new FileOutputStream(otherOutput.toFile())) {
            stream.write(bytes("on"));
        }
        await().atMost(LIMIT).until(() -> other.text().equals("on"));
        assertThat(heard.text()).isEmpty();
    }
}
