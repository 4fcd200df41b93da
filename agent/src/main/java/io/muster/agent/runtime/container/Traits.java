package io.muster.agent.runtime.container;

import java.time.Duration;

/**
 * What of a container's options counts beyond its start.
 *
 * @param removesItself it goes with its own end, so that nobody knows how it ended
 * @param grace between the wish that it ends, and its being killed
 */
record Traits(boolean removesItself, Duration grace) {
    /** What programs give to those that name none. */
    static final Duration USUAL_GRACE = Duration.ofSeconds(10);

    /** More is not waited for. */
    static final Duration LONGEST_GRACE = Duration.ofMinutes(10);

    /** Those of a container that nobody has said anything of. */
    static final Traits USUAL = new Traits(false, USUAL_GRACE);

    /** So long takes the program beside the grace, on a machine that does much else. */
    private static final Duration BESIDE = Duration.ofMinutes(1);

    /** Returns the deadline to end and remove it. */
    Duration removal() {
        var most = grace.compareTo(LONGEST_GRACE) < 0 ? grace : LONGEST_GRACE;
        var needed = most.plus(BESIDE);
        return needed.compareTo(ContainerRuntime.DELETE) < 0 ? ContainerRuntime.DELETE : needed;
    }

    /** Says whether it has to be noted that it takes longer than others. */
    boolean endsSlowly() {
        return removal().compareTo(ContainerRuntime.DELETE) > 0;
    }
}
