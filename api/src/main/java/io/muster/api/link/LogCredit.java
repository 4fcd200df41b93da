package io.muster.api.link;

/**
 * How much a reader of logs takes, from the reader straight to the agent. Also its sign of life: an
 * agent that does not hear it any more stops reading.
 *
 * @param upTo chunks up to this number may be sent
 * @param tell the agent is to say how things are, be there news or not
 */
public record LogCredit(long upTo, boolean tell) {}
