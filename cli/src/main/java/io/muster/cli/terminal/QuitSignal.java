package io.muster.cli.terminal;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.Optional;

/**
 * SIGQUIT (Ctrl-\\) as a wish to end. The JVM keeps this signal for itself: it writes the stacks of
 * all threads to standard output, among what a command prints there, and goes on. Java code can
 * take it neither from the JVM nor, with {@code -Xrs}, from the operating system, and a handler of
 * a signal cannot be Java code.
 *
 * <p>But it can be a function of the C library that takes a number and may be called at any point:
 * {@code alarm}. Called with the number of the signal it rings after three seconds, and until then
 * {@code alarm(0)} tells that it will, and makes it not ring.
 */
final class QuitSignal {
    private static final int SIGQUIT = 3; // on all systems with signals
    private static final Duration LOOK = Duration.ofMillis(200);

    private final MethodHandle alarm;
    private final MethodHandle signal;
    private final MemorySegment before;
    private final Thread watch;

    private QuitSignal(
            MethodHandle alarm, MethodHandle signal, MemorySegment before, Runnable reaction) {
        this.alarm = alarm;
        this.signal = signal;
        this.before = before;
        this.watch = Thread.ofPlatform().daemon().name("quit").unstarted(() -> watch(reaction));
    }

    /** Reacts to the signal until it is released; nothing, if this system knows no signals. */
    @SuppressWarnings("restricted") // two functions of the C library with the types they have
    static Optional<QuitSignal> take(Runnable reaction) {
        var linker = Linker.nativeLinker();
        var library = linker.defaultLookup();
        var alarm = library.find("alarm");
        var signal = library.find("signal");
        if (alarm.isEmpty() || signal.isEmpty()) {
            return Optional.empty();
        }
        var setSignal =
                linker.downcallHandle(
                        signal.get(), FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS));
        var quit =
                new QuitSignal(
                        linker.downcallHandle(
                                alarm.get(), FunctionDescriptor.of(JAVA_INT, JAVA_INT)),
                        setSignal,
                        set(setSignal, alarm.get()),
                        reaction);
        quit.watch.start();
        return Optional.of(quit);
    }

    /** Gives the signal back. */
    void release() {
        watch.interrupt();
        set(signal, before);
    }

    private void watch(Runnable reaction) {
        try {
            while (!rings()) {
                Thread.sleep(LOOK);
            }
            reaction.run();
        } catch (InterruptedException released) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean rings() {
        try {
            return (int) alarm.invokeExact(0) > 0;
        } catch (Throwable e) {
            throw new IllegalStateException("alarm(0) cannot fail", e);
        }
    }

    private static MemorySegment set(MethodHandle signal, MemorySegment handler) {
        try {
            return (MemorySegment) signal.invokeExact(SIGQUIT, handler);
        } catch (Throwable e) {
            throw new IllegalStateException("signal cannot fail", e);
        }
    }
}
