/**
 * The commands: each reads its arguments, asks the cluster, and hands what it learns to a view.
 * Begin with {@link io.muster.cli.command.Commands}.
 */
@NullMarked
package io.muster.cli.command;

import org.jspecify.annotations.NullMarked;
