package io.muster.server.core;

import io.muster.api.access.AccessRights;
import io.muster.api.outcome.Problem;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import java.util.List;

/**
 * Judges what workloads ask through their agents. Their agent has judged it already; but no agent
 * is trusted to speak for workloads that are not its own, or to know their rules.
 */
final class RightsLogic {
    private RightsLogic() {}

    /**
     * Says what speaks against a request. Clients may ask for everything.
     *
     * @return empty if it is allowed
     */
    static List<Problem> problems(Turn turn, Requester requester, Request request) {
        return switch (requester) {
            case Requester.Client _ -> List.of();
            case Requester.Workload workload -> problems(turn, workload, request);
        };
    }

    private static List<Problem> problems(Turn turn, Requester.Workload workload, Request request) {
        if (isEnding(request.body())) {
            return List.of(); // of something of its own, also when the workload is gone
        }
        var placed = turn.committed().workloads().get(workload.name());
        if (placed == null || !placed.agent().equals(workload.agent().value())) {
            return List.of(
                    new Problem(
                            "workload " + workload.name(),
                            "access denied: it is not, or no longer, one of agent "
                                    + workload.agent(),
                            "apply a manifest in which it is"));
        }
        return new AccessRights(placed.assigned().workload().controlInterfaceAccess())
                .problems(meant(turn, workload, request));
    }

    private static boolean isEnding(Request.Body body) {
        return body instanceof Request.CancelEvents || body instanceof Request.CancelLogs;
    }

    /** Who goes on listening asks for what it asked when it began; its rules may have changed. */
    private static Request.Body meant(Turn turn, Requester.Workload workload, Request request) {
        return request.body() instanceof Request.RenewEvents(var id)
                ? turn.state()
                        .audience()
                        .find(new Asker(workload, id))
                        .<Request.Body>map(known -> new Request.GetState(known.masks(), true))
                        .orElse(request.body())
                : request.body();
    }
}
