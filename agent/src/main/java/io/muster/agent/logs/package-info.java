/**
 * Reads what workloads write, for those who asked for it: {@link io.muster.agent.logs.LogDesk}.
 *
 * <p>Bounded at each step, from the runtime to the reader: what nobody takes is not read, and
 * whoever reads slowly slows down nobody but the runtime's own reading for this reader.
 */
@NullMarked
package io.muster.agent.logs;

import org.jspecify.annotations.NullMarked;
