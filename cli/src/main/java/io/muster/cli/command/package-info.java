/**
 * The commands: each is declared beside what it does, asks the cluster, and hands what it learns to
 * a view. Begin with {@link io.muster.cli.command.Commands}; a new command is a declaration made
 * with {@link io.muster.cli.command.Specs} and an {@link io.muster.cli.command.Action}.
 */
@NullMarked
package io.muster.cli.command;

import org.jspecify.annotations.NullMarked;
