package io.muster.cli.broker;

/** A broker does not keep a rule; the message says what it did, and what to do about it. */
final class Breach extends Exception {
    private static final long serialVersionUID = 1;

    Breach(String message) {
        super(message);
    }
}
