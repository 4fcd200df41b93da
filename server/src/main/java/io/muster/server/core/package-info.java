/**
 * What the server decides: a pure function from state and event to state and effects. Begin with
 * {@link io.muster.server.core.ServerLogic}.
 *
 * <p>Knows no clock, thread, file, broker or log: the shell performs the effects and brings what
 * came of them back as events.
 */
@NullMarked
package io.muster.server.core;

import org.jspecify.annotations.NullMarked;
