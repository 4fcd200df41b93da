package io.muster.simulators;

import io.muster.api.name.AgentName;
import io.muster.api.name.Revision;
import io.muster.api.store.Commit;
import io.muster.api.store.Head;
import io.muster.api.store.Store;
import io.muster.api.store.StoreException;
import io.muster.server.store.MemoryStore;
import java.util.Optional;
import java.util.Set;

/** A store whose disk may be full, and during whose commits something may happen. */
final class SimulatedStore implements Store {
    private final MemoryStore store;
    private Optional<Interruption> interruption = Optional.empty();

    private record Interruption(boolean isWritten, Runnable happening) {}

    SimulatedStore(MemoryStore store) {
        this.store = store;
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

    @Override
    public Head open() throws StoreException {
        return store.open();
    }

    @Override
    public void commit(Commit commit) throws StoreException {
        var interrupted = interruption;
        interruption = Optional.empty();
        if (interrupted.isEmpty() || interrupted.get().isWritten) {
            store.commit(commit);
        }
        if (interrupted.isPresent()) {
            interrupted.get().happening.run();
            throw new StoreException("interrupted");
        }
    }

    @Override
    public void raise(long epoch, Revision revision) throws StoreException {
        store.raise(epoch, revision);
    }

    @Override
    public void meet(Set<AgentName> agents) throws StoreException {
        store.meet(agents);
    }

    @Override
    public void close() {
        store.close();
    }
}
