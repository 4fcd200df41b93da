package io.muster.sdk;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.muster.sdk.proto.ControlProto.FromAnkaios;
import io.muster.sdk.proto.ControlProto.ToAnkaios;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The two FIFOs, opened once. One thread opens and reads, one writes, any may close.
 *
 * <p>Opening a FIFO waits in the kernel for the other side. {@link #close} opens that side itself
 * and holds it, so that nobody goes on waiting; {@link #release} lets go, once the reading thread
 * is out.
 */
final class Line {
    /** More than any agent tells at once. */
    private static final int LONGEST_MESSAGE = 64 << 20;

    private final Path input;
    private final Path output;
    private final List<Closeable> opened = new ArrayList<>(); // guarded by this
    private final List<IOException> failures = new ArrayList<>(); // guarded by this
    private boolean closed; // guarded by this
    private Optional<FileChannel> toAgent = Optional.empty(); // guarded by this
    private Optional<InputStream> fromAgent = Optional.empty(); // guarded by this

    Line(Path folder) {
        this.input = folder.resolve("input");
        this.output = folder.resolve("output");
    }

    /** Waits for an agent that reads. */
    void openOutput() throws IOException {
        var channel = open(output, StandardOpenOption.WRITE);
        synchronized (this) {
            toAgent = Optional.of(channel);
        }
    }

    /** Waits for an agent that writes. */
    void openInput() throws IOException {
        var stream = Channels.newInputStream(open(input, StandardOpenOption.READ));
        synchronized (this) {
            fromAgent = Optional.of(stream);
        }
    }

    private FileChannel open(Path path, StandardOpenOption access) throws IOException {
        if (!Files.readAttributes(path, BasicFileAttributes.class).isOther()) {
            throw new IOException(path + " is no FIFO");
        }
        var channel = FileChannel.open(path, access);
        synchronized (this) {
            if (!closed) {
                opened.add(channel);
                return channel;
            }
        }
        channel.close();
        throw new IOException(path + " was closed");
    }

    /**
     * Waits for the next message; nothing if the agent has closed its end. One that cannot be read
     * is an empty one: an agent that has given up a message fills it up with what is none.
     */
    Optional<FromAnkaios> read() throws IOException {
        InputStream stream;
        synchronized (this) {
            stream = fromAgent.orElseThrow();
        }
        int first = stream.read();
        if (first < 0) {
            return Optional.empty();
        }
        int length = CodedInputStream.readRawVarint32(first, stream);
        if (length < 0 || length > LONGEST_MESSAGE) {
            throw new IOException("the agent announces a message of %d bytes".formatted(length));
        }
        var content = stream.readNBytes(length);
        if (content.length < length) {
            return Optional.empty();
        }
        try {
            return Optional.of(FromAnkaios.parseFrom(content));
        } catch (InvalidProtocolBufferException e) {
            return Optional.of(FromAnkaios.getDefaultInstance());
        }
    }

    /** Waits until all of it is in the FIFO. */
    void write(ToAnkaios message) throws IOException {
        FileChannel channel;
        synchronized (this) {
            channel = toAgent.orElseThrow();
        }
        var framed = new ByteArrayOutputStream();
        message.writeDelimitedTo(framed);
        var rest = ByteBuffer.wrap(framed.toByteArray());
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
    }

    /** Whoever waits in here gets an exception or the end. */
    synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        var mine = List.copyOf(opened);
        opened.clear();
        for (var path : List.of(output, input)) {
            try { // opening both ends of a FIFO never waits
                opened.add(
                        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
            } catch (NoSuchFileException e) {
                // the folder is gone, and with it whoever could be waited for
            } catch (IOException e) {
                failures.add(e);
            }
        }
        closeAll(mine);
    }

    private void closeAll(List<Closeable> these) {
        for (var each : these) {
            try {
                each.close();
            } catch (IOException e) {
                failures.add(e);
            }
        }
    }

    /**
     * Lets go of everything. For the reading thread, at the end.
     *
     * @throws IOException for what has failed since it was opened, also in {@link #close}
     */
    synchronized void release() throws IOException {
        closed = true;
        closeAll(opened);
        opened.clear();
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
    }
}
