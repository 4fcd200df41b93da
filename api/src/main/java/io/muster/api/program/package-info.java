/**
 * What the four programs share: defaults from environment and file, exit codes, messages, the form
 * of the log. Begin with {@link io.muster.api.program.Program}.
 */
@NullMarked
package io.muster.api.program;

import org.jspecify.annotations.NullMarked;
