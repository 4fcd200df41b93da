package io.muster.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class MainTest {
    private static final Pattern LISTENING =
            Pattern.compile("INFO .*listening.* address=\"127\\.0\\.0\\.1:(\\d+)\"");

    @TempDir Path folder;

    private static Process start(Map<String, String> environment, String... arguments)
            throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "io.muster.broker.Main"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Ended run(String... arguments) throws IOException, InterruptedException {
        var process = start(Map.of(), arguments);
        var out = text(process.inputReader(StandardCharsets.UTF_8));
        var err = text(process.errorReader(StandardCharsets.UTF_8));
        return new Ended(process.waitFor(), out, err);
    }

    private static String text(BufferedReader reader) throws IOException {
        var text = new StringBuilder();
        for (var line = reader.readLine(); line != null; line = reader.readLine()) {
            text.append(line).append('\n');
        }
        return text.toString();
    }

    private record Ended(int code, String out, String err) {}

    @Test
    void says_its_name_and_version() throws IOException, InterruptedException {
        var ended = run("--version");
        assertThat(ended.code()).isZero();
        assertThat(ended.out()).startsWith("muster-broker 0.1.0");
    }

    @Test
    void does_not_start_without_tls_unless_told_that_this_is_known()
            throws IOException, InterruptedException {
        var ended = run("--address", "127.0.0.1:0");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).startsWith("error: there is no TLS").contains("--insecure");
    }

    @Test
    void fails_when_its_port_is_taken() throws IOException, InterruptedException {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var address = "127.0.0.1:" + other.getLocalPort();
            var ended = run("-k", "-a", address);
            assertThat(ended.code()).isEqualTo(1);
            assertThat(ended.err()).startsWith("error: " + address + ": the port is taken");
        }
    }

    @Test
    void is_misused_with_an_option_that_it_does_not_have()
            throws IOException, InterruptedException {
        var ended = run("-k", "--adress", "x");
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).contains("--adress").contains("muster-broker --help");
    }

    @Test
    void serves_traces_and_ends_with_0_when_asked_to_stop()
            throws IOException, InterruptedException {
        var trace = folder.resolve("trace");
        var config = folder.resolve("broker.conf");
        Files.writeString(
                config,
                """
                version = 'v1'
                address = '127.0.0.1:1'
                insecure = true
                trace = '%s'
                """
                        .formatted(trace));
        var process =
                start(
                        Map.of("MUSTER_BROKER_ADDRESS", "127.0.0.1:0"),
                        "--broker-config",
                        config.toString());
        try (var log = process.errorReader(StandardCharsets.UTF_8)) {
            int port = portOf(log);
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            try (var agent = RawClient.open(address)) {
                agent.connect("muster/default/agent/a", with -> with);
                agent.publish("muster/v1/default/agent/a/load", "12 percent");
                process.destroy();
                assertThat(agent.awaitEnd()).startsWith("0x8b");
            }
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            assertThat(Files.readString(trace))
                    .matches(
                            "\\S+Z muster/default/agent/a muster/v1/default/agent/a/load"
                                    + " qos=1 retained=no will=no bytes=10\n");
        } finally {
            process.destroyForcibly();
        }
    }

    private static int portOf(BufferedReader log) {
        try {
            for (var line = log.readLine(); line != null; line = log.readLine()) {
                var found = LISTENING.matcher(line);
                if (found.find()) {
                    return Integer.parseInt(found.group(1));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new AssertionError("the broker ended before it listened");
    }
}
