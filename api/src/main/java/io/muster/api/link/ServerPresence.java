package io.muster.api.link;

import io.muster.api.name.Lineage;

/**
 * The server is there, or is not.
 *
 * @param connection counts the connections of this server process: whoever sees a new (lineage,
 *     epoch, connection) announces itself again
 * @param nonce of the connection; a will with another nonce than the current one is ignored
 */
public record ServerPresence(
        boolean online,
        Lineage lineage,
        long epoch,
        long connection,
        String version,
        String nonce) {}
