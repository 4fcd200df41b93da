package io.muster.api.request;

import io.muster.api.name.Names;

/**
 * Somebody's wish to read logs, as agents know it.
 *
 * @param audience who hears them
 * @param id of the request; a level of a topic, so it has to be a name
 */
public record LogStream(LogAudience audience, String id) {
    /** Checks the id. */
    public LogStream {
        if (!Names.isName(id)) {
            throw new IllegalArgumentException(
                    "the id of a request for logs %s".formatted(Names.complaint(id)));
        }
    }

    @Override
    public String toString() {
        return audience + "/" + id;
    }
}
