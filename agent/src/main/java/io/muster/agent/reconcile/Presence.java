package io.muster.agent.reconcile;

import io.muster.api.link.Facts;
import io.muster.api.link.ServerPresence;
import io.muster.api.name.Lineage;
import java.util.Optional;

/**
 * What is known of the connection and of the server.
 *
 * @param begun connecting has begun
 * @param nonce of the connection; empty if there is none
 * @param server the last one that was seen
 * @param online whether it is there, as far as it told
 * @param facts the last that it told
 * @param silent it had its time to tell facts, and did not
 * @param thrownOut another session with the agent's name has ended one of this agent's
 */
record Presence(
        boolean begun,
        Optional<String> nonce,
        Optional<Server> server,
        boolean online,
        Optional<Facts> facts,
        boolean silent,
        boolean thrownOut) {
    static final Presence NONE =
            new Presence(
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    Optional.empty(),
                    false,
                    false);

    /** One connection of one server. */
    record Server(Lineage lineage, long epoch, long connection) {
        static Server of(ServerPresence presence) {
            return new Server(presence.lineage(), presence.epoch(), presence.connection());
        }
    }

    Presence begin() {
        return new Presence(true, nonce, server, online, facts, silent, thrownOut);
    }

    Presence connected(String current) {
        return new Presence(begun, Optional.of(current), server, online, facts, false, thrownOut);
    }

    Presence disconnected(boolean byAnother) {
        return new Presence(
                begun, Optional.empty(), server, false, facts, false, thrownOut || byAnother);
    }

    Presence saw(ServerPresence presence) {
        return new Presence(
                begun,
                nonce,
                Optional.of(Server.of(presence)),
                presence.online(),
                facts,
                silent,
                thrownOut);
    }

    boolean isNew(ServerPresence presence) {
        return presence.online() && !server.equals(Optional.of(Server.of(presence)));
    }

    /** Takes facts, unless they are older than those known. */
    Presence told(Facts newer) {
        boolean older =
                facts.filter(each ->
                                newer.epoch() < each.epoch()
                                        || (newer.epoch() == each.epoch()
                                                && newer.sequence() <= each.sequence()))
                        .isPresent();
        return older
                ? this
                : new Presence(begun, nonce, server, online, Optional.of(newer), silent, thrownOut);
    }

    /** Epochs of another lineage cannot be compared: begin anew. */
    Presence withoutFacts() {
        return new Presence(begun, nonce, server, online, Optional.empty(), false, thrownOut);
    }

    Presence lostPatience() {
        return new Presence(begun, nonce, server, online, facts, true, thrownOut);
    }

    Presence patient() {
        return new Presence(begun, nonce, server, online, facts, false, thrownOut);
    }

    /** Says whether the server is there and tells facts, or may still begin to. */
    boolean isAnswering() {
        return nonce.isPresent() && online && (facts.isPresent() || !silent);
    }

    /** Says whether the server may still tell what is not known. */
    boolean mayTell() {
        return nonce.isPresent() && online && !silent;
    }
}
