package io.muster.agent.kernel;

import io.muster.api.shell.ProcessRef;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A program that uses up all its file descriptors, and watches nevertheless. */
final class CrowdedProcess {
    private CrowdedProcess() {}

    /** Fails if the watch does. */
    public static void main(String[] arguments) throws Exception {
        var process = new ProcessBuilder("cat").start();
        try (var watch = PidfdExitWatch.open()) {
            var ref = ProcStat.process(process.pid()).orElseThrow();
            watch.watch(new ProcessRef(4_999_999, 1), () -> {}); // loads what a failure needs
            var told = new AtomicInteger();
            var files = useUp();
            watch.watch(ref, told::incrementAndGet); // no room for the process
            files.removeLast().close();
            watch.watch(ref, told::incrementAndGet); // no room for a look at it
            for (var file : files) {
                file.close();
            }
            if (told.get() != 0) {
                throw new IllegalStateException("a process that runs was taken for ended");
            }
            var ended = new CountDownLatch(1);
            watch.watch(ref, ended::countDown);
            process.destroy();
            if (!ended.await(20, TimeUnit.SECONDS)) {
                throw new IllegalStateException("an end was not told");
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private static List<FileInputStream> useUp() throws IOException {
        var files = new ArrayList<FileInputStream>();
        try {
            while (true) {
                files.add(new FileInputStream("/dev/null"));
            }
        } catch (FileNotFoundException e) { // too many open files
            return files;
        }
    }
}
