/**
 * What observers are told of two states that follow each other: {@link
 * io.muster.api.difference.Difference}.
 */
@NullMarked
package io.muster.api.difference;

import org.jspecify.annotations.NullMarked;
