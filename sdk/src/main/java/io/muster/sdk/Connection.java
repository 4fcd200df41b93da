package io.muster.sdk;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Carries a {@link Conversation} over the FIFOs of a folder, opened anew for each agent.
 *
 * <p>Two daemon threads: one opens the FIFOs and reads, since both wait in the kernel, and one
 * writes.
 */
final class Connection implements AutoCloseable {
    /** Either thread is out at once, unless the folder was removed while it opened a FIFO. */
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final Path folder;
    private final Conversation conversation;
    private final Thread reader = daemon("muster-reader", this::listen);
    private final Thread writer = daemon("muster-writer", this::speak);
    private Optional<Line> current = Optional.empty(); // guarded by this

    Connection(Path folder, Conversation conversation) {
        this.folder = folder;
        this.conversation = conversation;
    }

    private Thread daemon(String name, Runnable task) {
        return Thread.ofPlatform()
                .daemon()
                .name(name)
                .unstarted(() -> {
                    try {
                        task.run();
                    } finally { // without it, who waits would never hear of a fault
                        conversation.end(
                                "the thread %s has failed, and printed why; report it, and connect again"
                                        .formatted(name));
                    }
                });
    }

    void start() {
        reader.start();
        writer.start();
    }

    // What the reading thread does.

    private void listen() {
        for (var line = nextLine(); line.isPresent(); line = nextLine()) {
            var why = session(line.get());
            try {
                line.get().release();
            } catch (IOException e) {
                why += " They cannot be closed either: " + e.getMessage() + ".";
            }
            conversation.over(why);
            conversation.pause();
        }
    }

    /** Whoever closes ends the conversation first, so that it finds the last line here. */
    private synchronized Optional<Line> nextLine() {
        if (conversation.hasEnded()) {
            return Optional.empty();
        }
        current = Optional.of(new Line(folder));
        return current;
    }

    /** Returns why it is over. */
    private String session(Line line) {
        try {
            line.openOutput();
            conversation.facing(line);
            line.openInput();
            while (true) {
                var message = line.read();
                if (message.isEmpty()) {
                    return "The agent closed the FIFOs, as it does when it ends.";
                }
                var closed = conversation.hear(message.get());
                if (closed.isPresent()) {
                    return "The agent closed the control interface: " + closed.get() + ".";
                }
            }
        } catch (NoSuchFileException e) {
            return e.getFile() + " is gone.";
        } catch (ClosedChannelException e) {
            return "The agent does not read any more."; // the writer found out, and hung up
        } catch (IOException e) {
            return "The FIFOs cannot be used: " + e.getMessage() + ".";
        }
    }

    // What the writing thread does.

    private void speak() {
        for (var turn = conversation.nextTurn(); turn.isPresent(); turn = conversation.nextTurn()) {
            var line = turn.get().line();
            if (turn.get().message().isEmpty()) {
                line.close();
                continue;
            }
            try {
                line.write(turn.get().message().get());
            } catch (IOException e) {
                line.close(); // the reading thread says what comes of that
            }
        }
    }

    /** Ends everything; who waits is told. Safe to repeat. */
    @Override
    public void close() {
        conversation.end("the connection was closed by this program; connect again");
        Optional<Line> last;
        synchronized (this) {
            last = current;
        }
        last.ifPresent(Line::close);
        try {
            reader.join(FAREWELL);
            writer.join(FAREWELL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
