package io.muster.agent.reconcile;

/** What a timer of the agent is set for. Setting one again replaces it. */
public sealed interface AgentTimer {
    /** The disk should have answered. */
    record SaveOverdue(long number) implements AgentTimer {}

    /** Try again to write what could not be written. */
    record SaveAgain() implements AgentTimer {}

    /** Try again to list a runtime. */
    record ListAgain(String runtime) implements AgentTimer {}

    /** The runtimes had their time to list what they have before the server is told. */
    record ConnectAnyway() implements AgentTimer {}

    /** The server had its time to speak before the offline copy is obeyed. */
    record GraceOver() implements AgentTimer {}

    /** Whoever has the agent's name had its time to show itself. */
    record NameSilent() implements AgentTimer {}

    /** The server had its time to tell facts. */
    record FactsOverdue() implements AgentTimer {}

    /** There was no contact with the server for as long as some workload goes on without it. */
    record LostLong() implements AgentTimer {}

    /** Try again to write how long contact was lost. */
    record KeepLostAgain() implements AgentTimer {}

    /** Announce the agent to a new server. */
    record Announce() implements AgentTimer {}

    /** Announce the agent without a reason. */
    record Heartbeat() implements AgentTimer {}

    /** The next report may go. */
    record ReportDue() implements AgentTimer {}

    /** Look at the runtimes. */
    record LookDue() implements AgentTimer {}
}
