/** Programs of the operator that may change a desired state before it is stored. */
@NullMarked
package io.muster.server.hook;

import org.jspecify.annotations.NullMarked;
