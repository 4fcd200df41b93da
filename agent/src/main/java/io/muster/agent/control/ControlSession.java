package io.muster.agent.control;

import io.muster.api.access.AccessRights;
import io.muster.api.codec.ControlCodec;
import io.muster.api.codec.MalformedMessage;
import io.muster.api.control.FromWorkload;
import io.muster.api.control.ToWorkload;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One workload's session: what comes of what it says. Pure; a new value for each step.
 *
 * <p>It begins with a Hello of a version that is understood. Every valid Hello is answered, also a
 * later one: an application that was started again in its container, or a client that lost the
 * thread, begins anew. What cannot be read is left out; who says something else before a Hello is
 * told once that nothing is listened to, and may still say Hello. Where an earlier agent has
 * listened, what comes before the Hello is left out: it may have been said to that one, and not
 * have been read by it.
 *
 * @param phase how far it has come
 * @param extended whether the last Hello asked for what Ankaios has no words for
 */
record ControlSession(Phase phase, boolean extended) {
    /** Nothing was said yet. */
    static final ControlSession NEW = new ControlSession(Phase.SILENT, false);

    /** As {@link #NEW}, but an earlier agent may have accepted who speaks. */
    static final ControlSession TAKEN_OVER = new ControlSession(Phase.TAKEN_OVER, false);

    private static final Pattern VERSION =
            Pattern.compile("(\\d{1,9})\\.(\\d{1,9})\\.(\\d{1,9})([-+].*)?");

    /** The major version of the protocol, which is that of Ankaios. */
    private static final String MAJOR = "1";

    /** How far a session has come. */
    enum Phase {
        /** No Hello yet. */
        SILENT,
        /** No Hello yet: what is said meanwhile may have been meant for an earlier agent. */
        TAKEN_OVER,
        /** Accepted. */
        OPEN,
        /** Refused, and told so. */
        CLOSED
    }

    /**
     * What comes of a message.
     *
     * @param told to the workload, in order
     * @param forwarded the request that the server is asked
     * @param ignored why nothing comes of it, for the log
     */
    record Step(
            ControlSession next,
            List<ToWorkload> told,
            Optional<Request> forwarded,
            Optional<String> ignored) {
        /** Copies the list. */
        Step {
            told = List.copyOf(told);
        }
    }

    /**
     * Hears a message.
     *
     * @param ownVersion of this program, which is understood too
     * @param connected whether there is a connection to the server
     */
    Step hear(byte[] message, AccessRights rights, String ownVersion, boolean connected) {
        try {
            return switch (ControlCodec.decodeFromWorkload(message)) {
                case FromWorkload.Hello hello -> hello(hello, ownVersion, connected);
                case FromWorkload.Ask(var request) -> ask(request, rights);
            };
        } catch (MalformedMessage e) {
            return ignoring(String.valueOf(e.getMessage()));
        }
    }

    /** Hears that the stream of bytes cannot be cut into messages any more. */
    Step broken(String why) {
        return close(why);
    }

    /** Says whether a message is a Hello, of whatever version. */
    static boolean isHello(byte[] message) {
        try {
            return ControlCodec.decodeFromWorkload(message)
                            instanceof FromWorkload.Hello(var version, _)
                    && VERSION.matcher(version).matches();
        } catch (MalformedMessage e) {
            return false;
        }
    }

    /** Says whether a message is one. */
    static boolean isReadable(byte[] message) {
        try {
            ControlCodec.decodeFromWorkload(message);
            return true;
        } catch (MalformedMessage e) {
            return false;
        }
    }

    /**
     * The application has closed its end, and nothing is left of what it said; the next one that
     * opens it may be another.
     */
    ControlSession left() {
        return phase == Phase.OPEN ? this : NEW;
    }

    /** What is told when the connection to the server is lost or there again. */
    List<ToWorkload> connection(boolean connected) {
        return phase == Phase.OPEN && extended
                ? List.of(new ToWorkload.ServerConnection(connected))
                : List.of();
    }

    /** What is told when messages had to be dropped. */
    List<ToWorkload> missed(long messages) {
        return phase == Phase.OPEN && extended
                ? List.of(new ToWorkload.Missed(messages))
                : List.of();
    }

    private Step hello(FromWorkload.Hello hello, String ownVersion, boolean connected) {
        if (!isUnderstood(hello.protocolVersion(), ownVersion)) {
            return refuse(
                    "Unsupported protocol version '%s'. Currently supported '%s'"
                            .formatted(hello.protocolVersion(), MAJOR));
        }
        var next = new ControlSession(Phase.OPEN, hello.extended());
        return new Step(
                next,
                hello.extended()
                        ? List.of(
                                new ToWorkload.ServerConnection(connected),
                                new ToWorkload.Accepted())
                        : List.of(new ToWorkload.Accepted()),
                Optional.empty(),
                Optional.empty());
    }

    private static boolean isUnderstood(String version, String own) {
        var parts = VERSION.matcher(version);
        return parts.matches() && (parts.group(1).equals(MAJOR) || version.equals(own));
    }

    private Step ask(Request request, AccessRights rights) {
        return switch (phase) {
            case SILENT -> close("Initial Hello missing!");
            case TAKEN_OVER -> ignoring("a request before the first Hello to this agent");
            case CLOSED -> ignoring("a request on a closed control interface");
            case OPEN -> {
                var problems = rights.problems(request.body());
                yield problems.isEmpty()
                        ? new Step(this, List.of(), Optional.of(request), Optional.empty())
                        : new Step(
                                this,
                                List.of(
                                        new ToWorkload.Answer(
                                                new Response(
                                                        request.id(),
                                                        Response.Refused.of(
                                                                "Access denied", problems)))),
                                Optional.empty(),
                                Optional.empty());
            }
        };
    }

    /** Closes, and says so once. */
    private Step close(String reason) {
        return switch (phase) {
            case SILENT, OPEN -> refuse(reason);
            case TAKEN_OVER, CLOSED -> ignoring(reason);
        };
    }

    private static Step refuse(String reason) {
        return new Step(
                new ControlSession(Phase.CLOSED, false),
                List.of(new ToWorkload.Closed(reason)),
                Optional.empty(),
                Optional.of(reason));
    }

    private Step ignoring(String why) {
        return new Step(this, List.of(), Optional.empty(), Optional.of(why));
    }
}
