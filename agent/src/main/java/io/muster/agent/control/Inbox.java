package io.muster.agent.control;

import java.util.ArrayDeque;
import java.util.Optional;

/**
 * What one workload says, cut into messages, until it is dealt with. One piece is taken at a time,
 * and the next one only when all messages in it are dealt with.
 */
final class Inbox {
    private final Framing framing;
    private final Room.Share share;
    private final ArrayDeque<byte[]> heard = new ArrayDeque<>();
    private Optional<String> breach = Optional.empty(); // nothing can be read after what was heard
    private boolean holding; // no more comes until it is asked for
    private boolean left; // whoever spoke has gone
    private long heardBytes;
    private long charged;

    Inbox(int maxMessageBytes, Room.Share share) {
        this.framing = new Framing(maxMessageBytes);
        this.share = share;
    }

    void took(byte[] bytes) {
        holding = true;
        left = false;
        cut(bytes);
    }

    /** Cuts what came last anew: these bytes begin with a message. */
    void cutAnew(byte[] bytes) {
        framing.reset();
        cut(bytes);
    }

    /** These whole messages are to be dealt with first. */
    void first(byte[] bytes) {
        for (var message : new Framing(Tail.MOST).take(bytes).reversed()) {
            heardBytes += message.length;
            heard.addFirst(message);
        }
        charge();
    }

    private void cut(byte[] bytes) {
        for (var message : framing.take(bytes)) {
            heardBytes += message.length;
            heard.add(message);
        }
        breach = framing.broken(); // after what came whole before it
        charge();
    }

    void writersLeft() {
        left = true;
        framing.reset(); // half a message stays one
        charge();
    }

    /** Says whether whoever spoke has gone. */
    boolean isLeft() {
        return left;
    }

    boolean isEmpty() {
        return heard.isEmpty();
    }

    /** Takes the next message. */
    byte[] next() {
        var message = heard.remove();
        heardBytes -= message.length;
        charge();
        return message;
    }

    /** Takes the reason why nothing can be cut into messages after what was heard. */
    Optional<String> takeBreach() {
        var taken = breach;
        breach = Optional.empty();
        return taken;
    }

    /** Says whether all that came is dealt with, and more is to be asked for. */
    boolean wantsMore() {
        return holding && heard.isEmpty();
    }

    /** More is asked for. */
    void goOn() {
        holding = false;
    }

    /** Says whether what came last is no whole message. */
    boolean isMidway() {
        return framing.isMidway();
    }

    /** Returns how much has come of a message that is not whole. */
    long half() {
        return framing.bytes();
    }

    /** Leaves out the message that is not whole, also what is still to come of it. */
    void skip() {
        framing.skip();
        charge();
    }

    void clear() {
        heard.clear();
        heardBytes = 0;
        framing.reset();
        charge();
    }

    private void charge() {
        long now = heardBytes + framing.bytes();
        share.add(now - charged);
        charged = now;
    }
}
