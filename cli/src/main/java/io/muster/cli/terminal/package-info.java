/**
 * Where the command's words go: standard output and standard error, and what is known about the
 * terminal behind them. Begin with {@link io.muster.cli.terminal.Terminal}.
 */
@NullMarked
package io.muster.cli.terminal;

import org.jspecify.annotations.NullMarked;
