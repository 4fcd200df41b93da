package io.muster.agent.usage;

import io.muster.agent.kernel.StatLine;
import io.muster.api.shell.ProcessRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Adds up what the processes of a session have used, and of the sessions that were begun in it: for
 * workloads that have no control group of their own. Memory that processes share is counted for
 * each of them. What was begun by somebody who has ended belongs to nobody.
 *
 * <p>One look reads all processes of the machine once, however many workloads are asked for.
 */
final class Sessions {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final int SESSION = 6;
    private static final int RESIDENT = 24;

    private final Map<ProcessRef, Long> sessions = new HashMap<>();
    private final Map<Long, Total> totals = new HashMap<>();
    private final Map<Long, Set<Long>> begunIn = new HashMap<>();
    private final long nanosPerTick;
    private final long pageBytes;

    /** The fields of interest of {@code /proc/<pid>/stat}: proc_pid_stat(5). */
    private record Line(ProcessRef process, long parent, long session, long ticks, long pages) {}

    private record Total(long ticks, long pages) {
        static final Total NONE = new Total(0, 0);

        Total plus(Total other) {
            return new Total(ticks + other.ticks, pages + other.pages);
        }
    }

    private Sessions(List<Line> lines, long ticksPerSecond, long pageBytes) {
        var byPid = new HashMap<Long, Long>();
        for (var each : lines) {
            byPid.put(each.process.pid(), each.session);
            sessions.put(each.process, each.session);
            totals.merge(each.session, new Total(each.ticks, each.pages), Total::plus);
        }
        for (var each : lines) {
            var before = byPid.get(each.parent);
            if (before != null && before != each.session) {
                begunIn.computeIfAbsent(before, _ -> new HashSet<>()).add(each.session);
            }
        }
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
                    long pid = Long.parseLong(folder.getFileName().toString());
                    StatLine.parse(
                                    Files.readString(
                                            folder.resolve("stat"), StandardCharsets.ISO_8859_1),
                                    RESIDENT)
                            .map(stat -> line(pid, stat))
                            .ifPresent(processes::add);
                } catch (IOException e) {
                    if (Files.exists(folder)) { // else it has ended meanwhile
                        throw e;
                    }
                }
            }
        }
        return new Sessions(processes, ticksPerSecond, pageBytes);
    }

    private static Line line(long pid, StatLine stat) {
        return new Line(
                stat.process(pid),
                stat.parent(),
                stat.number(SESSION),
                // in user mode and in the kernel, its own and of children that were waited for
                stat.number(14) + stat.number(15) + stat.number(16) + stat.number(17),
                stat.number(RESIDENT));
    }

    /** Adds up from the session that this process belongs to; empty if it is not there any more. */
    Optional<Reading> read(ProcessRef process) {
        return Optional.ofNullable(sessions.get(process))
                .map(session -> from(session, new HashSet<>()))
                .map(total -> new Reading(total.ticks * nanosPerTick, total.pages * pageBytes));
    }

    /** The lines were not read at one moment, so that there may even be circles. */
    private Total from(long session, Set<Long> counted) {
        if (!counted.add(session)) {
            return Total.NONE;
        }
        var total = totals.getOrDefault(session, Total.NONE);
        for (var next : begunIn.getOrDefault(session, Set.of())) {
            total = total.plus(from(next, counted));
        }
        return total;
    }
}
