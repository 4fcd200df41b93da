/**
 * Finds out whether a broker does what Muster needs of it: begin with {@link
 * io.muster.cli.broker.BrokerCheck}.
 */
@NullMarked
package io.muster.cli.broker;

import org.jspecify.annotations.NullMarked;
