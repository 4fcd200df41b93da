package io.muster.agent.usage;

import io.muster.api.shell.ProcessRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Adds up what the processes of a session have used: for workloads that have no control group of
 * their own. Memory that processes share is counted for each of them.
 *
 * <p>One look reads all processes of the machine once, however many workloads are asked for.
 */
final class Sessions {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final List<Line> processes;
    private final long nanosPerTick;
    private final long pageBytes;

    /** The fields of interest of {@code /proc/<pid>/stat}: proc_pid_stat(5). */
    private record Line(long pid, long startTicks, long session, long ticks, long pages) {}

    private Sessions(List<Line> processes, long ticksPerSecond, long pageBytes) {
        this.processes = List.copyOf(processes);
        this.nanosPerTick = NANOS_PER_SECOND / ticksPerSecond;
        this.pageBytes = pageBytes;
    }

    /**
     * Looks at all processes.
     *
     * @param proc {@code /proc}
     * @param ticksPerSecond in which the kernel counts processor time
     */
    static Sessions look(Path proc, long ticksPerSecond, long pageBytes) throws IOException {
        var processes = new ArrayList<Line>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(proc, "[1-9]*")) {
            for (var folder : folders) {
                try {
                    // Latin 1: the second field is the program's name, in any bytes
                    var text =
                            Files.readString(folder.resolve("stat"), StandardCharsets.ISO_8859_1);
                    parse(folder.getFileName().toString(), text).ifPresent(processes::add);
                } catch (IOException e) {
                    if (Files.exists(folder)) { // else it has ended meanwhile
                        throw e;
                    }
                }
            }
        }
        return new Sessions(processes, ticksPerSecond, pageBytes);
    }

    private static Optional<Line> parse(String pid, String text) {
        int end = text.lastIndexOf(')'); // of the name, which may hold blanks and brackets itself
        if (end < 0) {
            return Optional.empty();
        }
        var fields = text.substring(end + 1).strip().split(" ", -1); // from field 3, the state
        if (fields.length < 22) {
            return Optional.empty();
        }
        long ticks = 0;
        for (int field = 14; field <= 17; field++) { // own, and of children that were waited for
            ticks += Long.parseLong(fields[field - 3]);
        }
        return Optional.of(
                new Line(
                        Long.parseLong(pid),
                        Long.parseLong(fields[22 - 3]),
                        Long.parseLong(fields[6 - 3]),
                        ticks,
                        Long.parseLong(fields[24 - 3])));
    }

    /** Adds up the session that this process belongs to; empty if it is not there any more. */
    Optional<Reading> read(ProcessRef process) {
        var main =
                processes.stream()
                        .filter(each ->
                                each.pid == process.pid()
                                        && each.startTicks == process.startTicks())
                        .findFirst();
        return main.map(found -> {
            long ticks = 0;
            long pages = 0;
            for (var each : processes) {
                if (each.session == found.session) {
                    ticks += each.ticks;
                    pages += each.pages;
                }
            }
            return new Reading(ticks * nanosPerTick, pages * pageBytes);
        });
    }
}
