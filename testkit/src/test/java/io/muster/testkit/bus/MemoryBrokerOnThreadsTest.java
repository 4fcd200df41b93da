package io.muster.testkit.bus;

final class MemoryBrokerOnThreadsTest extends BusContract {
    @Override
    protected BrokerRig rig() {
        return new MemoryRig.Real();
    }
}
