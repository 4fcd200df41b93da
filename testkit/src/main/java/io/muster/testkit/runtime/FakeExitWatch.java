package io.muster.testkit.runtime;

import io.muster.api.shell.ExitWatch;
import io.muster.api.shell.ProcessRef;
import java.util.ArrayList;
import java.util.List;

/** Says when processes of a fake machine end. */
final class FakeExitWatch implements ExitWatch {
    private final FakeMachine machine;
    private final List<Interest> interests = new ArrayList<>();

    private record Interest(ProcessRef process, Runnable ended) {}

    FakeExitWatch(FakeMachine machine) {
        this.machine = machine;
    }

    @Override
    public Watch watch(ProcessRef process, Runnable ended) {
        var interest = new Interest(process, ended);
        boolean lives;
        synchronized (this) {
            interests.add(interest);
            lives = machine.lives(process);
        }
        if (!lives) {
            tell(process);
        }
        return () -> forget(interest);
    }

    /** Tells those who asked for this process; outside of any lock, since they may call back. */
    void tell(ProcessRef process) {
        take(process).forEach(interest -> interest.ended.run());
    }

    @Override
    public synchronized void close() {
        interests.clear();
    }

    private synchronized List<Interest> take(ProcessRef process) {
        var taken = interests.stream().filter(each -> each.process.equals(process)).toList();
        interests.removeAll(taken);
        return taken;
    }

    private synchronized void forget(Interest interest) {
        interests.remove(interest);
    }
}
