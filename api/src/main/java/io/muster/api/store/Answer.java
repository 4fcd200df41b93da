package io.muster.api.store;

import io.muster.api.request.Requester;
import io.muster.api.request.Response;

/** What a requester was told about an update, remembered so that the update is executed once. */
public record Answer(Requester requester, Response response) {}
