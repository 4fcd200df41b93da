package io.muster.tests.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Ends the native workloads that a test left running. */
public final class NativeLeftovers {
    private NativeLeftovers() {}

    /**
     * Kills every supervising shell that names {@code state} in its command line, and all below it.
     */
    public static void kill(Path state) {
        var shells =
                ProcessHandle.allProcesses()
                        .filter(each -> commandLine(each).contains(state.toString()))
                        .toList();
        for (var shell : shells) {
            var below = shell.descendants().toList();
            shell.destroyForcibly();
            below.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(
                    Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has ended meanwhile
        }
    }
}
