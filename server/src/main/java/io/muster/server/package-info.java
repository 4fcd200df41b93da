/**
 * The control plane: holds the wish and plans what each agent has to do. {@link
 * io.muster.server.ServerShell} performs what the core decides; {@link io.muster.server.Main} is
 * the program.
 */
@NullMarked
package io.muster.server;

import org.jspecify.annotations.NullMarked;
