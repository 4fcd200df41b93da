package io.muster.agent.reconcile;

import io.muster.api.state.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a workload may ask for that this agent cannot do. Never silence: it is named, each time. */
final class Refusals {
    private Refusals() {}

    /**
     * Says why a workload cannot be started here, with remedies; empty if it can.
     *
     * @param runtimes the names of those the agent has
     */
    static Optional<String> of(Workload workload, List<String> runtimes) {
        var refusals = new ArrayList<String>();
        if (!runtimes.contains(workload.runtime())) {
            refusals.add(
                    "runtime: \"%s\" is none of this agent's; use %s."
                            .formatted(
                                    workload.runtime(),
                                    runtimes.isEmpty()
                                            ? "another agent, this one has no runtime at all"
                                            : "one of " + String.join(", ", runtimes)));
        }
        if (!workload.configs().isEmpty()) {
            refusals.add(
                    "configs: the server has not filled in its templates; update the server, and"
                            + " apply the workload again.");
        }
        return refusals.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", refusals));
    }
}
