/**
 * The command line as commands, options and their help. Begin with {@link
 * io.muster.cli.arguments.Command}.
 *
 * <p>An own reader instead of a library: reading the same line with picocli took 130 ms of
 * processor time, more than everything else that a command does, and most of it cannot be cached at
 * start.
 */
@NullMarked
package io.muster.cli.arguments;

import org.jspecify.annotations.NullMarked;
