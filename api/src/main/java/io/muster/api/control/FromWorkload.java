package io.muster.api.control;

import io.muster.api.request.Request;

/** What a workload says. */
public sealed interface FromWorkload {
    /**
     * The first message of a session.
     *
     * @param protocolVersion as it was written; not checked
     * @param extended whether it understands what Ankaios has no words for
     */
    record Hello(String protocolVersion, boolean extended) implements FromWorkload {}

    /** It asks for something. */
    record Ask(Request request) implements FromWorkload {}
}
