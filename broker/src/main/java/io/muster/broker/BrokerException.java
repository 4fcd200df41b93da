package io.muster.broker;

/** The broker cannot start. The message names the address, what is wrong, and what to do. */
public final class BrokerException extends Exception {
    private static final long serialVersionUID = 1;

    BrokerException(String message, Throwable cause) {
        super(message, cause);
    }
}
