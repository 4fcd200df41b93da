/** What every store of the server does: {@link io.muster.testkit.store.StoreContract}. */
@NullMarked
package io.muster.testkit.store;

import org.jspecify.annotations.NullMarked;
