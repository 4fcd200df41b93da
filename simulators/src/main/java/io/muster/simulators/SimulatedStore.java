package io.muster.simulators;

import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;
import io.muster.api.store.Commit;
import io.muster.api.store.Head;
import io.muster.api.store.Store;
import io.muster.api.store.StoreException;
import io.muster.server.store.MemoryStore;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** A store whose disk may be full, and during whose commits something may happen. */
final class SimulatedStore implements Store {
    private final MemoryStore store;
    private final Pace pace;
    private Optional<Interruption> interruption = Optional.empty();
    private Optional<Lineage> lineage = Optional.empty();
    private final Set<Stored> stored = new HashSet<>();

    private record Stored(InstanceName instance, Revision changedAt) {}

    private record Interruption(boolean isWritten, Runnable happening) {}

    SimulatedStore(MemoryStore store, Pace pace) {
        this.store = store;
        this.pace = pace;
    }

    /** Makes each write take its time, or no more. */
    void slow(boolean isSlow) {
        pace.slow(isSlow);
    }

    /** Makes everything fail, or no more. */
    void full(boolean isFull) {
        store.fail(isFull ? Optional.of("the disk is full") : Optional.empty());
    }

    /**
     * Lets something happen during the next commit, such as the server's death.
     *
     * @param isWritten whether the commit is in the store then
     */
    void interruptNextCommit(boolean isWritten, Runnable happening) {
        interruption = Optional.of(new Interruption(isWritten, happening));
    }

    /** Lets the next commit be like any other. */
    void interruptNoCommit() {
        interruption = Optional.empty();
    }

    /** Returns its lineage; empty before it was opened. */
    Optional<Lineage> lineage() {
        return lineage;
    }

    /** Says whether an instance of this revision was ever written. */
    boolean hasStored(InstanceName instance, Revision changedAt) {
        return stored.contains(new Stored(instance, changedAt));
    }

    @Override
    public Head open() throws StoreException {
        var head = store.open();
        lineage = Optional.of(head.lineage());
        return head;
    }

    @Override
    public void commit(Commit commit) throws StoreException {
        pace.write();
        var interrupted = interruption;
        interruption = Optional.empty();
        if (interrupted.isEmpty() || interrupted.get().isWritten) {
            store.commit(commit);
            commit.workloads()
                    .forEach((name, each) ->
                            stored.add(
                                    new Stored(
                                            InstanceName.of(
                                                    name,
                                                    each.workload().runtimeConfig(),
                                                    each.workload().agent()),
                                            each.changedAt())));
        }
        if (interrupted.isPresent()) {
            interrupted.get().happening.run();
            throw new StoreException("interrupted");
        }
    }

    @Override
    public void raise(long epoch, Revision revision) throws StoreException {
        pace.write();
        store.raise(epoch, revision);
    }

    @Override
    public void meet(Set<AgentName> agents) throws StoreException {
        pace.write();
        store.meet(agents);
    }

    @Override
    public void close() {
        store.close();
    }
}
