package io.muster.simulators.timeline;

import io.muster.api.state.Phase;

/** How states are drawn: those that mean the same to whoever looks have one look. */
public enum Look {
    /** There is no such workload. */
    ABSENT(' ', "", "none", "not there"),
    /** There is no server to ask. */
    UNTOLD('·', "\033[90m", "#eef1f4", "no server to ask"),
    /** It waits, for its agent or for others. */
    WAITING('░', "\033[33m", "#f8e3a3", "Pending"),
    /** Its image is pulled, or it is created. */
    STARTING('▒', "\033[33m", "#f0b429", "Pending(Starting)"),
    /** It runs. */
    RUNNING('█', "\033[32m", "#2f9e63", "Running"),
    /** It is being ended. */
    STOPPING('▚', "\033[35m", "#9478c9", "Stopping"),
    /** It has ended well. */
    SUCCEEDED('✓', "\033[36m", "#3b8ec2", "Succeeded"),
    /** It has failed, or cannot be started. */
    FAILED('✗', "\033[31m", "#d64545", "Failed"),
    /** Nobody knows: its agent is not there. */
    DISCONNECTED('?', "\033[90m", "#a3adb8", "AgentDisconnected"),
    /** It has no agent. */
    NOT_SCHEDULED('-', "\033[90m", "#d5dbe1", "NotScheduled");

    private final char glyph;
    private final String colour;
    private final String fill;
    private final String words;

    Look(char glyph, String colour, String fill, String words) {
        this.glyph = glyph;
        this.colour = colour;
        this.fill = fill;
        this.words = words;
    }

    /** Returns how a phase is drawn. */
    public static Look of(Phase phase) {
        return switch (phase) {
            case AGENT_DISCONNECTED -> DISCONNECTED;
            case PENDING_INITIAL, PENDING_WAITING_TO_START -> WAITING;
            case PENDING_STARTING -> STARTING;
            case RUNNING_OK -> RUNNING;
            case STOPPING,
                    STOPPING_WAITING_TO_STOP,
                    STOPPING_REQUESTED_AT_RUNTIME,
                    STOPPING_DELETE_FAILED ->
                    STOPPING;
            case SUCCEEDED_OK -> SUCCEEDED;
            case PENDING_STARTING_FAILED, FAILED_EXEC_FAILED, FAILED_UNKNOWN, FAILED_LOST -> FAILED;
            case NOT_SCHEDULED -> NOT_SCHEDULED;
            case REMOVED -> ABSENT;
        };
    }

    /** Returns its character. */
    char glyph() {
        return glyph;
    }

    /** Returns the order to a terminal that chooses its colour. */
    String colour() {
        return colour;
    }

    /** Returns its colour in a drawing. */
    String fill() {
        return fill;
    }

    /** Returns its name in a legend. */
    String words() {
        return words;
    }
}
