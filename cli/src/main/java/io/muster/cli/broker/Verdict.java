package io.muster.cli.broker;

/**
 * What came of one rule.
 *
 * @param rule what the broker has to do
 * @param text what it did instead and what to do, or why the rule was left out; empty if it is kept
 */
public record Verdict(String rule, Kind kind, String text) {
    /** How it came out. */
    public enum Kind {
        /** The broker does it. */
        KEPT,
        /** Muster does not work with this broker as it is. */
        BROKEN,
        /** Muster works, but somebody should know. */
        ADVICE,
        /** It could not be looked at. */
        LEFT_OUT
    }

    static Verdict kept(String rule) {
        return new Verdict(rule, Kind.KEPT, "");
    }
}
