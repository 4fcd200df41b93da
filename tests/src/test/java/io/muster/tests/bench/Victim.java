package io.muster.tests.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program to which things happen, and which is to be there again afterwards. */
final class Victim {
    private static final long LIMIT_SECONDS = 60;

    private final String name;
    private final Starter starter;
    private Process process;
    private boolean wanted = true;
    private boolean frozen;

    /** Starts the program. */
    interface Starter {
        Process start() throws IOException;
    }

    Victim(String name, Starter starter) throws IOException {
        this.name = name;
        this.starter = starter;
        this.process = starter.start();
    }

    String name() {
        return name;
    }

    /** Says whether nothing has happened to it that is not over. */
    boolean isWell() {
        return wanted && !frozen;
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        wanted = false;
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM, and waits for the end. */
    void stop() throws IOException, InterruptedException {
        wanted = false;
        process.destroy();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(name + " did not stop within " + LIMIT_SECONDS + " s");
        }
    }

    /** SIGSTOP. */
    void freeze() throws IOException, InterruptedException {
        frozen = true;
        signal("STOP");
    }

    /** Lets it go on, or starts it again. */
    void recover() throws IOException, InterruptedException {
        if (frozen) {
            signal("CONT");
            frozen = false;
        }
        if (!wanted) {
            process = starter.start();
            wanted = true;
        }
    }

    /** Says whether it has ended, and nobody here ended it. */
    boolean hasEndedByItself() {
        return wanted && !process.isAlive();
    }

    /** Ends it for good. */
    void end() {
        wanted = false;
        process.destroyForcibly();
    }

    private void signal(String signal) throws IOException, InterruptedException {
        Run.run(List.of("kill", "-" + signal, Long.toString(process.pid())));
    }
}
