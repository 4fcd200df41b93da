package io.muster.api.request;

import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.outcome.Problem;
import io.muster.api.tree.Node;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the server tells a requester: the answer to a request, or an event of a subscription.
 *
 * @param id of the request
 */
public record Response(String id, Body body) {
    /** What is told. */
    public sealed interface Body {}

    /**
     * The request was not carried out and changed nothing, unless the reason is {@link
     * Reason#OUTCOME_UNKNOWN}.
     *
     * @param message one text for people
     * @param problems the same in parts; may be empty
     * @param revision of the desired state; empty if the refusal does not come from who knows it
     */
    public record Refused(
            Reason reason, String message, List<Problem> problems, Optional<Revision> revision)
            implements Body {
        /** Copies the list. */
        public Refused {
            problems = List.copyOf(problems);
        }

        /** A refusal by somebody who does not know the desired state. */
        public Refused(Reason reason, String message, List<Problem> problems) {
            this(reason, message, problems, Optional.empty());
        }

        /** The same, with the revision of the desired state. */
        public Refused at(Revision known) {
            return new Refused(reason, message, problems, Optional.of(known));
        }

        /** A refusal of the request itself. */
        public static Refused of(String context, List<Problem> problems) {
            var text = new StringBuilder(context);
            for (var problem : problems) {
                text.append(text.isEmpty() ? "" : problems.size() == 1 ? ": " : "\n  ")
                        .append(problem);
            }
            return new Refused(Reason.REFUSED, text.toString(), problems);
        }
    }

    /** Why a request was not carried out. */
    public enum Reason {
        /** Because of what it asks. */
        REFUSED,
        /** Whoever has to carry it out has too much to do, or is not there; ask again later. */
        BUSY,
        /** There is no such subscription (any more); subscribe again. */
        UNKNOWN_SUBSCRIPTION,
        /** The update was based on another revision; look again, then ask again. */
        STALE,
        /**
         * An update was sent and not answered in time: it may be stored. Said by agents to their
         * workloads; look at the state before asking again.
         */
        OUTCOME_UNKNOWN
    }

    /**
     * The state that was asked for, or an event.
     *
     * @param state a tree with the keys of a complete state
     * @param altered empty in the answer to the request, present in an event
     * @param revision of the desired state
     * @param time when the state was so, or changed so; empty if that is not told
     * @param resumed the answer to who wants to resume: there is no state in it, nothing is
     *     missing, and what changed since follows as events
     */
    public record StateAnswer(
            Node.Entries state,
            Optional<AlteredFields> altered,
            EventPosition position,
            Revision revision,
            Optional<Instant> time,
            boolean resumed)
            implements Body {
        /** A state, or an event, of which the time is not told. */
        public StateAnswer(
                Node.Entries state,
                Optional<AlteredFields> altered,
                EventPosition position,
                Revision revision) {
            this(state, altered, position, revision, Optional.empty(), false);
        }
    }

    /** The paths that an event is about. */
    public record AlteredFields(List<String> added, List<String> updated, List<String> removed) {
        /** Copies the lists. */
        public AlteredFields {
            added = List.copyOf(added);
            updated = List.copyOf(updated);
            removed = List.copyOf(removed);
        }
    }

    /**
     * Where a message stands among all changes in one epoch of the server, which are numbered. A
     * subscription hears of those that concern it: whoever has heard less than {@code previous} has
     * lost something.
     *
     * @param sequence with this message, everything up to this number is told
     * @param previous everything up to this number was told before
     */
    public record EventPosition(long epoch, long sequence, long previous) {
        /** A state, or where somebody is: nothing has to be known before. */
        public EventPosition(long epoch, long sequence) {
            this(epoch, sequence, sequence);
        }
    }

    /**
     * The update is stored and on its way.
     *
     * @param added instances that it created or changed
     * @param deleted instances that it ended
     * @param touched the same with what a client that waits has to wait for
     * @param ignored masks that changed nothing, as there is no such agent
     */
    public record Updated(
            List<InstanceName> added,
            List<InstanceName> deleted,
            Revision revision,
            List<Touched> touched,
            List<String> ignored)
            implements Body {
        /** Copies the lists. */
        public Updated {
            added = List.copyOf(added);
            deleted = List.copyOf(deleted);
            touched = List.copyOf(touched);
            ignored = List.copyOf(ignored);
        }

        /** An update of which all masks count. */
        public Updated(
                List<InstanceName> added,
                List<InstanceName> deleted,
                Revision revision,
                List<Touched> touched) {
            this(added, deleted, revision, touched, List.of());
        }
    }

    /** An instance that an update created, changed or deleted. */
    public record Touched(InstanceName instance, Revision changedAt, boolean deleted) {}

    /** What an update would do; nothing was changed. */
    public record Planned(UpdatePlan plan) implements Body {}

    /**
     * The desired states that are kept.
     *
     * @param entries oldest first
     * @param revision of the desired state now
     */
    public record History(List<HistoryEntry> entries, Revision revision) implements Body {
        /** Copies the list. */
        public History {
            entries = List.copyOf(entries);
        }
    }

    /**
     * A desired state of the past, or the present one.
     *
     * @param entry the update that made it so
     * @param state a tree with the keys of a complete state
     * @param revision of the desired state now
     */
    public record HistoryState(HistoryEntry entry, Node.Entries state, Revision revision)
            implements Body {}

    /** The subscription has ended. */
    public record EventsCancelled() implements Body {}

    /**
     * The subscription goes on.
     *
     * @param last position of the last event sent; a requester that has seen less has lost
     *     something
     */
    public record EventsRenewed(EventPosition last) implements Body {}

    /**
     * Logs will come.
     *
     * @param instances of which
     * @param problems why none will come of the others
     */
    public record LogsAccepted(List<InstanceName> instances, List<Problem> problems)
            implements Body {
        /** Copies the lists. */
        public LogsAccepted {
            instances = List.copyOf(instances);
            problems = List.copyOf(problems);
        }
    }

    /** What workloads have written. */
    public record LogEntries(List<LogEntry> entries) implements Body {
        /** Copies the list. */
        public LogEntries {
            entries = List.copyOf(entries);
        }
    }

    /**
     * A line.
     *
     * @param message without the newline
     */
    public record LogEntry(InstanceName instance, String message) {}

    /**
     * Of this workload no more logs come under this id.
     *
     * @param reason for people; empty if there is just no more
     * @param incomplete whether something that was asked for has not come
     */
    public record LogsStopped(InstanceName instance, String reason, boolean incomplete)
            implements Body {}

    /** The stream of logs has ended. */
    public record LogsCancelled() implements Body {}
}
