package io.muster.agent.reconcile;

/** Whether it is known what a runtime has. Until it is, nothing of that runtime is touched. */
sealed interface Listing {
    /** It was asked. */
    record Asked() implements Listing {}

    /** It could not tell; it is asked again. */
    record Failing(Failure failure) implements Listing {}

    /** It told. */
    record Done() implements Listing {}
}
