package io.muster.api.link;

import io.muster.api.name.NodeId;

/** Which of the nodes that may claim an agent's name a desired state is meant for. */
public sealed interface Addressee {
    /** Nobody has the name yet, or the sender does not tell: whoever comes first may obey. */
    record Anybody() implements Addressee {}

    /** The one that had the name before; the server was started since and has not met it yet. */
    record Former() implements Addressee {}

    /** The node that has the name. */
    record Node(NodeId id) implements Addressee {}
}
