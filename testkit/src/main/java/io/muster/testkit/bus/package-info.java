/**
 * A broker in memory ({@link io.muster.testkit.bus.MemoryBroker}), and the contract that every bus
 * keeps over every broker ({@link io.muster.testkit.bus.BusContract}).
 */
@NullMarked
package io.muster.testkit.bus;

import org.jspecify.annotations.NullMarked;
