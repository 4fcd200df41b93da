package io.muster.transport;

import io.muster.api.bus.BusException;
import io.muster.api.bus.Publication;
import java.util.Optional;
import java.util.function.Consumer;

/** Where links publish: a session, or whatever session there is now. */
interface Publisher {
    /** Says whether there is a connection and everything is subscribed to. */
    boolean ready();

    /**
     * Publishes; {@code done} is called later, as a task of its own, with the failure if there is
     * one. Fails while not ready. After the session has been closed, nothing is called any more.
     */
    void publish(Publication publication, Consumer<Optional<BusException>> done);
}
