package io.muster.simulators.plan;

import io.muster.testkit.bus.RandomFaults.Rates;
import java.util.Locale;

/** How the network treats messages when nothing disturbs it. */
public enum Network {
    /** Nothing gets lost. */
    CALM,
    /** The same, in lives so orderly that what is needed is never stopped. */
    STILL,
    /** Messages get lost, doubled, late and out of order, and connections break. */
    ROUGH;

    /** Returns how often what happens. */
    public Rates rates() {
        return switch (this) {
            case CALM -> Rates.CALM;
            case STILL -> Rates.STILL;
            case ROUGH -> Rates.ROUGH;
        };
    }

    /** Returns the word for it in a plan. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
