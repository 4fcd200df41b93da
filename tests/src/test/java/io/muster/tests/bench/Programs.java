package io.muster.tests.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The real programs of this repository: a server, an agent called {@code bench}, and the CLI. */
final class Programs {
    static final String AGENT = "bench";

    private static final int ATTEMPTS = 100;

    private final Path repository;
    private final Path folder;
    private final Map<String, String> ofServer;
    private final int port;

    Programs(Path repository, Path folder) throws IOException {
        this(repository, folder, Map.of());
    }

    /** Those of which the server gets these variables, too. */
    Programs(Path repository, Path folder, Map<String, String> ofServer) throws IOException {
        this.ofServer = Map.copyOf(ofServer);
        this.repository = repository;
        this.folder = folder;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = socket.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    Process server(String... more) throws IOException {
        var words =
                words(
                        "muster-server",
                        "--insecure",
                        "--address",
                        "127.0.0.1:" + port,
                        "--state-dir",
                        folder.resolve("server").toString());
        words.addAll(List.of(more));
        return Run.start(words, folder.resolve("server.log"), ofServer);
    }

    Process agent() throws IOException {
        return Run.start(
                words(
                        "muster-agent",
                        "--insecure",
                        "--name",
                        AGENT,
                        "--server-url",
                        "mqtt://127.0.0.1:" + port,
                        "--run-folder",
                        folder.toString(),
                        "--state-dir",
                        folder.resolve("agent").toString()),
                folder.resolve("agent.log"));
    }

    /** The broker alone, at this port. */
    Process broker() throws IOException {
        return Run.start(
                words("muster-broker", "--insecure", "--address", "127.0.0.1:" + port),
                folder.resolve("broker.log"));
    }

    /** A server whose broker is reached at this port. */
    Process serverAt(int brokerPort, Path state) throws IOException {
        return Run.start(
                words(
                        "muster-server",
                        "--insecure",
                        "--broker",
                        "mqtt://127.0.0.1:" + brokerPort,
                        "--state-dir",
                        state.toString()),
                folder.resolve("server.log"));
    }

    /** An agent whose broker is reached at this port. */
    Process agentAt(int brokerPort, String name, Path state) throws IOException {
        return Run.start(
                words(
                        "muster-agent",
                        "--insecure",
                        "--name",
                        name,
                        "--server-url",
                        "mqtt://127.0.0.1:" + brokerPort,
                        "--runtimes",
                        "native",
                        "--run-folder",
                        folder.toString(),
                        "--state-dir",
                        state.toString()),
                folder.resolve(name + ".log"));
    }

    /** Waits until a user gets an answer. */
    void awaitAnswer() throws IOException, InterruptedException {
        for (int i = 0; i < ATTEMPTS; i++) {
            if (Run.run(muster("get", "workloads")).exit() == 0) {
                return;
            }
        }
        throw new IOException("the server does not answer: " + log("server.log"));
    }

    void awaitAgent() throws IOException, InterruptedException {
        for (int i = 0; i < ATTEMPTS; i++) {
            if (Run.run(muster("get", "agents")).output().contains(AGENT)) {
                return;
            }
        }
        throw new IOException("the agent does not appear: " + log("agent.log"));
    }

    private String log(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    List<String> muster(String... arguments) {
        var words = words("muster", "--insecure", "--server-url", "mqtt://127.0.0.1:" + port);
        words.addAll(List.of(arguments));
        return words;
    }

    private List<String> words(String program, String... arguments) {
        var words = new ArrayList<String>();
        words.add(repository.resolve("bin").resolve(program).toString());
        words.addAll(List.of(arguments));
        return words;
    }
}
