package io.muster.server;

/** What came of a startup manifest. */
public sealed interface Applied {
    /** It is in force, now or from before. */
    record InForce() implements Applied {}

    /**
     * It cannot be.
     *
     * @param why for people, with what to do
     */
    record Refused(String why) implements Applied {}

    /**
     * There is no room for it on the disk; it can be tried again.
     *
     * @param why for people, with what to do
     */
    record NoRoom(String why) implements Applied {}
}
