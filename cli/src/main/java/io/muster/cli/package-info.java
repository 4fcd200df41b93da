/**
 * The {@code muster} command. Its arguments are read by picocli, through its programmatic model:
 * reflecting on annotations would cost time at each start.
 */
@NullMarked
package io.muster.cli;

import org.jspecify.annotations.NullMarked;
