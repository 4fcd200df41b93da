package io.muster.server.core;

import io.muster.api.link.AgentPresence;
import io.muster.api.name.NodeId;
import java.util.Optional;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;
import org.pcollections.PVector;
import org.pcollections.TreePVector;

/**
 * Who holds an agent's name.
 *
 * <p>A new instance from the holder's node is the agent's next process, so it gets the name. One
 * from another node has to wait until the holder said good-bye, or has been away for long. (It need
 * not be connected at this moment: each session that begins with a name throws the other one out of
 * the broker.) If it comes back meanwhile, the other one is refused for as long as the holder was
 * there lately.
 *
 * <p>Of two from one node, as a copied state directory makes them, or from nodes that are not told,
 * the elder keeps the name: it is the one that comes back with a new connection after the newer
 * took over.
 *
 * @param holder the instance that has the name; empty if nobody had it yet
 * @param node that the holder runs on; empty if it does not tell
 * @param free the holder said good-bye
 * @param nonces of the holder's last connections, the current one at the end
 * @param former instances that had the name before, with the nonce of their last connection
 * @param formerOrder the same from the oldest
 * @param waiting the instance that has to wait whether the holder comes back
 * @param refused instances that are not to have it
 */
record NameClaim(
        String holder,
        Optional<NodeId> node,
        boolean free,
        PVector<String> nonces,
        PMap<String, String> former,
        PVector<String> formerOrder,
        Optional<String> waiting,
        PSet<String> refused) {
    static final NameClaim NONE =
            new NameClaim(
                    "",
                    Optional.empty(),
                    false,
                    TreePVector.empty(),
                    HashTreePMap.empty(),
                    TreePVector.empty(),
                    Optional.empty(),
                    HashTreePSet.empty());

    /** How many nonces, and how many instances, are remembered. */
    private static final int MEMORY = 8;

    /** What to think of somebody who announces itself with the name. */
    sealed interface Verdict {
        /** The message is late: its connection is over. */
        record Stale() implements Verdict {}

        /** It is not to have the name. */
        record Refused() implements Verdict {}

        /** It is to have the name unless the holder comes back soon. */
        record Waits(NameClaim next) implements Verdict {}

        /**
         * It has the name.
         *
         * @param loser the instance that is refused from now on; or empty
         */
        record Granted(NameClaim next, String loser) implements Verdict {}
    }

    /**
     * Judges an announcement.
     *
     * @param holderIsAbout whether the holder is there or was lately; if there is none, whether one
     *     had no time yet to come
     */
    Verdict judge(AgentPresence presence, boolean holderIsAbout) {
        var instance = presence.instance();
        var nonce = presence.nonce();
        if (instance.equals(holder)) {
            return ofHolder(nonce);
        }
        if (refused.contains(instance) && holderIsAbout) {
            return new Verdict.Refused();
        }
        var lastNonce = former.get(instance);
        if (nonce.equals(lastNonce)) {
            return new Verdict.Stale();
        }
        if (lastNonce != null && holderIsAbout) {
            return new Verdict.Granted(
                    without(instance).refusing(holder).heldBy(instance, presence.node(), nonce),
                    holder);
        }
        // one that was refused asks: of an earlier life of the server it may know more than this
        if (holderIsAbout && (presence.refused() || isElsewhere(presence.node()))) {
            return new Verdict.Waits(waitedForBy(instance));
        }
        return without(instance).succeeded().heldBy(instance, presence.node(), nonce).settled();
    }

    private Verdict ofHolder(String nonce) {
        if (!nonces.isEmpty() && nonces.getLast().equals(nonce)) {
            return new Verdict.Granted(this, "");
        }
        if (nonces.contains(nonce)) {
            return new Verdict.Stale();
        }
        return new NameClaim(
                        holder,
                        node,
                        false,
                        last(nonces.plus(nonce)),
                        former,
                        formerOrder,
                        waiting,
                        refused)
                .settled();
    }

    /** The holder is there, so whoever waits for its name is not to have it. */
    private Verdict.Granted settled() {
        var loser = waiting.filter(each -> !each.equals(holder)).orElse("");
        var next = waitedForBy(Optional.empty());
        return new Verdict.Granted(loser.isEmpty() ? next : next.refusing(loser), loser);
    }

    /** Says whether somebody has, or had, the name. */
    boolean isHeld() {
        return !holder.isEmpty();
    }

    /** Says whether somebody asked for it who did not get it. */
    boolean isAwaited() {
        return waiting.isPresent() || !refused.isEmpty();
    }

    /** Says whether this instance is refused. */
    boolean refuses(String instance) {
        return refused.contains(instance);
    }

    /** Says whether this instance has to wait for the name. */
    boolean keepsWaiting(String instance) {
        return waiting.isPresent() && waiting.get().equals(instance);
    }

    /** The holder said good-bye. */
    NameClaim released() {
        return new NameClaim(holder, node, true, nonces, former, formerOrder, waiting, refused);
    }

    /** Says whether it is another node than the holder's; if one does not tell, it is not. */
    private boolean isElsewhere(Optional<NodeId> other) {
        return other.isPresent() && (!isHeld() || node.isPresent()) && !other.equals(node);
    }

    private NameClaim heldBy(String instance, Optional<NodeId> its, String nonce) {
        return new NameClaim(
                instance,
                its,
                false,
                TreePVector.singleton(nonce),
                former,
                formerOrder,
                waiting,
                refused);
    }

    /** The same with an instance that has to wait whether the holder comes back. */
    NameClaim waitedForBy(String instance) {
        return waitedForBy(Optional.of(instance));
    }

    private NameClaim waitedForBy(Optional<String> instance) {
        return new NameClaim(holder, node, free, nonces, former, formerOrder, instance, refused);
    }

    private NameClaim without(String instance) {
        return new NameClaim(
                holder,
                node,
                free,
                nonces,
                former.minus(instance),
                formerOrder.minus(instance),
                waiting,
                refused.minus(instance));
    }

    private NameClaim refusing(String instance) {
        var next = refused.size() >= MEMORY ? HashTreePSet.<String>empty() : refused;
        return new NameClaim(
                holder, node, free, nonces, former, formerOrder, waiting, next.plus(instance));
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
        return new NameClaim(holder, node, free, nonces, map, order, waiting, refused);
    }

    private static PVector<String> last(PVector<String> all) {
        return all.size() > MEMORY ? all.minus(0) : all;
    }
}
