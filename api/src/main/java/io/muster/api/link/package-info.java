/** What server and agents tell each other: desired states, facts, presence, reports, orders. */
@NullMarked
package io.muster.api.link;

import org.jspecify.annotations.NullMarked;
