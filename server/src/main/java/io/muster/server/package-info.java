/** The control plane: holds the wish and plans what each agent has to do. */
@NullMarked
package io.muster.server;

import org.jspecify.annotations.NullMarked;
