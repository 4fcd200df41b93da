package io.muster.broker;

import io.muster.api.program.ProgramFailure;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a line per message to a file, for those who look for a fault: time, client id, topic, QoS,
 * whether it was retained, whether it was a will, and how many bytes it has. What is in the message
 * is not written.
 *
 * <pre>
 * 2026-11-21T13:06:48.756Z muster/default/agent/a muster/v1/default/agent/a/load qos=1 retained=no will=no bytes=12
 * </pre>
 *
 * <p>When the file has {@link #MAX_BYTES}, it is renamed to end in {@code .1}, in place of a former
 * one, and a new one begins. If the disk is slower than the messages, a line that begins with
 * {@code #} says how many are missing.
 */
public final class MessageTrace implements MessageObserver, AutoCloseable {
    /** How large the file may become: 32 MiB. */
    public static final long MAX_BYTES = 32L * 1024 * 1024;

    private static final int MAX_WAITING = 10_000;
    private static final long CLOSE_SECONDS = 5;
    private static final String END = "";

    private static final Logger log = LoggerFactory.getLogger(MessageTrace.class);

    private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final AtomicLong missing = new AtomicLong();
    private final Path file;
    private final long maxBytes;
    private final InstantSource clock;
    private final Thread thread;
    private BufferedWriter writer;
    private long bytes;

    /**
     * Opens the file and goes on at its end.
     *
     * @throws ProgramFailure if it cannot be written to
     */
    public static MessageTrace open(Path file, InstantSource clock) throws ProgramFailure {
        return open(file, clock, MAX_BYTES);
    }

    static MessageTrace open(Path file, InstantSource clock, long maxBytes) throws ProgramFailure {
        try {
            var trace = new MessageTrace(file, clock, maxBytes);
            trace.thread.start();
            return trace;
        } catch (IOException e) {
            throw new ProgramFailure(
                    "--trace %s: cannot be written to (%s); name a file in a folder that exists and is yours"
                            .formatted(file, e),
                    e);
        }
    }

    private MessageTrace(Path file, InstantSource clock, long maxBytes) throws IOException {
        this.file = file;
        this.clock = clock;
        this.maxBytes = maxBytes;
        this.writer = writer();
        this.bytes = Files.size(file);
        this.thread = Thread.ofPlatform().name("muster-trace").daemon(true).unstarted(this::work);
    }

    private BufferedWriter writer() throws IOException {
        return Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Override
    public void published(ObservedMessage message) {
        var line =
                "%s %s %s qos=%d retained=%s will=%s bytes=%d\n"
                        .formatted(
                                clock.instant(),
                                message.clientId(),
                                message.topic(),
                                message.qos(),
                                message.retained() ? "yes" : "no",
                                message.will() ? "yes" : "no",
                                message.payload().size());
        if (!waiting.offer(line)) {
            missing.incrementAndGet();
        }
    }

    /** Writes what waits, some seconds at most. What is published afterwards is not written. */
    @Override
    public void close() {
        try {
            if (thread.isAlive() && waiting.offer(END, CLOSE_SECONDS, TimeUnit.SECONDS)) {
                thread.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        try (var _ = new Closing()) {
            var lines = new ArrayList<String>();
            do {
                lines.clear();
                lines.add(waiting.take());
                waiting.drainTo(lines);
                write(lines);
            } while (!lines.contains(END));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            log.atError()
                    .addKeyValue("file", file)
                    .setCause(e)
                    .log("the trace cannot be written and ends here");
        }
    }

    private void write(Iterable<String> lines) throws IOException {
        for (var line : lines) {
            append(line);
        }
        long lost = missing.getAndSet(0);
        if (lost > 0) {
            append("# %d messages are missing here: the disk was too slow\n".formatted(lost));
        }
        writer.flush(); // nobody else waits for it, and who follows the file sees whole lines
    }

    private void append(String line) throws IOException {
        if (bytes + line.length() > maxBytes) {
            writer.close();
            Files.move(
                    file,
                    file.resolveSibling(file.getFileName() + ".1"),
                    StandardCopyOption.REPLACE_EXISTING);
            writer = writer();
            bytes = 0;
        }
        writer.write(line);
        bytes += line.length(); // client ids and topics of Muster are ASCII
    }

    private final class Closing implements AutoCloseable {
        @Override
        public void close() throws IOException {
            writer.close();
        }
    }
}
