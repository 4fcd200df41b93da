package io.muster.testkit.podman;

import io.muster.api.shell.Processes;
import io.muster.api.shell.Processes.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Objects;

/**
 * A program called nerdctl for machines without containerd: a script that translates to a podman
 * with a store of its own, and prints what nerdctl prints. It shows that an agent asks the right
 * questions and reads the answers; not that nerdctl answers so.
 */
public final class NerdctlStandIn {
    private final PodmanHome home;
    private final Path bin;
    private final Path rebootedAt;

    private NerdctlStandIn(PodmanHome home) {
        this.home = home;
        this.bin = home.folder().resolve("bin");
        this.rebootedAt = home.folder().resolve("rebooted-at");
    }

    /** Makes one that keeps its containers in a home of podman. */
    public static NerdctlStandIn in(PodmanHome home) throws IOException {
        var standIn = new NerdctlStandIn(home);
        standIn.write();
        return standIn;
    }

    private void write() throws IOException {
        Files.createDirectories(bin);
        try (var script =
                Objects.requireNonNull(
                        NerdctlStandIn.class.getResourceAsStream("nerdctl.sh"),
                        "it is beside this class")) {
            Files.write(bin.resolve("nerdctl.sh"), script.readAllBytes());
        }
        var text = new StringBuilder("#!/bin/sh\n");
        home.environment()
                .forEach((name, value) ->
                        text.append("export ")
                                .append(name)
                                .append("='")
                                .append(value)
                                .append("'\n"));
        text.append("export NERDCTL_REBOOTED_AT='").append(rebootedAt).append("'\n");
        text.append("exec sh '").append(bin.resolve("nerdctl.sh")).append("' \"$@\"\n");
        var program = bin.resolve("nerdctl");
        Files.writeString(program, text);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Returns the folder to put on the PATH. */
    public Path bin() {
        return bin;
    }

    /** Returns the podman behind it. */
    public PodmanHome home() {
        return home;
    }

    /** Returns the machine's processes, with this nerdctl. */
    public Processes processes() {
        return new RewrittenProcesses(this::here);
    }

    private Command here(Command command) {
        var words = new ArrayList<>(command.words());
        if (words.getFirst().equals("nerdctl")) {
            words.set(0, bin.resolve("nerdctl").toString());
        }
        return new Command(
                words, command.environment(), command.input(), command.timeout(), command.alone());
    }

    /** Leaves it as a power cut does. */
    public void reboot() throws IOException, InterruptedException {
        home.reboot();
        var now = Instant.now();
        Files.writeString(rebootedAt, "%d%09d".formatted(now.getEpochSecond(), now.getNano()));
    }

    /** Ends and removes all containers. */
    public void clear() throws IOException, InterruptedException {
        home.clear();
        Files.deleteIfExists(rebootedAt);
    }
}
