package io.muster.server.core;

import io.muster.api.request.Requester;

/**
 * Who asked under which id: asking twice is asking once.
 *
 * @param id of the request
 */
record Asker(Requester requester, String id) {}
