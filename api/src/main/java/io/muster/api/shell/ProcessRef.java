package io.muster.api.shell;

/**
 * One process of this boot: a pid alone may be another process tomorrow.
 *
 * @param startTicks when it started, in clock ticks since boot (field 22 of {@code
 *     /proc/<pid>/stat})
 */
public record ProcessRef(long pid, long startTicks) {}
