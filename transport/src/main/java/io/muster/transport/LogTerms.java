package io.muster.transport;

import io.muster.api.request.LogAudience;
import java.time.Duration;

/** What readers of logs and agents have agreed on. */
public final class LogTerms {
    /** How many chunks may be on their way to a client that has not taken them. */
    public static final int WINDOW = 16;

    /** The same for an agent, which has to keep them for many workloads. */
    public static final int WINDOW_OF_AGENT = 4;

    /** How often a reader shows that it is there. */
    public static final Duration SIGN_OF_LIFE = Duration.ofSeconds(5);

    /** For how long an agent reads for somebody who does not. */
    public static final Duration LEASE = Duration.ofSeconds(20);

    /** How long a reader waits for the first word of an agent. */
    public static final Duration FIRST_WORD = Duration.ofSeconds(15);

    /** After which silence of an agent a reader is told that nothing comes. */
    static final Duration SILENCE = Duration.ofSeconds(15);

    /** After which silence a reader gives up. */
    static final Duration LONG_SILENCE = Duration.ofSeconds(60);

    private LogTerms() {}

    /** Says how many chunks may be on their way to a reader that has not taken them. */
    public static int window(LogAudience audience) {
        return switch (audience) {
            case LogAudience.Client _ -> WINDOW;
            case LogAudience.Agent _ -> WINDOW_OF_AGENT;
        };
    }
}
