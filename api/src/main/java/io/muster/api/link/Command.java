package io.muster.api.link;

import io.muster.api.request.LogStream;
import io.muster.api.request.Request;

/** A short-lived order of the server to an agent. */
public sealed interface Command {
    /** The server missed a report. */
    record ReportAgain() implements Command {}

    /** The server does not know this agent's current connection. */
    record AnnounceAgain() implements Command {}

    /**
     * Another instance holds the agent's name: the one named here touches nothing and says why.
     *
     * @param instance the one refused
     * @param decided the other is there; otherwise it was lately, and has some time left to return
     */
    record NameRefused(String instance, String reason, boolean decided) implements Command {}

    /**
     * The instance named here was refused the agent's name, asked again, and has it now.
     *
     * @param instance the one that has it
     */
    record NameGranted(String instance) implements Command {}

    /**
     * Somebody reads the logs of some workloads of this agent. Repeated now and then, and safe to
     * repeat.
     *
     * @param request names workloads of this agent alone
     */
    record StartLogs(LogStream stream, Request.GetLogs request) implements Command {}

    /**
     * Somebody wants images to be there, and reads how that goes as if it were logs. Repeated now
     * and then, and safe to repeat.
     *
     * @param request is about this agent alone
     */
    record StartPulls(LogStream stream, Request.PullImages request) implements Command {}

    /** Somebody reads no more, of logs or of pulls, which end then; safe to repeat. */
    record EndLogs(LogStream stream) implements Command {}
}
