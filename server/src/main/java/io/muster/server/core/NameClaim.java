package io.muster.server.core;

import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;
import org.pcollections.PVector;
import org.pcollections.TreePVector;

/**
 * Who holds an agent's name.
 *
 * <p>A new instance usually is the agent's next process, so it gets the name. If the one before
 * comes back with a new connection, there are two: the elder keeps the name and the newer is
 * refused for as long as the elder was there lately. (The elder need not be connected at this
 * moment: each session that begins with a name throws the other one out of the broker.)
 *
 * @param holder the instance that has the name; empty if nobody had it yet
 * @param nonces of the holder's last connections, the current one at the end
 * @param former instances that had the name before, with the nonce of their last connection
 * @param formerOrder the same from the oldest
 * @param refused instances that are not to have it
 */
record NameClaim(
        String holder,
        PVector<String> nonces,
        PMap<String, String> former,
        PVector<String> formerOrder,
        PSet<String> refused) {
    static final NameClaim NONE =
            new NameClaim(
                    "",
                    TreePVector.empty(),
                    HashTreePMap.empty(),
                    TreePVector.empty(),
                    HashTreePSet.empty());

    /** How many nonces, and how many instances, are remembered. */
    private static final int MEMORY = 8;

    /** What to think of somebody who announces itself with the name. */
    sealed interface Verdict {
        /** The message is late: its connection is over. */
        record Stale() implements Verdict {}

        /** It is not to have the name. */
        record Refused() implements Verdict {}

        /**
         * It has the name.
         *
         * @param loser the instance that lost it because of two it is the newer one; or empty
         */
        record Granted(NameClaim next, String loser) implements Verdict {}
    }

    /**
     * Judges an announcement.
     *
     * @param holderIsAbout whether the holder is there or was lately; if there is none, whether one
     *     had no time yet to come
     * @param asks it was refused, perhaps by an earlier life of the server, and asks again
     */
    Verdict judge(String instance, String nonce, boolean holderIsAbout, boolean asks) {
        if (instance.equals(holder)) {
            if (!nonces.isEmpty() && nonces.getLast().equals(nonce)) {
                return new Verdict.Granted(this, "");
            }
            return nonces.contains(nonce)
                    ? new Verdict.Stale()
                    : new Verdict.Granted(
                            new NameClaim(
                                    holder, last(nonces.plus(nonce)), former, formerOrder, refused),
                            "");
        }
        if ((asks || refused.contains(instance)) && holderIsAbout) {
            return new Verdict.Refused();
        }
        var lastNonce = former.get(instance);
        if (nonce.equals(lastNonce)) {
            return new Verdict.Stale();
        }
        var back = without(instance);
        return lastNonce != null && holderIsAbout
                ? new Verdict.Granted(back.refusing(holder).heldBy(instance, nonce), holder)
                : new Verdict.Granted(back.succeeded().heldBy(instance, nonce), "");
    }

    /** Says whether this instance is refused. */
    boolean refuses(String instance) {
        return refused.contains(instance);
    }

    private NameClaim heldBy(String instance, String nonce) {
        return new NameClaim(instance, TreePVector.singleton(nonce), former, formerOrder, refused);
    }

    private NameClaim without(String instance) {
        return new NameClaim(
                holder,
                nonces,
                former.minus(instance),
                formerOrder.minus(instance),
                refused.minus(instance));
    }

    private NameClaim refusing(String instance) {
        var next = refused.size() >= MEMORY ? HashTreePSet.<String>empty() : refused;
        return new NameClaim(holder, nonces, former, formerOrder, next.plus(instance));
    }

    private NameClaim succeeded() {
        if (holder.isEmpty()) {
            return this;
        }
        var order = formerOrder.plus(holder);
        var map = former.plus(holder, nonces.getLast());
        if (order.size() > MEMORY) {
            map = map.minus(order.getFirst());
            order = order.minus(0);
        }
        return new NameClaim(holder, nonces, map, order, refused);
    }

    private static PVector<String> last(PVector<String> all) {
        return all.size() > MEMORY ? all.minus(0) : all;
    }
}
