package io.muster.cli.terminal;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** How many columns and rows a terminal has. */
public record WindowSize(int columns, int rows) {
    /** No terminal: nothing has to fit. */
    public static final WindowSize UNBOUNDED = new WindowSize(65535, 65535);

    private static final WindowSize USUAL = new WindowSize(80, 24);

    /** Of the terminal at standard output; 80 columns and 24 rows if it does not say. */
    static WindowSize ofStandardOutput() {
        try (var arena = Arena.ofConfined()) {
            var answer = arena.allocate(ValueLayout.JAVA_SHORT, 4);
            int result = (int) Ioctl.HANDLE.invokeExact(1, Ioctl.GET_WINDOW_SIZE, answer);
            int rows = Short.toUnsignedInt(answer.getAtIndex(ValueLayout.JAVA_SHORT, 0));
            int columns = Short.toUnsignedInt(answer.getAtIndex(ValueLayout.JAVA_SHORT, 1));
            return result != 0
                    ? USUAL
                    : new WindowSize(
                            columns == 0 ? USUAL.columns : columns, rows == 0 ? USUAL.rows : rows);
        } catch (Throwable e) { // what invokeExact declares; the size is only about looks
            return USUAL;
        }
    }

    /** Loaded only when there is a terminal. */
    private static final class Ioctl {
        /** TIOCGWINSZ of Linux on x86, ARM and RISC-V. */
        static final long GET_WINDOW_SIZE = 0x5413;

        @SuppressWarnings("restricted") // the command is started with native access
        static final MethodHandle HANDLE =
                Linker.nativeLinker()
                        .downcallHandle(
                                Linker.nativeLinker().defaultLookup().findOrThrow("ioctl"),
                                FunctionDescriptor.of(
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_LONG,
                                        ValueLayout.ADDRESS),
                                Linker.Option.firstVariadicArg(2));
    }
}
