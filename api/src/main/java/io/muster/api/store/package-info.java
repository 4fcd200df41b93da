/** Where the server keeps what must not be lost: {@link io.muster.api.store.Store}. */
@NullMarked
package io.muster.api.store;

import org.jspecify.annotations.NullMarked;
