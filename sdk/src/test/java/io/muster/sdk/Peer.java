package io.muster.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.sdk.proto.ControlProto.ConnectionClosed;
import io.muster.sdk.proto.ControlProto.ControlInterfaceAccepted;
import io.muster.sdk.proto.ControlProto.FromAnkaios;
import io.muster.sdk.proto.ControlProto.Hello;
import io.muster.sdk.proto.ControlProto.ServerConnection;
import io.muster.sdk.proto.ControlProto.ToAnkaios;
import io.muster.sdk.proto.RequestProto.Request;
import io.muster.sdk.proto.RequestProto.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The agent's side of two FIFOs: holds both ends open, hears what is said, and says what a test
 * wants.
 */
final class Peer implements AutoCloseable {
    private final FileChannel fromProgram;
    private final FileChannel toProgram;
    private final OutputStream voice;
    private final Thread ear = Thread.ofPlatform().daemon().name("peer").unstarted(this::listen);
    private final LinkedBlockingQueue<ToAnkaios> heard = new LinkedBlockingQueue<>();

    Peer(Path folder) throws IOException {
        // Both ends at once: opening does not wait, and what is said early is not lost.
        fromProgram = openBoth(folder.resolve("output"));
        toProgram = openBoth(folder.resolve("input"));
        voice = Channels.newOutputStream(toProgram);
        ear.start();
    }

    private static FileChannel openBoth(Path fifo) throws IOException {
        return FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    static Path makeFifos(Path folder) throws IOException, InterruptedException {
        var mkfifo =
                new ProcessBuilder(
                                "mkfifo",
                                folder.resolve("input").toString(),
                                folder.resolve("output").toString())
                        .inheritIO()
                        .start();
        assertThat(mkfifo.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(mkfifo.exitValue()).isZero();
        return folder;
    }

    private void listen() {
        var stream = Channels.newInputStream(fromProgram);
        try {
            while (true) {
                heard.add(ToAnkaios.parseDelimitedFrom(stream));
            }
        } catch (ClosedChannelException e) {
            return; // this agent has ended
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ToAnkaios hear() throws InterruptedException {
        return Objects.requireNonNull(
                heard.poll(10, TimeUnit.SECONDS), "the program has said nothing");
    }

    Hello hearHello() throws InterruptedException {
        var message = hear();
        assertThat(message.hasHello()).as(message.toString()).isTrue();
        return message.getHello();
    }

    Request hearRequest() throws InterruptedException {
        var message = hear();
        assertThat(message.hasRequest()).as(message.toString()).isTrue();
        return message.getRequest();
    }

    boolean hasHeardNothingMore() {
        return heard.isEmpty();
    }

    /** Hears a Hello, and accepts it. */
    Peer greet() throws Exception {
        hearHello();
        accept();
        return this;
    }

    void accept() throws IOException {
        tell(
                FromAnkaios.newBuilder()
                        .setControlInterfaceAccepted(
                                ControlInterfaceAccepted.getDefaultInstance()));
    }

    void refuse(String reason) throws IOException {
        tell(
                FromAnkaios.newBuilder()
                        .setConnectionClosed(ConnectionClosed.newBuilder().setReason(reason)));
    }

    void server(boolean connected) throws IOException {
        tell(
                FromAnkaios.newBuilder()
                        .setServerConnection(
                                ServerConnection.newBuilder().setConnected(connected)));
    }

    void answer(Request request, Response.Builder response) throws IOException {
        tell(FromAnkaios.newBuilder().setResponse(response.setRequestId(request.getRequestId())));
    }

    void tell(FromAnkaios.Builder message) throws IOException {
        message.build().writeDelimitedTo(voice);
    }

    /** Gives up a message in the middle, as an agent does. */
    void tellHalf(FromAnkaios.Builder message) throws IOException {
        var framed = new ByteArrayOutputStream();
        message.build().writeDelimitedTo(framed);
        var bytes = framed.toByteArray();
        Arrays.fill(bytes, bytes.length / 2, bytes.length, (byte) 0xff);
        voice.write(bytes);
    }

    /** Ends, as an agent does: nobody holds the other ends any more. */
    @Override
    public void close() throws IOException {
        fromProgram.close();
        toProgram.close();
    }
}
