package io.muster.agent.kernel;

import java.io.IOException;

/**
 * The units in which the kernel counts for {@code /proc}.
 *
 * @param ticksPerSecond of processor time
 * @param pageBytes of memory
 */
public record MachineUnits(long ticksPerSecond, long pageBytes) {
    private static final int CLOCK_TICKS = 2; // _SC_CLK_TCK
    private static final int PAGE_SIZE = 30; // _SC_PAGESIZE

    /** Asks the C library. */
    public static MachineUnits ask() throws IOException {
        return new MachineUnits(
                SystemCalls.configured(CLOCK_TICKS), SystemCalls.configured(PAGE_SIZE));
    }
}
