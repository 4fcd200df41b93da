package io.muster.agent.control;

import io.muster.agent.kernel.Fifos;
import io.muster.agent.runtime.ControlFolder;
import io.muster.api.name.InstanceName;
import java.io.IOException;
import java.nio.file.Path;

/** Two FIFOs for each instance, in a folder of its own. */
public final class FifoDoors implements Doors {
    /** How much may wait for one instance to read it; a single message may be longer. */
    static final int ROOM = 4 << 20;

    private final Path runFolder;
    private final Fifos fifos;

    /** Makes them below a folder. */
    public FifoDoors(Path runFolder, Fifos fifos) {
        this.runFolder = runFolder;
        this.fifos = fifos;
    }

    @Override
    public Fifos.Pair make(InstanceName instance, Fifos.Listener listener) throws IOException {
        var folder = ControlFolder.of(runFolder, instance);
        folder.makeAnew();
        return open(folder, listener);
    }

    @Override
    public Fifos.Pair open(InstanceName instance, Fifos.Listener listener) throws IOException {
        var folder = ControlFolder.of(runFolder, instance);
        folder.make();
        return open(folder, listener);
    }

    private Fifos.Pair open(ControlFolder folder, Fifos.Listener listener) throws IOException {
        return fifos.open(folder.output(), folder.input(), ROOM, listener);
    }

    @Override
    public void remove(InstanceName instance) throws IOException {
        ControlFolder.of(runFolder, instance).remove();
    }
}
