package io.muster.api.outcome;

import java.util.List;
import java.util.function.Function;

/** The result of asking for something that may be refused. */
public sealed interface Outcome<T> {
    /** It was done, or is possible. */
    record Accepted<T>(T value) implements Outcome<T> {}

    /**
     * It was not done, and nothing was changed.
     *
     * @param problems all of them, not the first; never empty
     */
    record Refused<T>(List<Problem> problems) implements Outcome<T> {
        /** Copies the list. */
        public Refused {
            problems = List.copyOf(problems);
            if (problems.isEmpty()) {
                throw new IllegalArgumentException("a refusal without a problem");
            }
        }
    }

    /** Accepts. */
    static <T> Outcome<T> accepted(T value) {
        return new Accepted<>(value);
    }

    /** Refuses for one reason. */
    static <T> Outcome<T> refused(String where, String what, String remedy) {
        return new Refused<>(List.of(new Problem(where, what, remedy)));
    }

    /** Refuses for several. */
    static <T> Outcome<T> refused(List<Problem> problems) {
        return new Refused<>(problems);
    }

    /** Goes on with the value, or passes the refusal on. */
    default <R> Outcome<R> then(Function<? super T, Outcome<R>> next) {
        return switch (this) {
            case Accepted<T>(var value) -> next.apply(value);
            case Refused<T>(var problems) -> new Refused<>(problems);
        };
    }
}
