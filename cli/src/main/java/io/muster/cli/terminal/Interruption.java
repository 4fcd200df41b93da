package io.muster.cli.terminal;

import java.util.Optional;

/**
 * What is to be done when somebody ends the program with Ctrl-C, or it is told to end: the JVM then
 * does it, and ends with exit code 130 or 143.
 */
public final class Interruption implements AutoCloseable {
    private final Thread hook;
    private final Optional<QuitSignal> quit;

    private Interruption(Thread hook, Optional<QuitSignal> quit) {
        this.hook = hook;
        this.quit = quit;
    }

    /** Does this in such a case, until closed. */
    public static Interruption with(Runnable reaction) {
        var hook = Thread.ofPlatform().name("interrupted").unstarted(reaction);
        Runtime.getRuntime().addShutdownHook(hook);
        return new Interruption(hook, Optional.empty());
    }

    /**
     * Does this in such a case, and ends with success: to be interrupted is the usual end of what
     * goes on for ever. SIGQUIT is such a case, too.
     */
    public static Interruption ending(Runnable reaction) {
        var interruption =
                with(() -> {
                    reaction.run();
                    Runtime.getRuntime().halt(0);
                });
        return new Interruption(
                interruption.hook, QuitSignal.take(() -> Runtime.getRuntime().exit(0)));
    }

    @Override
    @SuppressWarnings("EmptyCatch") // it is being done already
    public void close() {
        quit.ifPresent(QuitSignal::release);
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
        }
    }
}
