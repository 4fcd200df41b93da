/** Breaks connections as networks do, to see what a broker and its clients make of it. */
@NullMarked
package io.muster.transport.relay;

import org.jspecify.annotations.NullMarked;
