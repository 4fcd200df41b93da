package io.muster.sdk;

import io.muster.sdk.proto.StateProto.WorkloadInstanceName;
import java.util.List;

/**
 * What comes of a request for logs: first what was accepted, then lines, and a stop for each
 * instance.
 */
public sealed interface LogEvent {
    /**
     * The request was accepted.
     *
     * @param instances those of which lines will come
     * @param problems why none will come of the others
     */
    record Accepted(List<WorkloadInstanceName> instances, List<String> problems)
            implements LogEvent {
        /** Copies the lists. */
        public Accepted {
            instances = List.copyOf(instances);
            problems = List.copyOf(problems);
        }
    }

    /** A line, without the newline. */
    record Line(WorkloadInstanceName instance, String text) implements LogEvent {}

    /**
     * Nothing more comes of this instance.
     *
     * @param incomplete whether something is missing that was asked for
     * @param reason for people; empty: there is no more
     */
    record Stopped(WorkloadInstanceName instance, boolean incomplete, String reason)
            implements LogEvent {}
}
