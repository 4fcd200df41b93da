package io.muster.tests.system;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.muster.api.codec.ControlCodec;
import io.muster.api.codec.MalformedMessage;
import io.muster.api.control.FromWorkload;
import io.muster.api.control.ToWorkload;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.testkit.podman.PodmanHome;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A workload's end of a control interface: talks to its agent over the two FIFOs of a folder. */
final class Talker implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    /** Where every container has it. */
    static final String DOOR = "/run/ankaios/control_interface";

    private final OutputStream output;
    private final InputStream input;
    private final Runnable afterwards;

    /** What was heard; empty at the end of the stream. */
    private final BlockingQueue<Optional<ToWorkload>> heard = new LinkedBlockingQueue<>();

    private int ids;

    /** Opens both, as the published clients do: that to write first. */
    Talker(Path folder) throws IOException {
        this(
                new FileOutputStream(folder.resolve("output").toFile(), true),
                new FileInputStream(folder.resolve("input").toFile()),
                () -> {});
    }

    private Talker(OutputStream output, InputStream input, Runnable afterwards) {
        this.output = output;
        this.input = input;
        this.afterwards = afterwards;
        Thread.ofPlatform().daemon().name("talker").start(this::listen);
    }

    /** Talks from inside a container, over what is mounted there: programs in it pass all on. */
    static Talker inside(PodmanHome home, String container) throws IOException {
        var builder =
                new ProcessBuilder(
                                "podman",
                                "exec",
                                "--interactive",
                                container,
                                "/bin/sh",
                                "-c",
                                "cat <%1$s/input & its=$!; cat >%1$s/output; kill $its"
                                        .formatted(DOOR))
                        .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(home.environment());
        var process = builder.start();
        return new Talker(
                process.getOutputStream(), process.getInputStream(), process::destroyForcibly);
    }

    private void listen() {
        try {
            for (int first = input.read(); first >= 0; first = input.read()) {
                int length = CodedInputStream.readRawVarint32(first, input);
                heard.add(Optional.of(ControlCodec.decodeToWorkload(input.readNBytes(length))));
            }
        } catch (IOException | MalformedMessage e) {
            // told as the end
        }
        heard.add(Optional.empty());
    }

    void say(FromWorkload said) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var coded = CodedOutputStream.newInstance(bytes);
        coded.writeByteArrayNoTag(ControlCodec.encode(said));
        coded.flush();
        output.write(bytes.toByteArray());
        output.flush();
    }

    /** Says Hello, and is accepted. */
    Talker hello(boolean extended) throws IOException, InterruptedException {
        say(new FromWorkload.Hello("1.0.0", extended));
        for (var told = hear(); !(told instanceof ToWorkload.Accepted); told = hear()) {
            if (!(told instanceof ToWorkload.ServerConnection)) {
                throw new AssertionError("no acceptance but " + told);
            }
        }
        return this;
    }

    /** Returns what is heard next. */
    ToWorkload hear() throws InterruptedException {
        return next().orElseThrow(() -> new AssertionError("the agent has gone"));
    }

    /** Waits until the agent closes its end. */
    void awaitEnd() throws InterruptedException {
        while (next().isPresent()) {
            // whatever it said before
        }
    }

    private Optional<ToWorkload> next() throws InterruptedException {
        var next = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing is heard of the agent");
        }
        return next;
    }

    /** Asks, and returns the answer. */
    Response.Body ask(Request.Body body) throws IOException, InterruptedException {
        return ask("r" + ids++, body);
    }

    /** Asks under this id, and returns the first that is told under it and is no line of a log. */
    Response.Body ask(String id, Request.Body body) throws IOException, InterruptedException {
        say(new FromWorkload.Ask(new Request(id, body)));
        while (true) {
            if (hear() instanceof ToWorkload.Answer(var response)
                    && response.id().equals(id)
                    && !(response.body() instanceof Response.LogEntries)) {
                return response.body();
            }
        }
    }

    @Override
    public void close() throws IOException {
        output.close();
        input.close();
        afterwards.run();
    }
}
