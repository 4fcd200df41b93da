/**
 * What subscribers are told, held against what they knew: {@link io.muster.testkit.events.Replica}.
 */
@NullMarked
package io.muster.testkit.events;

import org.jspecify.annotations.NullMarked;
