package io.muster.agent.usage;

import io.muster.agent.kernel.MachineUnits;
import io.muster.api.link.WorkloadUsage;
import io.muster.api.name.InstanceName;
import io.muster.api.shell.Clock;
import io.muster.api.shell.ProcessRef;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Measures what workloads use, from one sample to the next. One call at a time.
 *
 * <p>A workload with a control group of its own (a container) is measured by that, any other by the
 * processes of its session.
 */
public final class UsageMeter {
    private static final long MILLIS_PER_PROCESSOR = 1000;

    private final Path proc;
    private final Cgroups cgroups;
    private final MachineUnits units;
    private final Clock clock;
    private SortedMap<InstanceName, Sample> last = new TreeMap<>();

    private record Sample(ProcessRef process, long nanos, long cpuNanos) {}

    private UsageMeter(Path proc, Cgroups cgroups, MachineUnits units, Clock clock) {
        this.proc = proc;
        this.cgroups = cgroups;
        this.units = units;
        this.clock = clock;
    }

    /**
     * Finds out where the kernel counts.
     *
     * @param proc {@code /proc}
     */
    public static UsageMeter open(Path proc, Clock clock) throws IOException {
        return new UsageMeter(proc, Cgroups.find(proc), MachineUnits.ask(), clock);
    }

    /**
     * Measures. Blocks while files of {@code /proc} are read.
     *
     * @param running the workloads that run, and their main processes
     * @return of those that still run, in order; processor time since the last call, or none of
     *     what is met for the first time
     */
    public List<WorkloadUsage> sample(SortedMap<InstanceName, ProcessRef> running)
            throws IOException {
        var samples = new TreeMap<InstanceName, Sample>();
        var usages = new ArrayList<WorkloadUsage>();
        var sessions = Optional.<Sessions>empty();
        for (var entry : running.entrySet()) {
            var process = entry.getValue();
            var reading = cgroups.read(process.pid());
            if (reading.isEmpty()) {
                if (sessions.isEmpty()) {
                    sessions =
                            Optional.of(
                                    Sessions.look(proc, units.ticksPerSecond(), units.pageBytes()));
                }
                reading = sessions.get().read(process);
            }
            if (reading.isPresent()) {
                long now = clock.nanoTime();
                var sample = new Sample(process, now, reading.get().cpuNanos());
                samples.put(entry.getKey(), sample);
                usages.add(
                        new WorkloadUsage(
                                entry.getKey(),
                                cpuMillis(sample, Optional.ofNullable(last.get(entry.getKey()))),
                                reading.get().memoryBytes()));
            }
        }
        last = samples;
        return usages;
    }

    /** Thousandths of one processor. */
    private static int cpuMillis(Sample now, Optional<Sample> before) {
        if (before.isEmpty() || !before.get().process.equals(now.process)) {
            return 0;
        }
        long passed = now.nanos - before.get().nanos;
        long used = Math.max(0, now.cpuNanos - before.get().cpuNanos); // a child may have gone
        return passed <= 0
                ? 0
                : (int)
                        Math.min(
                                Integer.MAX_VALUE,
                                Math.round((double) used * MILLIS_PER_PROCESSOR / passed));
    }
}
