package io.muster.api.shell;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;

/** Runs programs. Blocks; any thread. */
public interface Processes {
    /**
     * Runs a program without a shell, feeds it and collects what it prints.
     *
     * @throws KilledException if it was killed because {@code timeout} has passed, or because it
     *     has printed more than 4 MiB to one of its streams
     * @throws IOException if it cannot be started
     */
    Finished run(Command command) throws IOException, InterruptedException;

    /** A program was killed before its end. The message names only the program. */
    final class KilledException extends IOException {
        private static final long serialVersionUID = 1;

        private final String why;

        /**
         * Makes one.
         *
         * @param why such as "no end within 5 s; killed"
         */
        public KilledException(Command command, String why) {
            super(command.words().getFirst() + ": " + why);
            this.why = why;
        }

        /** Returns why, without the program. */
        public String why() {
            return why;
        }
    }

    /**
     * Starts a program without a shell whose output is read as it comes, standard output and
     * standard error as one. It reads nothing; {@code input} and {@code timeout} of the command do
     * not count. The program has to be closed.
     *
     * @throws IOException if it cannot be started, saying so
     */
    default Talking start(Command command) throws IOException {
        throw new IOException(
                command.words().getFirst() + ": programs are only run to their end here");
    }

    /**
     * A program that runs, and what it prints. One caller reads; {@link #close} may be called from
     * any thread.
     */
    interface Talking extends AutoCloseable {
        /**
         * Waits for output. What is not read stays in the pipe: a program whose output nobody takes
         * waits.
         *
         * @return how many bytes were put into {@code buffer}, at least one; -1 at the end
         */
        int read(byte[] buffer) throws IOException, InterruptedException;

        /**
         * Returns the exit code, after the end of the output; 128 plus the signal for one that was
         * killed.
         */
        int exitCode() throws InterruptedException;

        /** Kills the program and those that it started, if they still run. */
        @Override
        void close();
    }

    /**
     * A program to run.
     *
     * @param words program and arguments
     * @param environment added to that of this process
     * @param input text for its standard input
     * @param timeout for its end, and for what it prints
     * @param alone whether what it has started and left behind is killed when it has ended; not so
     *     for programs of which that is the purpose, such as container engines
     */
    record Command(
            List<String> words,
            SortedMap<String, String> environment,
            String input,
            Duration timeout,
            boolean alone) {
        /** Copies the list. */
        public Command {
            words = List.copyOf(words);
        }

        /** A program that may leave others behind. */
        public Command(
                List<String> words,
                SortedMap<String, String> environment,
                String input,
                Duration timeout) {
            this(words, environment, input, timeout, false);
        }
    }

    /**
     * What came of it.
     *
     * @param exitCode 128 plus the signal for one that was killed
     */
    record Finished(int exitCode, String output, String errors) {}
}
