package io.muster.testkit.mosquitto;

import io.muster.api.topic.Identity;
import io.muster.api.topic.Permissions;
import io.muster.testkit.tls.SelfSigned;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A Mosquitto as a child process, on a free port of the loopback interface. Unless it is {@link
 * #open}, it enforces the permission table for accounts known beforehand; who connects names its
 * user and {@link #PASSWORD}.
 */
public final class Mosquitto implements AutoCloseable {
    /** Everybody's. */
    public static final String PASSWORD = "secret";

    private static final List<Path> PROGRAMS =
            List.of(Path.of("/usr/sbin/mosquitto"), Path.of("/usr/local/sbin/mosquitto"));
    private static final long DEADLINE_SECONDS = 10;

    private final Path folder;
    private final int port;
    private @Nullable Process process;

    private Mosquitto(Path folder, int port) {
        this.folder = folder;
        this.port = port;
    }

    /**
     * Somebody who may connect.
     *
     * @param user the name to connect with
     * @param rights the topics; the client id is not looked at
     */
    public record Account(String user, Permissions rights) {
        /** The account of one identity: its row of the table. */
        public static Account of(Identity identity) {
            return new Account(Mosquitto.user(identity), Permissions.of(identity));
        }
    }

    /**
     * Starts one that lets everybody do everything.
     *
     * @param folder empty, for its files
     * @param more further lines of its configuration
     */
    public static Mosquitto open(Path folder, String... more) throws IOException {
        var lines = new ArrayList<>(List.of("allow_anonymous true"));
        lines.addAll(List.of(more));
        return start(folder, lines);
    }

    /** Starts one without TLS. */
    public static Mosquitto start(Path folder, Collection<Identity> identities) throws IOException {
        return guarded(folder, accounts(identities), List.of());
    }

    /** Starts one with TLS. */
    public static Mosquitto start(
            Path folder, Collection<Identity> identities, SelfSigned certificate)
            throws IOException {
        return withTls(folder, accounts(identities), certificate);
    }

    /** Starts one with TLS, for these accounts. */
    public static Mosquitto withTls(
            Path folder, Collection<Account> accounts, SelfSigned certificate) throws IOException {
        return guarded(
                folder,
                accounts,
                List.of("keyfile " + certificate.key(), "certfile " + certificate.certificate()));
    }

    private static List<Account> accounts(Collection<Identity> identities) {
        return identities.stream().map(Account::of).toList();
    }

    private static Mosquitto guarded(Path folder, Collection<Account> accounts, List<String> tls)
            throws IOException {
        var passwords = folder.resolve("passwords");
        var access = folder.resolve("access");
        Files.write(
                passwords,
                accounts.stream().map(account -> account.user() + ":" + PASSWORD).toList());
        run(List.of("mosquitto_passwd", "-U", passwords.toString()));
        Files.write(access, accounts.stream().flatMap(each -> lines(each).stream()).toList());
        var lines = new ArrayList<>(tls);
        lines.add("allow_anonymous false");
        lines.add("password_file " + passwords);
        lines.add("acl_file " + access);
        return start(folder, lines);
    }

    private static Mosquitto start(Path folder, List<String> access) throws IOException {
        int port = freePort();
        var lines = new ArrayList<String>();
        lines.add("listener " + port + " 127.0.0.1");
        lines.addAll(access);
        lines.add("persistence false");
        lines.add("sys_interval 0");
        lines.add("log_dest stderr");
        if ("root".equals(System.getProperty("user.name"))) {
            lines.add("user root"); // else it could not read its files
        }
        Files.write(folder.resolve("config"), lines);
        var made = new Mosquitto(folder, port);
        made.start();
        return made;
    }

    /** Returns the user name of an identity. */
    public static String user(Identity identity) {
        return identity.clientId();
    }

    /** Returns where it listens. */
    public int port() {
        return port;
    }

    /** Starts it again, at the same port and with nothing retained. */
    public void start() throws IOException {
        var program =
                PROGRAMS.stream()
                        .filter(Files::isExecutable)
                        .findFirst()
                        .orElseThrow(() ->
                                new IOException(
                                        "there is no mosquitto at %s; install the package mosquitto"
                                                .formatted(PROGRAMS)));
        var log = folder.resolve("log");
        var started =
                new ProcessBuilder(program.toString(), "-c", folder.resolve("config").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        process = started;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!answers()) {
            if (!started.isAlive() || System.nanoTime() - end > 0) {
                close();
                throw new IOException(
                        "mosquitto does not listen on port %d; it wrote: %s"
                                .formatted(port, Files.readString(log)));
            }
            waitFor(started, 10);
        }
    }

    /** Kills it. */
    public void stop() {
        var running = process;
        if (running != null) {
            running.destroyForcibly();
            waitFor(running, TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
            process = null;
        }
    }

    @Override
    public void close() {
        stop();
    }

    private boolean answers() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException _) {
            return false; // not yet
        }
    }

    private static List<String> lines(Account account) {
        var lines = new ArrayList<String>();
        lines.add("user " + account.user());
        account.rights().mayPublish().forEach(filter -> lines.add("topic write " + filter));
        account.rights().mayRead().forEach(filter -> lines.add("topic read " + filter));
        return lines;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void run(List<String> command) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        waitFor(process, TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
        if (process.isAlive() || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(command + " failed: " + output);
        }
    }

    private static void waitFor(Process process, long millis) {
        try {
            var _ = process.waitFor(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
