package io.muster.agent.control;

import io.muster.agent.kernel.Fifos;
import io.muster.api.name.InstanceName;
import java.io.IOException;

/** Where instances and their agent meet. Blocks; any thread. */
public interface Doors {
    /** There are none: a workload with rules cannot be started. */
    Doors NONE =
            new Doors() {
                @Override
                public Fifos.Pair make(InstanceName instance, Fifos.Listener listener)
                        throws IOException {
                    throw new IOException("there are no control interfaces here");
                }

                @Override
                public Fifos.Pair open(InstanceName instance, Fifos.Listener listener)
                        throws IOException {
                    return make(instance, listener);
                }

                @Override
                public void remove(InstanceName instance) {}
            };

    /**
     * Makes what an instance opens that is still to start, and opens the agent's end of it. What
     * was there before is replaced: nothing that an earlier program has said is heard.
     *
     * @param listener called on any thread, and not to block it
     * @throws IOException with the path and the reason
     */
    Fifos.Pair make(InstanceName instance, Fifos.Listener listener) throws IOException;

    /**
     * Makes what the instance opens, unless it is there, and opens the agent's end of it. What was
     * said to an earlier agent, and not read by it, may be heard first, from anywhere in a message.
     *
     * @param listener called on any thread, and not to block it
     * @throws IOException with the path and the reason
     */
    Fifos.Pair open(InstanceName instance, Fifos.Listener listener) throws IOException;

    /**
     * Removes what the instance opens, if it is there.
     *
     * @throws IOException with the path and the reason
     */
    void remove(InstanceName instance) throws IOException;
}
