package io.muster.testkit.disk;

import io.muster.api.shell.Disk;

final class MemoryDiskTest extends DiskContract {
    @Override
    protected Disk disk() {
        return new MemoryDisk();
    }

    @Override
    protected Disk again(Disk disk) {
        return disk;
    }
}
