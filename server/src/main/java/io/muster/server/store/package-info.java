/**
 * Stores of the server: {@link io.muster.server.store.SqliteStore} in a folder, and {@link
 * io.muster.server.store.MemoryStore}.
 */
@NullMarked
package io.muster.server.store;

import org.jspecify.annotations.NullMarked;
