package io.muster.agent.control;

import io.muster.api.outcome.Problem;
import io.muster.api.request.Response;
import io.muster.transport.LinkException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a workload is told when nothing comes of what it asks for. */
final class Refusals {
    private Refusals() {}

    static Response.Refused denied(List<Problem> problems) {
        return Response.Refused.of("Access denied", problems);
    }

    /** What will not get better by asking again. */
    static Response.Refused of(String why) {
        return new Response.Refused(Response.Reason.REFUSED, why, List.of());
    }

    /** Nothing was changed, and asking again later helps. */
    static Response.Refused busy(String why) {
        return new Response.Refused(Response.Reason.BUSY, why, List.of());
    }

    /** Something that changes nothing has no answer. */
    static Response.Refused failed(@Nullable Throwable failure) {
        return failed(failure, false);
    }

    /**
     * Something has no answer.
     *
     * @param update whether it may have changed something
     */
    static Response.Refused failed(@Nullable Throwable failure, boolean update) {
        if (failure instanceof LinkException why) {
            var reason =
                    switch (why.kind()) {
                        case REFUSED -> Response.Reason.REFUSED;
                        case NOT_CONNECTED, NO_SERVER, BUSY -> Response.Reason.BUSY;
                        case OUTCOME_UNKNOWN, CLOSED -> // a link also closes on what it has sent
                                update ? Response.Reason.OUTCOME_UNKNOWN : Response.Reason.BUSY;
                    };
            return new Response.Refused(reason, String.valueOf(why.getMessage()), List.of());
        }
        throw new IllegalStateException("a link fails with LinkException", failure);
    }
}
