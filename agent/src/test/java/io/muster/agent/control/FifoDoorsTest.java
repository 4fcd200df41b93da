package io.muster.agent.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.agent.kernel.Fifos;
import io.muster.agent.runtime.ControlFolder;
import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real FIFOs. */
final class FifoDoorsTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final InstanceName WEB =
            InstanceName.of(new WorkloadName("web"), "config", "bow");

    @TempDir private Path folder;
    private Fifos fifos;
    private FifoDoors doors;

    private static final class Heard implements Fifos.Listener {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public boolean read(byte[] read) {
            bytes.writeBytes(read); // synchronized
            return false; // no more
        }

        @Override
        public void writersLeft() {}

        @Override
        public void dropped(int messages) {}

        @Override
        public void gaveUp(byte[] message) {}

        @Override
        public void readerCame() {}

        @Override
        public void failed() {}

        @Override
        public void roomy() {}

        String text() {
            return bytes.toString(UTF_8);
        }
    }

    @BeforeEach
    void build() throws IOException {
        fifos = Fifos.open(Duration.ofSeconds(5), System::nanoTime);
        doors = new FifoDoors(folder, fifos);
    }

    @AfterEach
    void tearDown() {
        fifos.close();
    }

    private FileOutputStream output() throws IOException {
        return new FileOutputStream(ControlFolder.of(folder, WEB).output().toFile());
    }

    @Test
    void what_a_program_said_that_has_ended_is_not_heard_of_the_next_one() throws Exception {
        var first = new Heard();
        var pair = doors.make(WEB, first);
        try (var program = output()) {
            program.write("one".getBytes(UTF_8));
            await().atMost(LIMIT).until(() -> first.text().equals("one"));
            program.write("unread".getBytes(UTF_8));
        }
        var second = new Heard();
        doors.make(WEB, second); // while the pair of the first is still open
        pair.close();
        try (var program = output()) {
            program.write("two".getBytes(UTF_8));
            await().atMost(LIMIT).until(() -> !second.text().isEmpty());
        }
        assertThat(second.text()).isEqualTo("two");
    }

    @Test
    void a_program_that_goes_on_is_heard_by_the_next_agent_on_the_same_fifos() throws Exception {
        var first = new Heard();
        doors.make(WEB, first);
        var second = new Heard();
        try (var program = output()) {
            program.write("one".getBytes(UTF_8));
            await().atMost(LIMIT).until(() -> first.text().equals("one"));
            doors.open(WEB, second);
            program.write("two".getBytes(UTF_8));
            await().atMost(LIMIT).until(() -> second.text().equals("two"));
        }
    }
}
