package io.muster.sdk;

import io.muster.sdk.proto.StateProto.CompleteState;

/**
 * The state, or the part of it that was asked for.
 *
 * @param revision of the desired state, for {@link Muster#updateStateIf}; 0 if the server does not
 *     tell it
 */
public record Snapshot(CompleteState state, long revision) {}
