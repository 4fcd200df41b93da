package io.muster.agent.reconcile;

/**
 * Why the server does not let this agent have its name.
 *
 * @param why for people, with a remedy
 * @param decided another has it; otherwise another may come back for it
 */
record NameRefusal(String why, boolean decided) {}
