package io.muster.simulators;

import io.muster.api.runtime.Observation;
import io.muster.api.state.CompleteState;
import io.muster.simulators.plan.PlanText;
import io.muster.simulators.plan.Step;
import io.muster.testkit.runtime.FakeMachine.Resident;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Stops before each step of a plan, and shows what came of the one before it, and how things stand.
 * Goes on when somebody presses Enter, or at once where nobody can.
 */
final class Stepper {
    private static final String HELP =
            "[Enter] do it, [m] messages since the last step, [q] run to the end without stops";

    private final BufferedReader input;
    private final PrintWriter out;
    private int shown;
    private int number;
    private boolean stops = true;

    /**
     * Makes one.
     *
     * @param input says line by line what to do
     */
    Stepper(BufferedReader input, PrintWriter out) {
        this.input = input;
        this.out = out;
    }

    /** Looks before a step. */
    void look(SimulatedCluster cluster, Step next) {
        if (!stops) {
            return;
        }
        var trace = cluster.trace();
        out.println("--- after %d steps and %d messages".formatted(number, messages(trace)));
        out.println("server: " + cluster.server().state().map(Stepper::said).orElse("down"));
        for (var node : cluster.nodes()) {
            out.println(
                    "%s: %s%s"
                            .formatted(
                                    node.host(),
                                    node.isUp() ? "up" : "down",
                                    residents(node.machine().residents())));
        }
        out.println("next: " + PlanText.of(next));
        if (number == 0) {
            out.println(HELP);
        }
        out.flush();
        await(trace);
        shown = trace.size();
        number++;
    }

    private int messages(Trace trace) {
        return trace.since(shown, true).size() - trace.since(shown, false).size();
    }

    private void await(Trace trace) {
        while (true) {
            var said = read();
            switch (said) {
                case "" -> {
                    return;
                }
                case "m" -> trace.since(shown, true).forEach(out::println);
                case "q" -> {
                    stops = false;
                    return;
                }
                default -> out.println(HELP);
            }
            out.flush();
        }
    }

    private String read() {
        try {
            var line = input.readLine();
            return line == null ? "" : line.strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String said(CompleteState state) {
        return state.workloadStates().isEmpty()
                ? "knows no workload"
                : state.workloadStates().stream()
                        .map(each -> each.instance().shortName() + " " + each.phase())
                        .collect(Collectors.joining(", "));
    }

    private static String residents(List<Resident> residents) {
        return residents.stream()
                .map(each -> ", " + each.instance().shortName() + " " + words(each.observation()))
                .collect(Collectors.joining());
    }

    private static String words(Observation observation) {
        return switch (observation) {
            case Observation.Running _ -> "runs";
            case Observation.Exited(int code) -> "ended with " + code;
            case Observation.Gone _ -> "is gone";
            case Observation other -> other.getClass().getSimpleName();
        };
    }
}
