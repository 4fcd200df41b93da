package io.muster.tests.system;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A HiveMQ Community Edition as a child process, on a free port of the loopback interface, open to
 * everybody. Maven finds its libraries.
 */
final class HiveMq implements AutoCloseable {
    private static final Path KIT = House.repositoryFile("tests/brokers/hivemq-ce");
    private static final Duration START = Duration.ofMinutes(2);

    private final Process process;
    private final int port;

    private HiveMq(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts one.
     *
     * @param folder empty, for its files
     */
    static HiveMq start(Path folder) throws IOException, InterruptedException {
        int port = House.freePort();
        for (var each : List.of("conf", "data", "log", "extensions")) {
            Files.createDirectory(folder.resolve(each));
        }
        Files.writeString(
                folder.resolve("conf/config.xml"),
                """
                <?xml version="1.0"?>
                <hivemq>
                  <listeners>
                    <tcp-listener><port>%d</port><bind-address>127.0.0.1</bind-address></tcp-listener>
                  </listeners>
                  <persistence><mode>in-memory</mode></persistence>
                  <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
                </hivemq>
                """
                        .formatted(port));
        var log = folder.resolve("output");
        var words = new ArrayList<String>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (var each : List.of("java.lang", "java.nio", "sun.nio.ch", "jdk.internal.misc")) {
            words.add("--add-opens=java.base/" + each + "=ALL-UNNAMED");
        }
        words.addAll(
                List.of(
                        "-Xmx512m",
                        "-Dhivemq.home=" + folder,
                        "-cp",
                        classPath(folder),
                        KIT.resolve("OpenHiveMq.java").toString()));
        var process =
                new ProcessBuilder(words)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            await("the start of HiveMQ")
                    .atMost(START)
                    .failFast(() -> !process.isAlive())
                    .until(() -> Files.readString(log).contains("Started HiveMQ in"));
        } catch (RuntimeException e) {
            process.destroyForcibly();
            throw new IOException("HiveMQ did not start: " + Files.readString(log), e);
        }
        return new HiveMq(process, port);
    }

    private static String classPath(Path folder) throws IOException, InterruptedException {
        var file = folder.resolve("class-path");
        var maven =
                new ProcessBuilder(
                                "mvn",
                                "--batch-mode",
                                "--quiet",
                                "--file",
                                KIT.resolve("pom.xml").toString(),
                                "dependency:build-classpath",
                                "-Dmdep.outputFile=" + file)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("maven-output").toFile())
                        .start();
        if (!maven.waitFor(START.toSeconds(), TimeUnit.SECONDS) || maven.exitValue() != 0) {
            maven.destroyForcibly();
            throw new IOException(
                    "Maven did not find HiveMQ: "
                            + Files.readString(folder.resolve("maven-output")));
        }
        return Files.readString(file);
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
