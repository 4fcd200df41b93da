package io.muster.tests.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A network namespace that stands for another node, at the end of a cable that can be pulled: a
 * pair of virtual interfaces, and a packet filter that drops whatever comes or goes. Needs root.
 *
 * <p>A filter, not an interface that is set down: as with a cable that is pulled from a switch on
 * the way, neither end is told anything.
 */
final class Cable {
    private static final String RULES =
            "add table inet cut;"
                    + "add chain inet cut in { type filter hook input priority 0; policy drop; };"
                    + "add chain inet cut out { type filter hook output priority 0; policy drop; }";

    private final String namespace;
    private final String near;
    private final int net;

    private Cable(int number) {
        this.namespace = "muster-" + number;
        this.near = "mst" + number;
        this.net = number;
    }

    /** Lays one. The process number makes names and addresses that no other run has. */
    static Cable lay() throws IOException, InterruptedException {
        var cable = new Cable((int) (ProcessHandle.current().pid() % 10_000));
        cable.remove(); // what a run that was killed had left
        try {
            run("ip", "netns", "add", cable.namespace);
            run(
                    "ip",
                    "link",
                    "add",
                    cable.near,
                    "type",
                    "veth",
                    "peer",
                    "name",
                    "far",
                    "netns",
                    cable.namespace);
            run("ip", "addr", "add", cable.address(1) + "/30", "dev", cable.near);
            run("ip", "link", "set", cable.near, "up");
            cable.there("ip", "addr", "add", cable.address(2) + "/30", "dev", "far");
            cable.there("ip", "link", "set", "lo", "up");
            cable.there("ip", "link", "set", "far", "up");
        } catch (IOException e) {
            cable.remove();
            throw e;
        }
        return cable;
    }

    /** Returns the address of this end, as the other sees it. */
    String address() {
        return address(1);
    }

    /** Returns the command by which a program is started at the other end. */
    List<String> way() {
        return List.of("ip", "netns", "exec", namespace);
    }

    /** Nothing comes or goes any more. */
    void pull() throws IOException, InterruptedException {
        there("nft", RULES);
    }

    /** It is plugged in again. */
    void plug() throws IOException, InterruptedException {
        there("nft", "delete table inet cut");
    }

    private String address(int end) {
        return "10.213.%d.%d".formatted(net / 64, net % 64 * 4 + end);
    }

    private void there(String... command) throws IOException, InterruptedException {
        var words = new ArrayList<>(way());
        words.addAll(List.of(command));
        run(words.toArray(String[]::new));
    }

    /** Takes it away, and the namespace with it; safe to repeat. */
    void remove() throws IOException, InterruptedException {
        call("ip", "link", "del", near);
        call("ip", "netns", "del", namespace);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        var problem = call(command);
        if (!problem.isEmpty()) {
            throw new IOException(
                    "%s failed: %s; the test needs root, iproute2 and nftables, or leave it out by"
                                    .formatted(String.join(" ", command), problem)
                            + " bin/test --quick");
        }
    }

    /** Returns what it complained about; empty if it succeeded. */
    private static String call(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return "it took more than 30 s";
        }
        return process.exitValue() == 0
                ? ""
                : "exit code %d, %s".formatted(process.exitValue(), output);
    }
}
