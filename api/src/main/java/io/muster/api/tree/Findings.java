package io.muster.api.tree;

import io.muster.api.outcome.Problem;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong; beyond a bound it only counts. */
final class Findings {
    private static final int MAX = 100;

    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();
    private final List<Problem> misspelt = new ArrayList<>();
    private int moreProblems;
    private int moreWarnings;

    void problem(Problem problem) {
        if (problems.size() < MAX) {
            problems.add(problem);
        } else {
            moreProblems++;
        }
    }

    void warning(Problem warning) {
        if (warnings.size() < MAX) {
            warnings.add(warning);
        } else {
            moreWarnings++;
        }
    }

    /** A warning about a key that may be meant for another, which then may be missing. */
    void misspelt(Problem warning) {
        warning(warning);
        if (misspelt.size() < MAX) {
            misspelt.add(warning);
        }
    }

    /** How many problems there are so far. */
    int count() {
        return problems.size() + moreProblems;
    }

    /** All problems. */
    List<Problem> problems() {
        return closed(problems, moreProblems);
    }

    /** The keys that may be behind the problems, if there are any. */
    List<Problem> misspelt() {
        return problems.isEmpty() ? List.of() : List.copyOf(misspelt);
    }

    List<Problem> warnings() {
        return closed(warnings, moreWarnings);
    }

    private static List<Problem> closed(List<Problem> found, int more) {
        if (more == 0) {
            return List.copyOf(found);
        }
        var all = new ArrayList<>(found);
        all.add(new Problem("", "%d more of them".formatted(more), "correct these first"));
        return List.copyOf(all);
    }
}
