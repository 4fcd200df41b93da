package io.muster.cli.wait;

import io.muster.api.request.Response.Touched;
import io.muster.api.state.ExecutionState;
import java.util.Optional;

/**
 * One instance that is waited for.
 *
 * @param target what the update made of it
 * @param runtime for people; may be empty
 * @param seen its latest execution state; empty before the first
 * @param changedAgain whether what is seen is the work of a later update
 * @param progress how far it is
 */
public record Row(
        Touched target,
        String runtime,
        Optional<ExecutionState> seen,
        boolean changedAgain,
        Progress progress) {
    /** How far waiting for an instance is. */
    public sealed interface Progress {
        /**
         * It is waited for.
         *
         * @param doubt empty unless something looks as if there was nothing to wait for
         */
        record Open(Optional<Doubt> doubt) implements Progress {}

        /** It is not waited for any more. */
        record Ended(Ending ending) implements Progress {}
    }

    /**
     * It looks like the end, but may be a passing moment: an agent reconnects, a server has just
     * started.
     *
     * @param ending what it looks like
     * @param since when it began to, in nanoseconds of some monotonic clock
     */
    public record Doubt(Ending ending, long since) {}

    static Row of(Touched target, String runtime) {
        return new Row(
                target, runtime, Optional.empty(), false, new Progress.Open(Optional.empty()));
    }

    Row with(Progress other) {
        return new Row(target, runtime, seen, changedAgain, other);
    }

    Row seeing(ExecutionState state, boolean ofLaterUpdate) {
        return new Row(target, runtime, Optional.of(state), ofLaterUpdate, progress);
    }

    /** Says whether it is not waited for any more. */
    boolean isEnded() {
        return progress instanceof Progress.Ended;
    }

    /** Says whether that is why it is not waited for any more. */
    public boolean endedAs(Ending ending) {
        return progress.equals(new Progress.Ended(ending));
    }

    boolean doubts(Ending ending) {
        return progress instanceof Progress.Open(var doubt)
                && doubt.map(Doubt::ending).equals(Optional.of(ending));
    }
}
