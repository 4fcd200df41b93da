package io.muster.tests.bench;

import io.muster.api.tree.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** What native workloads have told of themselves, see {@link Numbered.Workloads}. */
record Ground(Path folder) {
    private static final String STARTS = ".starts";

    /** One start of a workload. */
    private record Start(long number, long pid, Instant at) {
        static Start read(String line) {
            var words = line.split(" ", -1);
            return new Start(
                    Long.parseLong(words[0]),
                    Long.parseLong(words[1]),
                    Instant.ofEpochMilli(Long.parseLong(words[2])));
        }

        /** Others may have its number by now, so it is looked what the process is. */
        boolean lives() {
            try {
                var line = Files.readString(Path.of("/proc/" + pid + "/cmdline"));
                return line.contains(Numbered.Workloads.SLEEPS);
            } catch (IOException _) {
                return false; // it has ended
            }
        }
    }

    private List<Path> files(String suffix) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(each -> each.toString().endsWith(suffix)).sorted().toList();
        }
    }

    private static List<Start> startsIn(Path file) throws IOException {
        return Files.exists(file)
                ? Files.readAllLines(file).stream().map(Start::read).toList()
                : List.of();
    }

    long starts() throws IOException {
        long count = 0;
        for (var file : files(STARTS)) {
            count += startsIn(file).size();
        }
        return count;
    }

    /** Says which workloads were started while one of their name still lived. */
    List<String> doubles() throws IOException {
        var found = new ArrayList<String>();
        for (var file : files(".doubles")) {
            found.add("two at once: " + file.getFileName() + " " + Files.readAllLines(file));
        }
        return found;
    }

    /** Says whether the agent of a workload could not keep what it was told at a time. */
    interface Excuse {
        boolean covers(String workload, Instant at) throws IOException;
    }

    /**
     * Workloads that went back to what they had been before.
     *
     * @param excused how often one went back whose agent had said that its copy is old
     * @param others the others
     */
    record Backwards(long excused, List<String> others) {}

    /** Says which workloads went back to what they had been before. */
    Backwards backwards(Excuse excuse) throws IOException {
        long excused = 0;
        var others = new ArrayList<String>();
        for (var file : files(STARTS)) {
            var name = file.getFileName().toString();
            var workload = name.substring(0, name.length() - STARTS.length());
            var highest = new Start(0, 0, Instant.EPOCH);
            for (var start : startsIn(file)) {
                if (start.number >= highest.number) {
                    highest = start;
                } else if (excuse.covers(workload, highest.at)) {
                    excused++;
                } else {
                    others.add(
                            "%s: %d was started after %d"
                                    .formatted(name, start.number, highest.number));
                }
            }
        }
        return new Backwards(excused, others);
    }

    /** Kills the process of a workload. Says whether there was one. */
    boolean killOne(Random random) throws IOException {
        var files = files(STARTS);
        if (files.isEmpty()) {
            return false;
        }
        var starts = startsIn(files.get(random.nextInt(files.size())));
        return !starts.isEmpty()
                && starts.getLast().lives()
                && ProcessHandle.of(starts.getLast().pid)
                        .filter(ProcessHandle::destroyForcibly)
                        .isPresent();
    }

    /** Waits until exactly that runs which is stored, and says what does not if it never does. */
    List<String> converge(Writers writers, Duration within)
            throws IOException, InterruptedException {
        var stored = writers.stored();
        long end = System.nanoTime() + within.toNanos();
        while (true) {
            var wrong = different(writers, stored);
            if (wrong.isEmpty() || System.nanoTime() > end) {
                return wrong;
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private List<String> different(Writers writers, Node.Entries stored) throws IOException {
        var wrong = new ArrayList<String>();
        for (var writer : writers.all()) {
            for (var thing : writer.known()) {
                var starts = startsIn(folder.resolve(thing + STARTS));
                if (!writer.runs()) {
                    continue;
                }
                long number = writer.number(stored, thing);
                var alive = starts.stream().filter(Start::lives).toList();
                boolean right =
                        Numbered.Workloads.rests(number)
                                ? alive.isEmpty()
                                : alive.size() == 1 && alive.getFirst().number == number;
                if (!right) {
                    wrong.add("%s: %d is wished, %s runs".formatted(thing, number, alive));
                }
            }
        }
        return wrong;
    }
}
