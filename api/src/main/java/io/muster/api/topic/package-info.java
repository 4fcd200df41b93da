/** The topic grammar, and the permission table that is made from it. */
@NullMarked
package io.muster.api.topic;

import org.jspecify.annotations.NullMarked;
