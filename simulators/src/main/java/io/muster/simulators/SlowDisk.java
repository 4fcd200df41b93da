package io.muster.simulators;

import io.muster.api.shell.Disk;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A disk whose writes take as long as is said elsewhere. */
record SlowDisk(Disk disk, Pace pace) implements Disk {
    @Override
    public Optional<byte[]> read(String name) throws IOException {
        return disk.read(name);
    }

    @Override
    public void write(String name, byte[] content) throws IOException {
        pace.write();
        disk.write(name, content);
    }

    @Override
    public void delete(String name) throws IOException {
        disk.delete(name);
    }

    @Override
    public List<String> list(String folder) throws IOException {
        return disk.list(folder);
    }

    @Override
    public AutoCloseable lock() throws IOException {
        return disk.lock();
    }
}
