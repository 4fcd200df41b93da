package io.muster.server.core;

import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.state.State;
import java.util.List;

/**
 * What the mutating hooks made of an update.
 *
 * @param result the desired state with it, or why it is to be refused
 * @param changers the names of the hooks that changed it
 */
public record HookVerdict(Outcome<State> result, List<String> changers) {
    /** Copies the list. */
    public HookVerdict {
        changers = List.copyOf(changers);
    }

    /** Names the hooks in a problem that only what they wrote can have. */
    Problem blamed(Problem problem) {
        return changers.isEmpty()
                ? problem
                : new Problem(
                        "%s (as mutating %s \"%s\" wrote it)"
                                .formatted(
                                        problem.where(),
                                        changers.size() == 1 ? "hook" : "hooks",
                                        String.join("\", \"", changers)),
                        problem.what(),
                        "ask whoever runs the server to repair the hook: " + problem.remedy());
    }
}
