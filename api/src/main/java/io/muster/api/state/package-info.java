/**
 * The state of a cluster in the language of the domain. Begin with {@link
 * io.muster.api.state.State}.
 */
@NullMarked
package io.muster.api.state;

import org.jspecify.annotations.NullMarked;
