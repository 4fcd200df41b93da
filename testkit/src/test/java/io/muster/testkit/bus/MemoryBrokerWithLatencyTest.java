package io.muster.testkit.bus;

import io.muster.testkit.world.World;

final class MemoryBrokerWithLatencyTest extends BusContract {
    @Override
    protected BrokerRig rig() {
        var world = new World(2);
        return new MemoryRig.Virtual(
                world, new RandomFaults(world.split(), RandomFaults.Rates.CALM));
    }
}
