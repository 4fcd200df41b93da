package io.muster.cli.wait;

import java.util.List;
import java.util.Optional;

/**
 * What is waited for, and how far that is.
 *
 * @param rows sorted by workload, agent, id
 * @param situation the latest that is known; empty before the first
 * @param interruption why nothing is heard now; empty while connected
 * @param disturbed whether there ever was an interruption: then what is missing may not have been
 *     told yet
 */
public record Waiting(
        List<Row> rows,
        Optional<Situation> situation,
        Optional<String> interruption,
        boolean disturbed) {
    /** Copies the list. */
    public Waiting {
        rows = List.copyOf(rows);
    }

    /** Says whether there is nothing more to wait for. */
    public boolean isOver() {
        return rows.stream().allMatch(Row::isEnded);
    }
}
