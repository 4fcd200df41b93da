package io.muster.transport;

import io.muster.api.link.ServerPresence;
import java.util.Optional;

/**
 * What is known of the server's presence, judged instead of believed.
 *
 * <p>A will can come after the next announcement (MQTT 5.0 asks for no order between sessions), and
 * a broker may deliver a message twice. So: whoever announces itself is there, unless the same
 * server process has announced a later connection; whoever is said to be gone is gone only if it is
 * the one that is there now, or came after it.
 */
final class PresenceView {
    private Optional<ServerPresence> current = Optional.empty();

    /** Learns; says whether that changed the judgement. */
    boolean learn(ServerPresence told) {
        if (told.online() ? isOutdated(told) : concernsAnEarlierOne(told)) {
            return false;
        }
        boolean changed =
                current.isEmpty()
                        || (told.online() ? !current.get().equals(told) : current.get().online());
        if (changed) {
            current = Optional.of(told);
        }
        return changed;
    }

    /** Forgets: the connection over which it was learnt is gone. */
    void forget() {
        current = Optional.empty();
    }

    /** Returns the last presence that counted. */
    Optional<ServerPresence> current() {
        return current;
    }

    /** Says whether a server is there. */
    boolean online() {
        return current.isPresent() && current.get().online();
    }

    private boolean isOutdated(ServerPresence told) {
        return current.isPresent() && sameProcess(told) && isBefore(told.connection());
    }

    private boolean concernsAnEarlierOne(ServerPresence told) {
        if (!online() || told.nonce().equals(current.orElseThrow().nonce())) {
            return false;
        }
        var now = current.orElseThrow();
        boolean later =
                told.lineage().equals(now.lineage())
                        && (told.epoch() > now.epoch()
                                || (told.epoch() == now.epoch()
                                        && told.connection() > now.connection()));
        return !later;
    }

    private boolean sameProcess(ServerPresence told) {
        return told.lineage().equals(current.orElseThrow().lineage())
                && told.epoch() == current.orElseThrow().epoch();
    }

    private boolean isBefore(long connection) {
        return connection < current.orElseThrow().connection();
    }
}
