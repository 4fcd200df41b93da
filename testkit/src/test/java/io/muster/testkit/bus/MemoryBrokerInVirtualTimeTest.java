package io.muster.testkit.bus;

import io.muster.testkit.world.World;

final class MemoryBrokerInVirtualTimeTest extends BusContract {
    @Override
    protected BrokerRig rig() {
        return new MemoryRig.Virtual(new World(1), Faults.none());
    }
}
