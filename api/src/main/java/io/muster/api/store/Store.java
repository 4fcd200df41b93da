package io.muster.api.store;

import io.muster.api.name.AgentName;
import io.muster.api.name.Revision;
import java.util.Set;

/**
 * Where the server keeps what must not be lost. Blocks; one thread at a time.
 *
 * <p>The default is SQLite in a state directory; another keeps everything in memory.
 */
public interface Store extends AutoCloseable {
    /**
     * Reads everything, and counts one server start: the epoch that is returned is already on disk
     * and was never returned before.
     *
     * @throws StoreException if the content is damaged or of a version that this program does not
     *     know
     */
    Head open() throws StoreException;

    /**
     * Writes all of a commit or nothing. When this returns it survives a power cut.
     *
     * @throws StoreException if it was not written, and the store is as before; or if that is not
     *     known, which it says ({@link StoreException#isUnknown})
     */
    void commit(Commit commit) throws StoreException;

    /**
     * Jumps to a later epoch and revision, because an agent has seen a higher one (an imported
     * backup). Survives a power cut when this returns.
     */
    void raise(long epoch, Revision revision) throws StoreException;

    /**
     * Remembers that these agents were here, for good: what was meant for them may run. Survives a
     * power cut when this returns; safe to repeat.
     */
    void meet(Set<AgentName> agents) throws StoreException;

    @Override
    void close();
}
