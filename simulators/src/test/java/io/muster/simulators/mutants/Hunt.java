package io.muster.simulators.mutants;

import io.muster.api.outcome.Outcome;
import io.muster.simulators.Simulation;
import io.muster.simulators.plan.Plan;
import io.muster.simulators.plan.PlanMaker;
import io.muster.simulators.plan.PlanReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Looks for a deliberate bug, in a process of its own that has it among its classes: tries plans
 * and seeds one after the other, and ends when enough of them have broken a promise. Says a line
 * for each that was tried.
 */
final class Hunt {
    /** Begins the line of a try that broke a promise: what was tried, and how it ended. */
    static final String FOUND = "found";

    /** Begins the line of a try that kept all promises. */
    static final String MISSED = "missed";

    /** Begins the line of a try that does not come to an end. */
    static final String ENDLESS = "endless";

    /** Stands between a class of tests and one of its methods. */
    static final String SCENE = "#";

    /** Virtual minutes take less than a second. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private static final int MOST_WORDS = 300;

    private Hunt() {}

    /**
     * Tries everything until enough was found.
     *
     * @param args how many must break a promise, and then what is tried: seeds, files of plans, or
     *     all seeds from one to another ({@code 1-400})
     */
    public static void main(String[] args) throws Exception {
        int wanted = Integer.parseInt(args[0]);
        var watchdog = new Watchdog();
        int found = 0;
        for (var word : List.of(args).subList(1, args.length)) {
            var range = word.split("-", 2);
            boolean isRange = range.length == 2 && isSeed(range[0]) && isSeed(range[1]);
            long last = Long.parseLong(isRange ? range[1] : "0");
            for (long seed = Long.parseLong(isRange ? range[0] : "0");
                    seed <= last && found < wanted;
                    seed++) {
                var what = isRange ? String.valueOf(seed) : word;
                watchdog.watch(what);
                var reason = attempt(what);
                if (!reason.isEmpty()) {
                    found++;
                    System.out.println(FOUND + " " + what + " " + shortened(reason));
                } else {
                    System.out.println(MISSED + " " + what);
                }
            }
        }
        Runtime.getRuntime().halt(0); // whatever the bug left running
    }

    /** Returns which promise was broken; empty if none was. */
    private static String attempt(String what) throws IOException, ReflectiveOperationException {
        if (isSeed(what)) {
            return Simulation.run(plan(Long.parseLong(what))).reason();
        }
        return what.contains(SCENE) ? scene(what) : Simulation.run(plan(what)).reason();
    }

    private static String scene(String what) throws ReflectiveOperationException {
        var words = what.split(SCENE, 2);
        var type = Class.forName(words[0]);
        var constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        var method = type.getDeclaredMethod(words[1]);
        method.setAccessible(true);
        try {
            method.invoke(constructor.newInstance());
            return "";
        } catch (InvocationTargetException e) {
            return String.valueOf(e.getCause()).lines().findFirst().orElse("");
        }
    }

    private static boolean isSeed(String word) {
        return !word.isEmpty() && word.chars().allMatch(Character::isDigit);
    }

    private static String shortened(String reason) {
        return reason.length() > MOST_WORDS ? reason.substring(0, MOST_WORDS) + " ..." : reason;
    }

    /** The plan that a seed has in every build. */
    private static Plan plan(long seed) {
        return PlanMaker.plan(seed, 3, Duration.ofSeconds(90));
    }

    /** Reads the plan of a file. */
    static Plan plan(String file) throws IOException {
        return switch (PlanReader.read(file, Files.readString(Path.of(file)))) {
            case Outcome.Accepted<Plan>(var plan) -> plan;
            case Outcome.Refused<Plan>(var problems) ->
                    throw new IllegalArgumentException(problems.toString());
        };
    }

    /** Ends the process when a try takes too long, of the time of a processor. */
    private static final class Watchdog {
        private static final Duration LOOKS_EVERY = Duration.ofSeconds(5);

        private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        private final long watched = Thread.currentThread().threadId();
        private final AtomicReference<Try> current = new AtomicReference<>(new Try("", 0));

        private record Try(String what, long began) {}

        Watchdog() {
            var millis = LOOKS_EVERY.toMillis();
            new Timer(true)
                    .schedule(
                            new TimerTask() {
                                @Override
                                public void run() {
                                    look();
                                }
                            },
                            millis,
                            millis);
        }

        /** Something else is tried from now on. */
        void watch(String what) {
            current.set(new Try(what, threads.getThreadCpuTime(watched)));
        }

        private void look() {
            var its = current.get();
            if (threads.getThreadCpuTime(watched) - its.began > LONGEST.toNanos()) {
                System.out.println(ENDLESS + " " + its.what);
                Runtime.getRuntime().halt(1);
            }
        }
    }
}
