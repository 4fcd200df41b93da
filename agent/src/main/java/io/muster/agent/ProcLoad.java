package io.muster.agent;

import io.muster.api.state.AgentAttributes.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the load of a Linux node from {@code /proc}. One call at a time. */
final class ProcLoad {
    private static final int FIELDS = 8; // user nice system idle iowait irq softirq steal
    private static final int IDLE = 3;
    private static final int IO_WAIT = 4;
    private static final String AVAILABLE = "MemAvailable:";

    private final Path proc;
    private Times last = new Times(0, 0);

    private record Times(long busy, long all) {}

    /**
     * Reads below this folder; the first sample is since now.
     *
     * @param proc {@code /proc}
     */
    ProcLoad(Path proc) {
        this.proc = proc;
    }

    /** Begins to measure. */
    ProcLoad begin() throws IOException {
        last = times();
        return this;
    }

    /** Returns the load since the last call, or since it was begun. */
    Status sample() throws IOException {
        var now = times();
        long all = now.all - last.all;
        long busy = now.busy - last.busy;
        last = now;
        int percent = all <= 0 ? 0 : Math.clamp(Math.round(100.0 * busy / all), 0, 100);
        return new Status(percent, freeMemory());
    }

    private Times times() throws IOException {
        var file = proc.resolve("stat");
        try (var lines = Files.lines(file)) {
            // "cpu  user nice system idle iowait irq softirq steal guest guest_nice"; guest is
            // counted in user already
            var words = lines.findFirst().orElse("").split(" +", -1);
            if (words.length <= FIELDS || !words[0].equals("cpu")) {
                throw new IOException(file + ": its first line is none of processor times");
            }
            long all = 0;
            for (int i = 1; i <= FIELDS; i++) {
                all += number(file, words[i]);
            }
            long idle = number(file, words[1 + IDLE]) + number(file, words[1 + IO_WAIT]);
            return new Times(all - idle, all);
        }
    }

    private long freeMemory() throws IOException {
        var file = proc.resolve("meminfo");
        try (var lines = Files.lines(file)) {
            var line = lines.filter(each -> each.startsWith(AVAILABLE)).findFirst();
            if (line.isEmpty()) {
                throw new IOException(file + ": has no line " + AVAILABLE);
            }
            var words = line.get().split(" +", -1);
            return 1024 * number(file, words.length > 1 ? words[1] : "");
        }
    }

    private static long number(Path file, String text) throws IOException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IOException(file + ": \"" + text + "\" is no number", e);
        }
    }
}
