/**
 * What can be said about a whole state without knowing a cluster: {@link
 * io.muster.api.validation.StateChecks}. The server asks the same questions of each update, of no
 * more than what changes.
 */
@NullMarked
package io.muster.api.validation;

import org.jspecify.annotations.NullMarked;
