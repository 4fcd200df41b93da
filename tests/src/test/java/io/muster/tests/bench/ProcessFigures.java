package io.muster.tests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel accounts to a process. */
final class ProcessFigures {
    private static final double TICKS_PER_SECOND =
            100; // USER_HZ, 100 on every Linux that Muster runs on

    private ProcessFigures() {}

    /** Proportional set size in MiB: private memory, and a fair share of what is shared. */
    static double pssMib(Process process) throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/smaps_rollup"))) {
            if (line.startsWith("Pss:")) {
                return Double.parseDouble(line.replaceAll("\\D+", "")) / 1024;
            }
        }
        throw new IOException("no Pss in smaps_rollup of " + process.pid());
    }

    /** Processor seconds so far, of the process and of all its children that have ended. */
    static double cpuSeconds(Process process) throws IOException {
        var stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1); // from field 3 on
        double ticks = 0;
        for (int field = 14; field <= 17; field++) { // utime, stime, cutime, cstime
            ticks += Double.parseDouble(fields[field - 3]);
        }
        return ticks / TICKS_PER_SECOND;
    }
}
