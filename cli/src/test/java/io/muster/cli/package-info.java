/** Tests of the command, and what they share. */
@NullMarked
package io.muster.cli;

import org.jspecify.annotations.NullMarked;
