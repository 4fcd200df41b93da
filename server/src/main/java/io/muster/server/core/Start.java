package io.muster.server.core;

import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;

/**
 * A start of the server on its store.
 *
 * @param lineage of the store
 * @param epoch of this start, or the one it has jumped to
 * @param opened the revision that the store held then
 */
record Start(Lineage lineage, long epoch, Revision opened) {
    Start jumped(long to) {
        return new Start(lineage, to, opened);
    }
}
