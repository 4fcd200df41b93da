package io.muster.api.runtime;

/** An instance that was created, and how it was right after. */
public record Created(RuntimeId id, Observation observation) {}
