package io.muster.testkit.podman;

import io.muster.api.host.SystemProcesses;
import io.muster.api.shell.Processes;
import java.io.IOException;
import java.util.function.UnaryOperator;

/** The machine's processes, started by other commands than those that are asked for. */
record RewrittenProcesses(Processes machine, UnaryOperator<Processes.Command> rewriting)
        implements Processes {
    RewrittenProcesses(UnaryOperator<Command> rewriting) {
        this(new SystemProcesses(), rewriting);
    }

    @Override
    public Finished run(Command command) throws IOException, InterruptedException {
        return machine.run(rewriting.apply(command));
    }

    @Override
    public Talking start(Command command) throws IOException {
        return machine.start(rewriting.apply(command));
    }
}
