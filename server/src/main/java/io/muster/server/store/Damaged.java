package io.muster.server.store;

import org.jspecify.annotations.Nullable;

/** The tables hold something that makes no sense. */
final class Damaged extends Exception {
    private static final long serialVersionUID = 1;

    Damaged(String message) {
        this(message, null);
    }

    Damaged(String message, @Nullable Exception cause) {
        super(message, cause);
    }
}
