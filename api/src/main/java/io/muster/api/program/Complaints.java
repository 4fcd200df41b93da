package io.muster.api.program;

import io.muster.api.outcome.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What is wrong with the values of options, all of it, so that a user corrects everything in one
 * go. Where each value stands is found out by {@link Program}.
 */
public final class Complaints {
    /** A command that judges its values before it is called. */
    public interface Judge {
        /** Says what is wrong with which option; the command is called only if nothing is. */
        void judge(Complaints complaints);
    }

    /**
     * A complaint.
     *
     * @param option its name, such as {@code --address}; empty if {@code what} says where
     * @param what with the value, and what to write instead
     */
    record Complaint(String option, String what) {}

    private final List<Complaint> all = new ArrayList<>();

    Complaints() {}

    List<Complaint> all() {
        return List.copyOf(all);
    }

    /** The value of this option makes no sense. */
    public void about(String option, String what) {
        all.add(new Complaint(option, what));
    }

    /** Something else makes no sense; {@code what} says where it stands. */
    public void say(String what) {
        about("", what);
    }

    /** A number has to be within bounds. */
    public void range(String option, long value, long from, long to) {
        if (value < from || value > to) {
            about(
                    option,
                    value
                            + " is not possible; write a number from "
                            + from
                            + (to == Integer.MAX_VALUE ? "" : " to " + to));
        }
    }

    /** A text has to be one that a constructor takes. */
    public void text(String option, String value, Function<String, ?> reader) {
        try {
            var _ = reader.apply(value);
        } catch (IllegalArgumentException e) {
            about(option, String.valueOf(e.getMessage()));
        }
    }

    /** A value has to be accepted. */
    public void accepted(String option, Outcome<?> outcome) {
        if (outcome instanceof Outcome.Refused<?>(var problems)) {
            problems.forEach(problem -> about(option, problem.toString()));
        }
    }
}
