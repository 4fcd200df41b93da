package io.muster.server.store;

import io.muster.api.store.Store;
import io.muster.testkit.store.StoreContract;
import java.util.Optional;
import java.util.SplittableRandom;

final class MemoryStoreTest extends StoreContract {
    private final SplittableRandom random = new SplittableRandom(1);
    private MemoryStore store = new MemoryStore(random, MAX_ANSWERS);

    @Override
    protected Store make() {
        store = new MemoryStore(random, MAX_ANSWERS);
        return store;
    }

    @Override
    protected Store next(Store before) {
        before.close();
        return before;
    }

    @Override
    protected void fill() {
        store.fail(Optional.of("the disk is full"));
    }

    @Override
    protected void free() {
        store.fail(Optional.empty());
    }
}
