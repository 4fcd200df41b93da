package io.muster.agent.reconcile;

import java.util.Optional;

/**
 * Something that failed some times in a row.
 *
 * @param reason the latest, for people
 */
record Failure(String reason, int times) {
    static Failure again(Optional<Failure> before, String reason) {
        return new Failure(reason, before.map(Failure::times).orElse(0) + 1);
    }
}
