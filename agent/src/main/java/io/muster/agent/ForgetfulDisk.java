package io.muster.agent;

import io.muster.api.shell.Disk;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** Keeps everything as long as the process lives, for {@code --ephemeral}. */
final class ForgetfulDisk implements Disk {
    private final ConcurrentSkipListMap<String, byte[]> files = new ConcurrentSkipListMap<>();

    @Override
    public Optional<byte[]> read(String name) {
        return Optional.ofNullable(files.get(name));
    }

    @Override
    public void write(String name, byte[] content) {
        files.put(name, content.clone());
    }

    @Override
    public void delete(String name) {
        files.remove(name);
    }

    @Override
    public List<String> list(String folder) {
        var prefix = folder.isEmpty() ? "" : folder + "/";
        return files.keySet().stream()
                .filter(name -> name.startsWith(prefix) && name.indexOf('/', prefix.length()) < 0)
                .map(name -> name.substring(prefix.length()))
                .toList();
    }

    @Override
    public AutoCloseable lock() {
        return () -> {};
    }
}
