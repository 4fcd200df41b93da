package io.muster.agent;

import io.muster.api.name.NodeId;
import io.muster.api.shell.Disk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a node's identity is kept. It is made once, and says nothing about the node. */
public final class NodeIdFile {
    static final String NAME = "node";

    private static final Logger log = LoggerFactory.getLogger(NodeIdFile.class);

    private NodeIdFile() {}

    /**
     * Returns the identity that the disk has, or a new one that it has from now on. Blocks.
     *
     * <p>Without a disk the new one holds for this process: then the next one has to wait for the
     * agent's name as if it came from another node, which is slow and not wrong.
     */
    public static NodeId read(Disk disk, RandomGenerator random) {
        return kept(disk).orElseGet(() -> made(disk, random));
    }

    private static Optional<NodeId> kept(Disk disk) {
        try {
            return disk.read(NAME)
                    .map(bytes -> new NodeId(new String(bytes, StandardCharsets.UTF_8).strip()));
        } catch (IOException | IllegalArgumentException e) {
            log.atWarn()
                    .addKeyValue("file", NAME)
                    .addKeyValue("reason", e.getMessage())
                    .log("the node's identity cannot be read; it gets another");
            return Optional.empty();
        }
    }

    private static NodeId made(Disk disk, RandomGenerator random) {
        var made = NodeId.of(random);
        try {
            disk.write(NAME, (made + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            log.atWarn()
                    .addKeyValue("file", NAME)
                    .addKeyValue("reason", e.getMessage())
                    .log("the node's identity cannot be kept; free space in the state directory");
        }
        return made;
    }
}
