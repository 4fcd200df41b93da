package io.muster.agent.kernel;

import io.muster.api.shell.ProcessRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What {@code /proc} says about processes of this machine. Any thread. */
public final class ProcStat {
    private static final Path STAT = Path.of("/proc/stat");
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private ProcStat() {}

    /**
     * Returns the identity of this boot of the machine.
     *
     * @throws IOException if {@code /proc} is not there
     */
    public static String bootId() throws IOException {
        return Files.readString(BOOT_ID, StandardCharsets.US_ASCII).strip();
    }

    /**
     * Returns when this boot of the machine began, in seconds since 1970 as the clock is set now.
     *
     * @throws IOException if {@code /proc} is not there
     */
    public static long bootedAt() throws IOException {
        try (var lines = Files.lines(STAT, StandardCharsets.US_ASCII)) {
            return lines.filter(line -> line.startsWith("btime "))
                    .map(line -> Long.parseLong(line.substring("btime ".length()).strip()))
                    .findFirst()
                    .orElseThrow(() -> new IOException(STAT + " does not tell the boot time"));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /**
     * Finds the process that has this pid now; empty if it has ended, also if nobody knows yet.
     *
     * @throws IOException if nobody can tell, as when there are no more file descriptors: that is
     *     no reason to take a process for ended
     */
    public static Optional<ProcessRef> process(long pid) throws IOException {
        return read(pid).filter(stat -> !stat.ended()).map(stat -> stat.process(pid));
    }

    /**
     * Says whether this very process is still there and has not ended.
     *
     * @throws IOException if nobody can tell
     */
    public static boolean runs(ProcessRef process) throws IOException {
        return process(process.pid()).filter(process::equals).isPresent();
    }

    /**
     * Says whether this very process is still there, be it as one that nobody has waited for.
     *
     * @throws IOException if nobody can tell
     */
    static boolean exists(ProcessRef process) throws IOException {
        return read(process.pid())
                .map(stat -> stat.process(process.pid()))
                .filter(process::equals)
                .isPresent();
    }

    private static Optional<StatLine> read(long pid) throws IOException {
        var stat = Path.of("/proc/" + pid + "/stat");
        try {
            return StatLine.parse(Files.readString(stat, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            if (Files.notExists(stat)) { // which takes no file descriptor
                return Optional.empty(); // gone, perhaps while it was read
            }
            throw e;
        }
    }
}
