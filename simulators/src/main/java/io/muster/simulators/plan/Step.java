package io.muster.simulators.plan;

import java.time.Duration;

/**
 * Something that happens at a time.
 *
 * @param at since the beginning, in whole milliseconds
 */
public record Step(Duration at, Happening what) {}
