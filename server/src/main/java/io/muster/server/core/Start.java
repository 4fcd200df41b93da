package io.muster.server.core;

import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;

/**
 * A start of the server on its store.
 *
 * @param lineage of the store
 * @param epoch of this start, or the one it has jumped to
 * @param opened the revision that the store held then
 * @param moved what had been moved between agents by then
 */
record Start(Lineage lineage, long epoch, Revision opened, Moved moved) {
    Start jumped(long to) {
        return new Start(lineage, to, opened, moved);
    }
}
