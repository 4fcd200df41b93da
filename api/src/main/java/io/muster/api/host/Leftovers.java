package io.muster.api.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * What a program leaves running. Found by a mark in the environment, which everything inherits that
 * it starts: also what has lost its parent, or made a session of its own.
 */
final class Leftovers {
    /** The variable with the mark. */
    static final String VARIABLE = "MUSTER_RUN";

    private static final Path PROCESSES = Path.of("/proc");

    /** What is being started while others are killed is found the next time. */
    private static final int PASSES = 5;

    private final String mark = UUID.randomUUID().toString();

    /** Returns the value of {@link #VARIABLE} that marks the program. */
    String mark() {
        return mark;
    }

    /** Kills all that bear the mark. */
    void kill() {
        for (int i = 0; i < PASSES; i++) {
            var found = find();
            found.forEach(ProcessHandle::destroyForcibly);
            if (found.isEmpty()) {
                return;
            }
        }
    }

    private List<ProcessHandle> find() {
        return ProcessHandle.allProcesses().filter(this::isMarked).toList();
    }

    private boolean isMarked(ProcessHandle process) {
        try {
            var environment = Files.readAllBytes(PROCESSES.resolve(process.pid() + "/environ"));
            return new String(environment, StandardCharsets.ISO_8859_1)
                    .contains(VARIABLE + "=" + mark);
        } catch (IOException notOurs) {
            return false; // of another user, or gone
        }
    }
}
