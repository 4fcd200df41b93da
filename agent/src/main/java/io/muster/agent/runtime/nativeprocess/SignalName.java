package io.muster.agent.runtime.nativeprocess;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** The names of signals, with the numbers they have in Linux on x86, ARM, RISC-V and POWER. */
final class SignalName {
    static final int TERM = 15;

    /** In the order of their numbers, from 1. */
    private static final List<String> NAMES =
            List.of(
                    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1",
                    "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP",
                    "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO",
                    "PWR", "SYS");

    private static final int HIGHEST = 64;

    private SignalName() {}

    /** Reads {@code SIGTERM}, {@code TERM} or {@code 15}. */
    static OptionalInt number(String text) {
        var name = text.strip().toUpperCase(Locale.ROOT);
        if (name.matches("[0-9]{1,2}")) {
            int number = Integer.parseInt(name);
            return number >= 1 && number <= HIGHEST ? OptionalInt.of(number) : OptionalInt.empty();
        }
        int index = NAMES.indexOf(name.startsWith("SIG") ? name.substring("SIG".length()) : name);
        return index < 0 ? OptionalInt.empty() : OptionalInt.of(index + 1);
    }

    static String examples() {
        return "SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGKILL, or a number from 1 to "
                + HIGHEST;
    }
}
