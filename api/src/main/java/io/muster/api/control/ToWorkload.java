package io.muster.api.control;

import io.muster.api.request.Response;

/** What a workload is told. */
public sealed interface ToWorkload {
    /** Its Hello was accepted. */
    record Accepted() implements ToWorkload {}

    /**
     * Nothing that it says is listened to any more, but a valid Hello.
     *
     * @param reason for people, with a remedy
     */
    record Closed(String reason) implements ToWorkload {}

    /** The answer to a request of its own, or an event of a subscription. */
    record Answer(Response response) implements ToWorkload {}

    /** Whether the agent has a connection to the server; only for those whose Hello is extended. */
    record ServerConnection(boolean connected) implements ToWorkload {}

    /**
     * It did not read for so long that messages were dropped; only for those whose Hello is
     * extended.
     *
     * @param messages how many, at least 1
     */
    record Missed(long messages) implements ToWorkload {}
}
