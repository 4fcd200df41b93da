package io.muster.agent.usage;

import io.muster.agent.kernel.MachineUnits;
import io.muster.api.shell.Clock;
import io.muster.api.shell.ProcessRef;
import io.muster.api.state.WorkloadUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measures what workloads use, from one sample to the next. One call at a time.
 *
 * <p>A workload with control groups of its own (a container) is measured by those, any other by the
 * processes of its session.
 */
public final class UsageMeter {
    private static final long MILLIS_PER_PROCESSOR = 1000;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final Path proc;
    private final Cgroups cgroups;
    private final MachineUnits units;
    private final Clock clock;
    private Map<ProcessRef, Sample> last = Map.of();

    private record Sample(long nanos, long cpuNanos) {}

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
     * @return of those that still run, in the order given; processor time since the last call, or
     *     since the start of what is met for the first time
     */
    public List<WorkloadUsage> sample(List<Subject> running) throws IOException {
        var samples = new HashMap<ProcessRef, Sample>();
        var usages = new ArrayList<WorkloadUsage>();
        var look = new Look();
        for (var subject : running) {
            long cpuMillis = 0;
            long memoryBytes = 0;
            boolean runs = false;
            for (var process : subject.processes()) {
                var reading = look.read(subject, process);
                if (reading.isPresent()) {
                    var sample = new Sample(clock.nanoTime(), reading.get().cpuNanos());
                    samples.put(process, sample);
                    var before = last.get(process);
                    cpuMillis +=
                            cpuMillis(
                                    before != null ? before : look.start(process, sample.nanos),
                                    sample);
                    memoryBytes += reading.get().memoryBytes();
                    runs = true;
                }
            }
            if (runs) {
                usages.add(
                        new WorkloadUsage(
                                subject.instance(),
                                (int) Math.min(Integer.MAX_VALUE, cpuMillis),
                                memoryBytes));
            }
        }
        last = samples;
        return usages;
    }

    /** One look at the machine: what several workloads need is read once, and only if one does. */
    private final class Look {
        private Optional<Cgroups.Groups> own = Optional.empty();
        private Optional<Sessions> sessions = Optional.empty();
        private Optional<Long> uptimeNanos = Optional.empty();

        Optional<Reading> read(Subject subject, ProcessRef process) throws IOException {
            if (subject.grouped()) {
                if (own.isEmpty()) {
                    own = Optional.of(cgroups.own());
                }
                var reading = cgroups.read(process.pid(), own.get());
                if (reading.isPresent()) {
                    return reading;
                }
            }
            if (sessions.isEmpty()) {
                sessions =
                        Optional.of(Sessions.look(proc, units.ticksPerSecond(), units.pageBytes()));
            }
            return sessions.get().read(process);
        }

        /** When it began, it had used nothing. */
        Sample start(ProcessRef process, long now) throws IOException {
            if (uptimeNanos.isEmpty()) {
                uptimeNanos = Optional.of(uptimeNanos());
            }
            long started = process.startTicks() * (NANOS_PER_SECOND / units.ticksPerSecond());
            return new Sample(now - (uptimeNanos.get() - started), 0);
        }
    }

    /** The file holds two numbers of seconds: since the boot, and idle. */
    private long uptimeNanos() throws IOException {
        var file = proc.resolve("uptime");
        var text = Files.readString(file).strip().split(" ", 2)[0];
        try {
            return Math.round(Double.parseDouble(text) * NANOS_PER_SECOND);
        } catch (NumberFormatException e) {
            throw new IOException(file + ": \"" + text + "\" is no number", e);
        }
    }

    /** Thousandths of one processor. */
    private static long cpuMillis(Sample before, Sample now) {
        long passed = now.nanos - before.nanos;
        long used = Math.max(0, now.cpuNanos - before.cpuNanos); // a child may have gone
        return passed <= 0 ? 0 : Math.round((double) used * MILLIS_PER_PROCESSOR / passed);
    }
}
