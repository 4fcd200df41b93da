/**
 * What every implementation of the bus shares: keeping one session connected, within its bounds,
 * over whatever {@link io.muster.api.bus.session.Wire} leads to the broker. So the simulation runs
 * the same code as the programs. Begin with {@link io.muster.api.bus.session.SessionBus}.
 */
@NullMarked
package io.muster.api.bus.session;

import org.jspecify.annotations.NullMarked;
