package io.muster.sdk;

import io.muster.sdk.MusterException.Kind;
import io.muster.sdk.proto.ControlProto.ToAnkaios;
import io.muster.sdk.proto.RequestProto.Request;
import io.muster.sdk.proto.RequestProto.Response;
import java.util.function.Predicate;

/** A request, and what comes under its id. Belongs to the lock of its {@link Conversation}. */
final class Exchange {
    /** How many answers to a stream wait at most; whoever is so far behind begins anew. */
    static final int STREAM_BOUND = 256;

    private final ToAnkaios message;
    private final Nature nature;
    private final Predicate<Response> expected;
    private final Mailbox<Response> answers;
    private boolean sent;

    /**
     * What to do with it when the agent that it was sent to has ended, and whether it has more than
     * one answer.
     */
    enum Nature {
        /** One answer, and asking twice does no harm. */
        QUESTION(true, true),
        /** One answer, and only the caller can tell whether to ask again. */
        ORDER(true, false),
        /** Answers until it is ended; the next agent is asked anew. */
        SUBSCRIPTION(false, true),
        /** Answers until it is ended; they cannot be had again. */
        RECORDING(false, false);

        private final boolean single;
        private final boolean repeatable;

        Nature(boolean single, boolean repeatable) {
            this.single = single;
            this.repeatable = repeatable;
        }
    }

    Exchange(Request request, Nature nature, Predicate<Response> expected) {
        this.message = ToAnkaios.newBuilder().setRequest(request).build();
        this.nature = nature;
        this.expected = expected;
        this.answers = new Mailbox<>(nature.single ? 1 : STREAM_BOUND);
    }

    String id() {
        return message.getRequest().getRequestId();
    }

    ToAnkaios message() {
        return message;
    }

    Mailbox<Response> answers() {
        return answers;
    }

    /** Whether the agent of now has been asked, and has not refused. */
    boolean isSent() {
        return sent;
    }

    /** What is to be written now. */
    ToAnkaios send() {
        sent = true;
        return message;
    }

    /** Hears an answer, and says whether that was the last one. */
    boolean hear(Response response) {
        if (response.hasError()) {
            sent = false;
            answers.end(refusal(response));
            return true;
        }
        if (!expected.test(response)) {
            return false; // such as an event that overtook the end of its subscription
        }
        if (!answers.put(response)) {
            answers.end(
                    new MusterException(
                            Kind.LOST,
                            "more than %d messages waited to be taken, and the rest is lost; take them faster, or ask for less"
                                    .formatted(STREAM_BOUND)));
            return true;
        }
        return nature.single;
    }

    /** The agent has gone: says whether to ask the next one, and else tells who waits. */
    boolean outlives(String why) {
        boolean asked = sent;
        sent = false;
        if (asked && !nature.repeatable) {
            answers.end(
                    new MusterException(
                            Kind.LOST,
                            why
                                    + (nature == Nature.ORDER
                                            ? " Whether the update is stored is not known: read the"
                                                    + " state, or update it again."
                                            : " The rest of the logs is lost: ask again, with a"
                                                    + " time since when.")));
            return false;
        }
        return true;
    }

    private static MusterException refusal(Response response) {
        var error = response.getError();
        var kind =
                switch (error.getKind()) {
                    case ERROR_KIND_BUSY -> Kind.BUSY;
                    case ERROR_KIND_STALE -> Kind.STALE;
                    case ERROR_KIND_UNKNOWN_SUBSCRIPTION -> Kind.LOST;
                    case ERROR_KIND_OUTCOME_UNKNOWN -> Kind.DEADLINE;
                    case ERROR_KIND_REFUSED, UNRECOGNIZED -> Kind.REFUSED;
                };
        return new MusterException(kind, error.getMessage());
    }
}
