package io.muster.api.shell;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;

/** Runs programs to their end. Blocks; any thread. */
public interface Processes {
    /**
     * Runs a program without a shell, feeds it and collects what it prints.
     *
     * @throws IOException if it cannot be started, or is killed because {@code timeout} has passed
     *     or it has printed more than 4 MiB to one of its streams, saying which
     */
    Finished run(Command command) throws IOException, InterruptedException;

    /**
     * A program to run.
     *
     * @param words program and arguments
     * @param environment added to that of this process
     * @param input text for its standard input
     */
    record Command(
            List<String> words,
            SortedMap<String, String> environment,
            String input,
            Duration timeout) {
        /** Copies the list. */
        public Command {
            words = List.copyOf(words);
        }
    }

    /**
     * What came of it.
     *
     * @param exitCode 128 plus the signal for one that was killed
     */
    record Finished(int exitCode, String output, String errors) {}
}
