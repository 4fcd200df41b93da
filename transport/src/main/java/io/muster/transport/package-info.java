/**
 * What server, agents and clients say to each other over a {@link io.muster.api.bus.Bus}, in the
 * language of the product: {@link io.muster.transport.ServerLink}, {@link
 * io.muster.transport.AgentLink}, {@link io.muster.transport.ClientLink}. Links own topics,
 * encoding, correlation, chunks, repetition and re-subscription.
 *
 * <p>A link lives on the serial it is given: it has no thread and no clock of its own, so that a
 * simulation runs it in virtual time.
 */
@NullMarked
package io.muster.transport;

import org.jspecify.annotations.NullMarked;
