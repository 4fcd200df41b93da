package io.muster.api.link;

import io.muster.api.state.WorkloadState;

/**
 * One step of one instance, so that observers see every one.
 *
 * @param number counts the transitions of the agent process, from 1
 */
public record Transition(long number, WorkloadState state) {}
