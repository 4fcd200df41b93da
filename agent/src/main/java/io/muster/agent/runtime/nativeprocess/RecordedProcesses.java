package io.muster.agent.runtime.nativeprocess;

import io.muster.agent.kernel.ProcStat;
import io.muster.agent.kernel.Signal;
import io.muster.agent.runtime.nativeprocess.InstanceFolder.Identity;
import io.muster.agent.runtime.nativeprocess.InstanceFolder.Recorded;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.shell.ExitWatch;
import io.muster.api.shell.ProcessRef;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The processes that supervisors recorded: whether they are still there, and their end. */
final class RecordedProcesses {
    private static final Duration KILLED = Duration.ofSeconds(20);

    private final ExitWatch exits;
    private final Boot boot;

    /** Says which boot of the machine this is. */
    interface Boot {
        String id() throws IOException;
    }

    RecordedProcesses(ExitWatch exits, Boot boot) {
        this.exits = exits;
        this.boot = boot;
    }

    /**
     * Returns the process whose end is the end of the instance: the supervisor, or the main process
     * if somebody killed the supervisor.
     */
    Optional<ProcessRef> running(InstanceFolder folder) throws IOException {
        var runs = running(folder.supervisor());
        return runs.isPresent() ? runs : running(folder.main());
    }

    private Optional<ProcessRef> running(Optional<Recorded> recorded) throws IOException {
        boolean runs =
                recorded.isPresent()
                        && isOfThisBoot(recorded.get())
                        && ProcStat.runs(recorded.get().process());
        return runs ? recorded.map(Recorded::process) : Optional.empty();
    }

    boolean isOfThisBoot(Recorded recorded) throws IOException {
        return recorded.bootId().equals(boot.id());
    }

    /**
     * Asks the instance to end and kills it when its grace has passed. Returns when neither its
     * supervisor nor its main process runs.
     */
    void stop(InstanceFolder folder, Identity identity) throws IOException, RuntimeFailure {
        var supervisor = running(folder.supervisor());
        if (folder.main().isEmpty() && supervisor.isPresent()) {
            // An agent died in the middle of a start, a moment ago.
            Signal.sendToGroup(supervisor.get().pid(), Signal.KILL);
        }
        var main = folder.main();
        if (main.isEmpty() || !isOfThisBoot(main.get())) {
            return; // it was never started, or died with an earlier boot
        }
        var leader = main.get().process();
        if (ProcStat.runs(leader)) {
            if (!Signal.sendToGroup(leader.pid(), identity.stopSignal())) {
                Signal.send(leader.pid(), identity.stopSignal()); // it has not made its group yet
            }
        }
        // also when the main process has ended: the supervisor is about to record that
        if (awaitEnd(folder, identity.stopTimeout()) && folder.exitCode().isPresent()) {
            return; // it has killed what was left of the group, whose number may be another's now
        }
        killGroup(leader);
        if (!awaitEnd(folder, KILLED)) {
            throw new RuntimeFailure(
                    "process %d does not end, although it was killed %d s ago; see why the kernel holds it: /proc/%d/stack"
                            .formatted(leader.pid(), KILLED.toSeconds(), leader.pid()),
                    true);
        }
    }

    /**
     * Kills what is left of a group. While any of a group lives, its number is given to no other
     * process: if the number is another process now, the group is gone.
     */
    private static void killGroup(ProcessRef leader) throws IOException {
        var now = ProcStat.process(leader.pid());
        if (now.isEmpty() || now.get().equals(leader)) {
            boolean reached = Signal.sendToGroup(leader.pid(), Signal.KILL);
            if (!reached && ProcStat.runs(leader)) {
                Signal.send(leader.pid(), Signal.KILL);
            }
        }
    }

    /** Waits until neither the supervisor nor the main process runs. */
    private boolean awaitEnd(InstanceFolder folder, Duration timeout)
            throws IOException, RuntimeFailure {
        for (var recorded : List.of(folder.main(), folder.supervisor())) {
            var process = running(recorded);
            if (process.isPresent() && !awaitEnd(process.get(), timeout)) {
                return false;
            }
        }
        return true;
    }

    private boolean awaitEnd(ProcessRef process, Duration timeout)
            throws IOException, RuntimeFailure {
        var ended = new CountDownLatch(1);
        var interest = exits.watch(process, ended::countDown);
        try {
            return ended.await(timeout.toNanos(), TimeUnit.NANOSECONDS)
                    || !ProcStat.runs(process); // the watch may have had no room for it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeFailure("interrupted while the process was stopped", true, e);
        } finally {
            interest.cancel();
        }
    }
}
