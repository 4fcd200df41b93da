package io.muster.testkit.bus;

/** What a network or a broker does to single messages. */
public enum NetworkFault {
    /** A client does not get a message. */
    LOSS,
    /** A client gets a message twice, the second time later. */
    DOUBLING,
    /** A client gets a message late; messages of other topics overtake it. */
    DELAY,
    /** The broker does not acknowledge a publication that it has taken. */
    NO_ACKNOWLEDGEMENT,
    /** The broker acknowledges a publication, and nobody ever gets it. */
    FORGETTING,
    /** A connection breaks before a publication is acknowledged. */
    BREAK,
    /** A will is not published. */
    WILL_LOSS,
    /** A will is published late, perhaps when its client has been back for long. */
    WILL_DELAY
}
