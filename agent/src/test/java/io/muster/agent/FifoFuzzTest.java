package io.muster.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.agent.control.Doors;
import io.muster.agent.control.FakeDoors.Visitor;
import io.muster.agent.control.FifoDoors;
import io.muster.agent.control.Reading;
import io.muster.agent.kernel.Fifos;
import io.muster.agent.runtime.ControlFolder;
import io.muster.api.control.FromWorkload;
import io.muster.api.control.ToWorkload;
import io.muster.api.name.InstanceName;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.testkit.world.Seeds;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * As {@link ControlFuzzTest}, over real FIFOs: one process writes anything into the one, cut
 * anywhere, while another reads the other to its end, a part of it, or not at all. What they write
 * comes from the seed; when the kernel hands it over does not.
 */
final class FifoFuzzTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** How long a message waits for a reader: so short that some are dropped. */
    private static final Duration PATIENCE = Duration.ofMillis(100);

    @TempDir private Path folder;

    /** Real FIFOs whose news is heard on the thread of the test, in virtual time. */
    private static final class Pumped implements Doors {
        private final FifoDoors real;
        private final Queue<Runnable> news = new ConcurrentLinkedQueue<>();
        private final AtomicInteger bytesRead = new AtomicInteger();
        private final AtomicInteger lefts = new AtomicInteger();

        Pumped(FifoDoors real) {
            this.real = real;
        }

        @Override
        public Fifos.Pair make(InstanceName instance, Fifos.Listener listener) throws IOException {
            return real.make(instance, pumped(listener));
        }

        @Override
        public Fifos.Pair open(InstanceName instance, Fifos.Listener listener) throws IOException {
            return real.open(instance, pumped(listener));
        }

        @Override
        public void remove(InstanceName instance) throws IOException {
            real.remove(instance);
        }

        void pump() {
            for (var each = news.poll(); each != null; each = news.poll()) {
                each.run();
            }
        }

        private Fifos.Listener pumped(Fifos.Listener listener) {
            return new Fifos.Listener() {
                @Override
                public boolean read(byte[] bytes) {
                    news.add(() -> listener.read(bytes));
                    bytesRead.addAndGet(bytes.length);
                    return false; // as the agent's own does
                }

                @Override
                public void writersLeft() {
                    news.add(listener::writersLeft);
                    lefts.incrementAndGet();
                }

                @Override
                public void dropped(int messages) {
                    news.add(() -> listener.dropped(messages));
                }

                @Override
                public void gaveUp(byte[] message) {
                    news.add(() -> listener.gaveUp(message));
                }

                @Override
                public void readerCame() {
                    news.add(listener::readerCame);
                }

                @Override
                public void failed() {
                    news.add(listener::failed);
                }

                @Override
                public void roomy() {
                    news.add(listener::roomy);
                }
            };
        }
    }

    @Test
    void whatever_is_written_the_next_who_says_hello_is_heard() {
        var logs = new AtomicInteger();
        Seeds.check(
                25,
                seed -> {
                    try (var fifos = Fifos.open(PATIENCE, System::nanoTime)) {
                        logs.addAndGet(new Play(seed, folder.resolve("" + seed), fifos).play());
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
        assertThat(logs).hasPositiveValue();
    }

    /** One seed. */
    private static final class Play {
        private final Random random;
        private final Path folder;
        private final Pumped doors;
        private final Stage stage;
        private final InstanceName web;
        private final ControlFolder fifos;
        private int writtenBytes;
        private int mostLogs;

        Play(long seed, Path folder, Fifos fifos) throws IOException {
            this.random = new Random(seed);
            this.folder = Files.createDirectory(folder);
            this.doors = new Pumped(new FifoDoors(folder, fifos));
            this.stage = new Stage(seed);
            stage.agentDoors = doors;
            stage.start();
            ControlFuzzTest.prepare(stage);
            this.web = stage.resident("web").instance();
            this.fifos = ControlFolder.of(folder, web);
        }

        /** Returns how many logs were read at once. */
        int play() throws IOException {
            for (int program = 0; program < 3; program++) {
                scribble();
            }
            stage.world.run(Duration.ofSeconds(15)); // what was asked for is answered, or never
            honest();
            assertThat(stage.agent().openControlInterfaces()).isOne();
            until("nobody reads logs", () -> stage.agent().openLogs() == 0);
            return mostLogs;
        }

        private void scribble() throws IOException {
            var text = new ByteArrayOutputStream();
            if (random.nextInt(4) == 0) { // somebody who makes sense, and leaves too soon
                text.writeBytes(Visitor.bytes(new FromWorkload.Hello("1.0.0", false)));
                text.writeBytes(Visitor.bytes(ControlFuzzTest.reading(random, web)));
            } else {
                for (int i = random.nextInt(30); i >= 0; i--) {
                    text.writeBytes(ControlFuzzTest.something(random, web));
                }
            }
            var written = Files.write(folder.resolve("written"), text.toByteArray());
            var writer =
                    shell(
                            "dd if=%s of=%s bs=%d conv=notrunc status=none"
                                    .formatted(written, fifos.output(), 1 + random.nextInt(200)));
            var reader =
                    switch (random.nextInt(3)) {
                        case 0 -> shell("cat " + fifos.input());
                        case 1 ->
                                shell(
                                        "head -c %d %s"
                                                .formatted(random.nextInt(300), fifos.input()));
                        default -> shell("true");
                    };
            writtenBytes += text.size();
            until("all is taken", () -> doors.bytesRead.get() == writtenBytes);
            reader.destroyForcibly();
            until("both are gone", () -> !writer.isAlive() && !reader.isAlive());
            assertThat(writer.exitValue()).isZero();
            leave();
        }

        /** Until the agent has seen that both have gone, their halves of messages are not over. */
        private void leave() throws IOException {
            int before = doors.lefts.get();
            try (var output = new FileOutputStream(fifos.output().toFile())) {
                output.write(0); // an empty message
            }
            writtenBytes++;
            until(
                    "they have left",
                    () -> doors.bytesRead.get() == writtenBytes && doors.lefts.get() > before);
        }

        private static Process shell(String command) throws IOException {
            return new ProcessBuilder("sh", "-c", "exec " + command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        }

        /** Somebody who says what makes sense, and perhaps reads first what others were told. */
        private void honest() throws IOException {
            try (var output = new FileOutputStream(fifos.output().toFile());
                    var input = new FileInputStream(fifos.input().toFile())) {
                output.write(Visitor.bytes(new FromWorkload.Hello("1.0.0", false)));
                output.write(
                        Visitor.bytes(
                                new FromWorkload.Ask(new Request("mine", ControlFuzzTest.ALL))));
                var reading = new Reading();
                var told = new ArrayList<ToWorkload>();
                until(
                        "the answer",
                        () -> {
                            told.addAll(reading.take(input));
                            return !told.isEmpty() && isMine(told.getLast());
                        });
                assertThat(told).contains(new ToWorkload.Accepted());
            }
        }

        private static boolean isMine(ToWorkload told) {
            return told instanceof ToWorkload.Answer(var response)
                    && response.id().equals("mine")
                    && response.body() instanceof Response.StateAnswer;
        }

        private void until(String what, BooleanSupplier condition) {
            await(what)
                    .pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .atMost(LIMIT)
                    .until(() -> {
                        doors.pump();
                        stage.world.run(Duration.ofMillis(5));
                        mostLogs = Math.max(mostLogs, stage.agent().openLogs());
                        return condition.getAsBoolean();
                    });
        }
    }
}
