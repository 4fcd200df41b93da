package io.muster.transport;

import io.muster.api.shell.Serial;
import io.muster.api.topic.TopicFilter;
import io.muster.api.topic.Topics;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads the retained presence of the server again, slowly, while there seems to be no server: the
 * message that says otherwise may have been lost.
 */
final class ServerSearch {
    private final Serial serial;
    private final Duration pause;
    private final TopicFilter presence;
    private final PresenceView server;
    private final Supplier<LinkSession> session;
    private Optional<Serial.Timer> timer = Optional.empty();

    /**
     * Makes one.
     *
     * @param pause between two looks
     * @param session the one that there is at the time
     */
    ServerSearch(
            Serial serial,
            Duration pause,
            Topics topics,
            PresenceView server,
            Supplier<LinkSession> session) {
        this.serial = serial;
        this.pause = pause;
        this.presence = TopicFilter.of(topics.serverPresence());
        this.server = server;
        this.session = session;
    }

    /** Begins anew: there is a new connection, or the server has left. */
    void begin() {
        end();
        timer = Optional.of(serial.after(pause, this::look));
    }

    private void look() {
        timer = Optional.empty();
        if (session.get().ready() && !server.online()) {
            session.get().reread(presence);
            begin();
        }
    }

    void end() {
        timer.ifPresent(Serial.Timer::cancel);
        timer = Optional.empty();
    }
}
