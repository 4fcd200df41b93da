package io.muster.transport;

import io.muster.api.name.InstanceName;
import io.muster.api.path.FieldMask;
import io.muster.api.request.LogSelection;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Asks the server in the name of one workload, over the link of its agent. All calls from the
 * serial, and all callbacks on it.
 */
public interface Spokesman extends AutoCloseable {
    /**
     * Asks, as {@link ClientLink#ask} does: repeated until answered; fails with a {@link
     * LinkException}.
     */
    CompletionStage<Response> ask(Request.Body body, Duration timeout);

    /** Listens, as {@link ClientLink#subscribe} does. */
    ClientLink.Subscription subscribe(List<FieldMask> masks, ClientLink.EventListener listener);

    /** Reads logs, as {@link ClientLink#readLogs} does. */
    ClientLink.LogReading readLogs(
            List<InstanceName> instances,
            LogSelection selection,
            Duration patience,
            ClientLink.LogListener listener);

    /** Ends all; what is asked fails. Safe to repeat. */
    @Override
    void close();
}
